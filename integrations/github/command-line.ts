import type { Inputs } from "./inputs.ts";
import { Refusal } from "./refusal.ts";

/**
 * Commands that a job may run: those that end by themselves and need nobody to sit before them. `connects`: needs the hosts, and with
 * them whatever opens them.
 */
const COMMANDS: Readonly<Record<string, { readonly connects: boolean; readonly release?: "to" | "of" | "word" }>> = {
  deploy: { connects: true, release: "of" },
  rollback: { connects: true, release: "to" },
  plan: { connects: true, release: "of" },
  check: { connects: true },
  status: { connects: true },
  releases: { connects: true },
  history: { connects: true },
  verify: { connects: true, release: "word" },
  prune: { connects: true },
  pin: { connects: true, release: "word" },
  unpin: { connects: true, release: "word" },
  setup: { connects: true },
  "lock status": { connects: true },
  "lock acquire": { connects: true },
  "lock release": { connects: true },
  config: { connects: false },
};

/** Whether the command needs the hosts. */
export function connects({ command }: Pick<Inputs, "command">): boolean {
  return COMMANDS[command]?.connects ?? true;
}

/** Where the program writes what it tells. */
export interface Told {
  readonly report: string;
  /** Empty where there is no such file. */
  readonly summary: string;
}

/** The words for the program. Each value is one word, whatever is in it. */
export function wordsOf(inputs: Inputs, told: Told): readonly string[] {
  const { command, environment, config, release, hosts, role, args } = inputs;
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (known === undefined)
    throw new Refusal("Input", `There is no command \`${command}\` here.`, `There are: ${Object.keys(COMMANDS).join(", ")}.`);
  if (release !== "" && (known.release === undefined || (known.release === "of" && inputs.from === "")))
    throw new Refusal(
      "Input",
      `\`release\` means nothing to \`${command}\`.`,
      "It is for rollback, verify, pin and unpin, and for what is deployed with `from`.",
    );
  for (const [name, word] of [
    ["environment", environment],
    ["release", release],
  ] as const)
    if (word.startsWith("-")) throw new Refusal("Input", `\`${name}\` must not begin with a dash.`);
  return [
    ...command.split(" "),
    ...[known.release === "word" ? release : "", environment].filter((word) => word !== ""),
    ...option("config", config),
    ...OPTIONS.flatMap((name) => option(name, inputs[name])),
    ...(known.release === "to" ? option("to", release) : []),
    ...(known.release === "of" ? option("release", release) : []),
    ...hosts.flatMap((pattern) => option("hosts", pattern)),
    ...role.flatMap((one) => option("role", one)),
    ...allowed(args),
    "--ci=github",
    ...option("report", told.report),
    ...option("summary", told.summary),
  ];
}

/** Words to ask the program which hosts there are. */
export function configWords({ environment, config }: Inputs): readonly string[] {
  return ["config", ...(environment === "" ? [] : [environment]), ...option("config", config), "--json", "--ci=none"];
}

/** Inputs that are called as the option is. */
const OPTIONS = ["ref", "directory", "archive", "sha256", "from", "wait", "message"] as const;

function option(name: string, value: string): readonly string[] {
  return value === "" ? [] : [`--${name}=${value}`];
}

/** What the action sees to itself. Another `--ci` would take the masks and the protection against commands away. */
const OURS = /^--(?:ci|report|summary|config)(?:=|$)/u;

function allowed(args: readonly string[]): readonly string[] {
  const taken = args.find((word) => OURS.test(word));
  if (taken === undefined) return args;
  throw new Refusal("Input", `\`${taken}\` cannot be among \`args\`: the action says it itself.`);
}
