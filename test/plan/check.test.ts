import { expect, test } from "vitest";
import { probeProblems, type Probed, type Wanted } from "../../src/plan/check.ts";

const wanted: Wanted = { as: "app", path: [], shell: null, programs: ["npm"] };
const silent: Probed = { missing: [], path: "", answered: false, noise: [] };

/** What a host says instead of starting a task, and which line of it is the cause. */
const SAID: readonly [string[], string][] = [
  [["Welcome", "sudo: a password is required"], "sudo: a password is required"],
  [["sudo: unknown user app", "sudo: error initializing audit plugin sudoers_audit"], "sudo: unknown user app"],
  [
    ["sudo: unable to resolve host web1: Name or service not known", "sudo: a password is required"],
    "sudo: a password is required",
  ],
  [["sudo: unable to resolve host web1", "ann is not in the sudoers file."], "ann is not in the sudoers file."],
];

test.each(SAID)("of %j the cause is told", (noise, cause) => {
  expect(probeProblems(wanted, { ...silent, noise })).toEqual([
    { code: "sudo", text: `Tasks with \`as: app\` could not run: ${cause}` },
  ]);
});

test("a missing program is told with whose PATH it is, and in which shell", () => {
  const shell = { program: "bash", flags: "-l" } as const;
  const [problem] = probeProblems({ ...wanted, shell }, { ...silent, answered: true, missing: ["npm"], path: "/bin" });
  expect(problem?.text).toBe("npm is not found (PATH of tasks as app in `bash -l`: /bin)");
});
