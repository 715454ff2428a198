// docs/reference/commands.md and exit-codes.md, from what --help says.
import { code, page, table } from "./markdown.mjs";

/** @typedef {import("../../src/cli/command.ts").CommandSpec} CommandSpec */
/** @typedef {readonly (readonly [left: string, right: string])[]} Rows */

/**
 * @param {readonly CommandSpec[]} commands
 * @param {Rows} global options of every command
 * @param {(spec: CommandSpec) => Rows} own options of one
 */
export function commandsPage(commands, global, own) {
  return page("Commands", [
    "The environment may be left out where the configuration has only one. `slh` is the same as `symlink-helper`.",
    ...commands.flatMap((spec) => commandParts(spec, own(spec))),
    "## Options of every command",
    options(global),
    "What commands end with is in [exit codes](exit-codes.md), what `--json` prints in [the report](report.md).",
  ]);
}

/** @param {CommandSpec} spec @param {Rows} own */
function commandParts({ name, usage, brief, description, examples }, own) {
  const lines = examples.map(({ to, type }) => `# ${to}\nsymlink-helper ${type}`);
  return [
    `## ${name}`,
    `${brief}. ${description}`,
    `\`\`\`text\nsymlink-helper ${name} ${usage}\n\`\`\``,
    ...(own.length === 0 ? [] : [options(own)]),
    `\`\`\`sh\n${lines.join("\n\n")}\n\`\`\``,
  ];
}

/** @param {Rows} rows */
function options(rows) {
  return table(
    ["Option", "Meaning"],
    rows.map(([left, right]) => [code(left), right]),
  );
}

/** @param {Rows} codes @param {readonly (readonly [outcome: string, code: number])[]} outcomes */
export function exitCodesPage(codes, outcomes) {
  const of = (/** @type {string} */ number) =>
    outcomes.filter(([, each]) => String(each) === number).map(([outcome]) => code(outcome));
  return page("Exit codes", [
    "A contract with scripts and CI. _Outcome_ is what the [report](report.md) calls it.",
    table(
      ["Code", "Meaning", "Outcome"],
      codes.map(([number, meaning]) => [number, meaning, of(number).join(", ")]),
    ),
    [
      "- `plan` ends with 1 if a deploy would stop, with 3 if nothing but a lock is in its way.",
      "- `status` ends with 4 if hosts differ, or `current` leads to nothing or is no link.",
      "- Commands that only look end with 1 if some host could not be asked.",
      "- `exec` and `run` end with 0 if every host was reached and the command ended with 0 there; `ssh` with the code of the shell.",
      "- If all is done but standard output could not be written (a full disk), the code is 1 for what only looks and 4 for what changes something.",
    ].join("\n"),
  ]);
}
