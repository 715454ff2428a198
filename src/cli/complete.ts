import { type Candidate, type Completed, type Wanted, complete } from "../completion/complete.ts";
import { bashReply, shellWords } from "../completion/words.ts";
import { kebab } from "./argv.ts";
import type { CommandSpec } from "./command.ts";
import { commands } from "./routes.ts";
import type { World } from "./world.ts";

/**
 * What the scripts of `completions` call as `__complete`; it is in no help, for people have no use for it. Says what may stand where a person is typing, a line for each; `:files` where that is the name of a file. From bash come the line so
 * far and what breaks its words; from the others the words without their quotes. Answers from this machine alone, and never fails.
 */
export async function showCandidates(world: World, args: readonly string[]): Promise<void> {
  const [shell, ...rest] = args;
  const typed = shell === "bash" ? shellWords(rest[0] ?? "").slice(1) : rest.map((value) => ({ value, open: "" as const }));
  const last = typed.at(-1) ?? { value: "", open: "" };
  const words = typed.map(({ value }) => value);
  const answer = await complete(words, completed(), (before) => world.completions.known(configIn(before)));
  if (answer.kind === "files") return world.stdout.write(":files\n");
  const fitting = answer.candidates.filter(({ word }) => !/\p{C}/u.test(word));
  const ofBash = fitting
    .filter(({ word }) => word.startsWith(last.value))
    .map(({ word }) => bashReply(word, last, rest[1] ?? ""));
  const lines = shell === "bash" ? ofBash : fitting.map(described);
  world.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function described({ word, about }: Candidate): string {
  return about === "" ? word : `${word}\t${about}`;
}

function configIn(words: readonly string[]): string | null {
  const joined = words.findLast((word) => word.startsWith("--config="));
  if (joined !== undefined) return joined.slice("--config=".length);
  const at = words.lastIndexOf("--config");
  return at === -1 ? null : (words[at + 1] ?? null);
}

function completed(): readonly Completed[] {
  const all = commands.map(completedCommand);
  const names = { placeholder: "COMMAND", choices: all.map(({ name }) => name) };
  return [...all, { name: "help", brief: "Show the help of a command", options: [...common(all)], words: [names] }];
}

function common([first]: readonly Completed[]): Completed["options"] {
  const global = new Set(["--help", "--version"]);
  return (first?.options ?? []).filter(({ names }) => global.has(names[0] ?? ""));
}

function completedCommand({ name, brief, command }: CommandSpec): Completed {
  const { flags = {}, aliases = {}, positional } = command.parameters;
  const options = Object.entries(flags).map(([key, flag]) => {
    const letters = Object.entries(aliases).flatMap(([letter, target]) => (target === key ? [`-${letter}`] : []));
    const value = flag.kind === "parsed" ? wanted(flag) : null;
    return { names: [`--${kebab(key)}`, ...letters], brief: flag.brief, value };
  });
  const words = positional?.kind === "tuple" ? positional.parameters.map(wanted) : [];
  return { name, brief, options: [...options, HELP, VERSION], words };
}

function wanted(parameter: { readonly placeholder?: string; readonly choices?: readonly string[] }): Wanted {
  const { placeholder = "", choices } = parameter;
  return { placeholder, ...(choices === undefined ? {} : { choices }) };
}

const HELP = { names: ["--help", "-h"], brief: "Show help", value: null };
const VERSION = { names: ["--version"], brief: "Show the version", value: null };
