import { describe, expect, test } from "vitest";
import type { Api } from "../../src/api.ts";
import { run } from "../../src/cli/run.ts";
import { report } from "../report/samples.ts";
import { fakeWorld } from "./world.ts";
import type { WorldOptions } from "./world.ts";

/** Runs a rollback that asks; gives the answer it got, if it got one. */
async function asked(args: readonly string[], options: WorldOptions) {
  const answers: (boolean | undefined)[] = [];
  const rollback: Api["rollback"] = async (_, { confirm }) => {
    answers.push(await confirm?.("It was just taken back\u001b[2J. Go back once more?"));
    return report({ command: "rollback", outcome: "rolled-back" });
  };
  const fake = fakeWorld(["rollback", ...args], { ...options, api: { rollback } });
  const code = await run(fake.world);
  return { answers, code, ...fake };
}

describe("a question", () => {
  test.each([
    ["y", true],
    ["yes", true],
    [" YES ", true],
    ["", false],
    ["n", false],
    ["yesterday", false],
  ])("answered with %j means %s", async (answer, meaning) => {
    const { answers, questions } = await asked([], { interactive: true, answer });
    expect(answers).toEqual([meaning]);
    expect(questions).toEqual(["It was just taken back. Go back once more? [y/N] "]);
  });

  test("is answered by --yes, without asking", async () => {
    const { answers, questions } = await asked(["--yes"], { interactive: true });
    expect([answers, questions]).toEqual([[true], []]);
  });

  test("is refused where there is nobody to ask, with the option to pass", async () => {
    const { answers, questions, code, said } = await asked([], { interactive: false });
    expect([answers, questions, code]).toEqual([[], [], 2]);
    expect(said.stderr).toContain("Go back once more?");
    expect(said.stderr).toContain("symlink-helper rollback production --yes");
  });
});
