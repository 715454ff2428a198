import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readProgram } from "../../src/host/program.ts";
import { everyKind, pathWith } from "./kinds.ts";

/** What a loop has found out and tells its workers (work.sh). */
const TOLD = "slh_taker=blocks slh_naps_a_second=10 slh_unmasker=env";
// Behind a pipe: bash takes a socket for the sign of a remote shell, and reads start-up files.
const EVALUATE = `cat | "$0" -c 'slh_p=$(cat; echo x); eval "\${slh_p%x}"' "$0"`;

describe.each(everyKind().map((kind, index) => ({ ...kind, index })))("$name", ({ shell, index }) => {
  test("a worker takes the program without a word, and tries nothing that the loop has tried", () => {
    const path = pathWith(`worker-${index}`, ["cat"]);
    const tried = join(path, "tried");
    for (const program of ["dd", "sleep", "env", "perl"]) {
      writeFileSync(join(path, program), `#!/bin/sh\n>${tried}\n`, { mode: 0o755 });
    }
    const evaluate = (told: string): unknown => {
      const input = `slh_role=worker slh_token=t slh_end=TERM ${told}\n${readProgram()}`;
      const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", EVALUATE, shell], {
        input,
        env: { PATH: path },
        encoding: "utf8",
      });
      return [status, stdout, stderr, existsSync(tried)];
    };
    expect(evaluate(TOLD)).toEqual([0, "", "", false]);
    expect(evaluate("")).toEqual([0, "", "", true]);
  });
});
