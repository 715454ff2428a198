import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TaskShell } from "../../src/config/resolved.ts";
import { HostFailure } from "../../src/errors.ts";
import * as requests from "../../src/host/requests.ts";
import { findProgram } from "../hosts/machine.ts";
import { Bench } from "./bench.ts";
import { everyShell, scratch } from "./kinds.ts";

interface Wishes {
  readonly path?: readonly string[];
  readonly shell?: TaskShell;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a task prints, and how it ended. */
async function run(bench: Bench, text: string, { path = [], shell, env = {} }: Wishes): Promise<[output: string, end: string]> {
  const chunks: Buffer[] = [];
  const environment = requests.exports(env);
  const call = { index: 0, timeout: 60, as: null, directory: bench.root, environment, umask: "0022", run: text, path };
  const asked = bench.ask(requests.task({ ...call, shell: shell ?? null }), { onOutput: (chunk) => void chunks.push(chunk) });
  const end = await asked.then(
    () => "done",
    (error: unknown) => (error instanceof HostFailure ? error.kind : String(error)),
  );
  return [Buffer.concat(chunks).toString(), end];
}

/** A home with start-up files as people have them, and programs that only those know of. */
function makeHome(): string {
  const home = mkdtempSync(join(scratch, "it's my home "));
  program(join(home, "from profile/bin/tool"), "echo from the profile");
  program(join(home, "my $bin/tool"), "echo my tool");
  writeFileSync(
    join(home, ".profile"),
    `PATH="$HOME/from profile/bin:$PATH"; FROM=profile; export PATH FROM; cat; echo the profile prints\n`,
  );
  // As Debian's: nothing for whoever has no terminal.
  writeFileSync(join(home, ".bashrc"), `case $- in *i*) ;; *) return ;; esac\nnvm() { echo nvm "$@"; }\necho oops >&2\n`);
  writeFileSync(join(home, ".bash_profile"), `. ~/.profile\n. ~/.bashrc\n`);
  return home;
}

function program(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

const BASH = { program: "bash", flags: "" } as const;
const PRINTS = "the profile prints\n";

describe.each(everyShell())("$name", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench(
      { ...kind, path: `${kind.path}:${dirname(findProgram("bash") ?? "")}` },
      { through: [`HOME=${makeHome()}`] },
    );
    await bench.open();
  });
  afterAll(async () => bench.close());

  test.each<[string, Wishes, string, [string, string]]>([
    [
      "P10: finds programs in its path first, `~` being the home",
      { path: ["~/my $bin", "~/from profile/bin"] },
      "tool",
      ["my tool\n", "done"],
    ],
    ["keeps the order of its path", { path: ["~/from profile/bin", "~/my $bin"] }, "tool", ["from the profile\n", "done"]],
    [
      "P10: gets odd directories literally",
      { path: ["/a'b", '/$(id)"`x`'] },
      'echo "${PATH%"${PATH#*x\\`}"}"',
      [`/a'b:/$(id)"\`x\`\n`, "done"],
    ],
    [
      "has its path before one that `env` sets",
      { path: ["/first"], env: { PATH: "/bin:/usr/bin" } },
      'echo "$PATH"',
      ["/first:/bin:/usr/bin\n", "done"],
    ],
    ["is run by bash", { shell: BASH }, 'a=(1 "2 3"); echo "${a[1]} $FROM"; [[ $BASH_VERSION ]]', ["2 3 \n", "done"]],
    ["ends at its first failure there too", { shell: BASH }, "false; echo not reached", ["", "task-failed"]],
    ["has no input there either", { shell: BASH }, "cat; echo read", ["read\n", "done"]],
    [
      "sees what a profile sets, which cannot read our text",
      { shell: { ...BASH, flags: "-l" } },
      'tool; echo "$FROM"',
      [`${PRINTS}from the profile\nprofile\n`, "done"],
    ],
    [
      "has `env` and `path` behind what a profile sets",
      { shell: { ...BASH, flags: "-l" }, env: { FROM: "env" }, path: ["~/my $bin"] },
      'tool; echo "$FROM"',
      [`${PRINTS}my tool\nenv\n`, "done"],
    ],
    [
      "gets what a terminal gets",
      { shell: { ...BASH, flags: "-li" } },
      'nvm use "20 x"; echo err >&2',
      [`${PRINTS}nvm use 20 x\nerr\n`, "done"],
    ],
    [
      "is run by sh that reads its profile",
      { shell: { program: "sh", flags: "-l" } },
      'echo "$FROM"',
      [`${PRINTS}profile\n`, "done"],
    ],
    [
      "says which shell is not there",
      { shell: { program: "/no such/zsh", flags: "-l" } },
      "echo hello",
      ["/no such/zsh: not found\n", "task-failed"],
    ],
  ])("a task %s", async (_, wishes, text, expected) => {
    expect(await run(bench, text, wishes)).toEqual(expected);
  });
});
