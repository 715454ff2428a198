import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { canRunFleet } from "../hosts/machine.ts";
import { openProject, type Project } from "./project.ts";

// With what shells expand, and a line break: what is masked is each line of it. Another each time: all processes of this machine are looked
// at, those of another run of these tests among them.
const TOKEN = `s3cr3t-$HOME-\`id\`-'"\\-${randomBytes(4).toString("hex")}`;
const KEY = "-----BEGIN KEY-----\nMIIsecretsecretsecretA\nMIIsecretsecretsecretB\n-----END KEY-----";
const SECRETS = [TOKEN, ...KEY.split("\n").slice(1, 3)];

/** Secrets found in a text, whichever way they got there. */
function foundIn(text: string): string[] {
  const spellings = (secret: string): string[] => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  return SECRETS.filter((secret) => spellings(secret).some((spelling) => text.includes(spelling)));
}

/** The command lines of everything that runs on this machine, hosts of the harness included. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readIfThere(`/proc/${name}/cmdline`))
    .join("\n");
}

/** Those of the host whose environment holds the secret, by what they are. */
function holders(fleet: Fleet | undefined): string[] {
  return (fleet?.hosts ?? [])
    .flatMap((host) => host.processes())
    .filter(({ pid }) => readIfThere(`/proc/${pid}/environ`).includes(`TOKEN=${TOKEN}`))
    .map(({ args }) => args);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The shells of the tasks below, and what they call. */
const OF_THE_TASKS = /^$|^(setsid )?(env \S+ )?(setsid )?\/bin\/(ba|da)?sh -c slh_p=|^(sleep 2|sha256sum|sed)\b|^setsid env \S/;

/** Files below a directory that hold a secret. */
function leaksBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => foundIn(readIfThere(file)).length > 0);
}

describe.each([
  { place: "on this machine", hosts: 0 },
  { place: "by ssh", hosts: 1 },
])("P10: secrets $place", ({ hosts }) => {
  const skip = hosts > 0 && !canRunFleet().ok;
  let fleet: Fleet | undefined;
  let project: Project;
  let temporary: string;
  beforeAll(async () => void (fleet = hosts === 0 || skip ? undefined : await startFleet({ hosts })));
  afterAll(async () => fleet?.stop());
  afterEach(() => {
    project.close();
    rmSync(temporary, { recursive: true, force: true });
  });

  function open(tasks: object): void {
    project = openProject({ ...(fleet === undefined ? {} : { fleet }), settings: { tasks } });
    temporary = mkdtempSync(join(tmpdir(), "slh-secrets-"));
  }
  const env = (): Record<string, string> => ({ TOKEN, KEY, XDG_CACHE_HOME: temporary, TMPDIR: temporary });

  test.skipIf(skip)(
    "reach the tasks that name them, and nothing else sees them: no list of processes, no file, no output",
    async () => {
      const proof = 'printf %s "$TOKEN" | sha256sum >got; printf %s "$KEY" | sha256sum >>got';
      open({
        prepare: [
          { run: `${proof}; sleep 2`, secrets: ["TOKEN", "KEY"] },
          { run: 'echo "${TOKEN-unset} ${KEY-unset}" >others' },
          { run: 'echo "the token is $TOKEN."; echo "$KEY" | sed "s/^/  /"; echo "$TOKEN" >&2', secrets: ["TOKEN", "KEY"] },
        ],
        afterSwitch: { run: 'echo "$TOKEN" and on; [ -z "$FAIL" ]', secrets: ["TOKEN"], env: { FAIL: "" } },
      });
      let seen = "";
      const held = new Set<string>();
      const watch = setInterval(() => {
        seen += commandLines();
        for (const holder of holders(fleet)) held.add(holder);
      }, 50);
      const { code, stdout, stderr } = await project.slh(["deploy", "--events", "--verbose"], { env: env() });
      clearInterval(watch);
      expect(code, stderr).toBe(0);
      expect(foundIn(seen)).toEqual([]);
      // On this machine what we start has the environment that we were started with. A host has it nowhere but in the tasks.
      expect([...held].filter((line) => !OF_THE_TASKS.test(line))).toEqual([]);
      expect(held.size > 0).toBe(hosts > 0);

      expect(foundIn(stdout)).toEqual([]);
      expect(foundIn(stderr)).toEqual([]);
      expect(stdout).toContain("the token is ");
      const root = project.roots[0] ?? "";
      const here = (path: string): string => readFileSync(join(root, "current", path), "utf8");
      expect(here("others")).toBe("unset unset\n");
      const sum = (text: string): string => `${createHash("sha256").update(text).digest("hex")}  -\n`;
      expect(here("got")).toBe(sum(TOKEN) + sum(KEY));
      expect(leaksBelow(root)).toEqual([]);
      expect(leaksBelow(temporary)).toEqual([]);
    },
  );

  test.skipIf(skip)("are masked in the last lines of a task that fails, in the report and in the ledger", async () => {
    open({ prepare: { run: 'echo "cannot log in with $TOKEN"; exit 1', secrets: ["TOKEN"] } });
    const { code, stdout, stderr } = await project.slh(["deploy", "--json"], { env: env() });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).hosts[0].error.output).toEqual([expect.stringMatching(/^cannot log in with .+$/)]);
    expect(foundIn(stdout + stderr)).toEqual([]);
    expect(leaksBelow(project.roots[0] ?? "")).toEqual([]);
  });

  test.skipIf(skip)("are masked where somebody types one into the message", async () => {
    open({ prepare: { run: "true", secrets: ["TOKEN"] } });
    const { code, stdout, stderr } = await project.slh(["deploy", "--events", "--message", `with ${TOKEN}, by mistake`], {
      env: env(),
    });
    expect(code, stderr).toBe(0);
    expect(foundIn(stdout + stderr)).toEqual([]);
    expect(leaksBelow(project.roots[0] ?? "")).toEqual([]);
    expect((await project.slh(["history"])).stdout).toContain("by mistake");
  });

  test.skipIf(skip)("of a build stay in the build", async () => {
    open({
      build: [
        { run: 'echo "building with $TOKEN"; printf %s "$TOKEN" | wc -c >size', secrets: ["TOKEN"] },
        'echo "${TOKEN-unset}" >others',
      ],
    });
    const { code, stdout, stderr } = await project.slh(["deploy", "--verbose"], { env: env() });
    expect(code, stderr).toBe(0);
    expect(foundIn(stdout + stderr)).toEqual([]);
    expect(stdout).toContain("building with");
    const root = project.roots[0] ?? "";
    expect(readFileSync(join(root, "current/size"), "utf8").trim()).toBe(String(TOKEN.length));
    expect(readFileSync(join(root, "current/others"), "utf8")).toBe("unset\n");
    expect(leaksBelow(root)).toEqual([]);
  });

  test.skipIf(skip)("that are missing are all named before anything is begun", async () => {
    open({ build: { run: "touch /tmp/never", secrets: ["ONE"] }, prepare: { run: "true", secrets: ["TWO", "TOKEN"] } });
    const { code, stderr } = await project.slh(["deploy"], { env: env() });
    expect(code).toBe(2);
    for (const name of ["ONE", "TWO"]) expect(stderr).toContain(name);
    expect(stderr).not.toContain("connect");
  });
});
