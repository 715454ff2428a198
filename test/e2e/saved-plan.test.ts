import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planText } from "../../src/plan/plan-file.ts";
import type { PlanDocument } from "../../src/report/documents.ts";
import { listing } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const file = (): string => join(project.directory, "../a plan.json");

describe("P11: a saved plan is carried out exactly, or not at all", () => {
  test("carried out; a second time it does not hold any more", async () => {
    expect(await project.json(["plan", "--out", file()])).toMatchObject({ code: 0, outcome: "deploy" });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await project.slh(["plan", "--out", file()])).code).toBe(0);
    const other = join(project.directory, "index.html");
    expect((await project.slh(["plan", "--out", other])).code).toBe(2);
    expect((await project.slh(["deploy", "--plan", file(), "--dry-run"])).code).toBe(2);
    const { release, ...first } = await project.json(["deploy", "--plan", file()]);
    expect(first).toMatchObject({ code: 0, outcome: "deployed" });
    const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`local: another release is live: ${release} now, none when it was planned`),
    ]);
    expect(stderr).toContain(`local: the releases there are other ones: ${release} came`);
    expect((await project.slh(["plan", "--force", "--out", file()])).code).toBe(0);
    const { release: second } = await project.json(["deploy", "--force"]);
    expect((await project.slh(["deploy", "--plan", file()])).stderr).toContain(
      `local: another release is live: ${second} now, ${release} when it was planned`,
    );
  });

  test("it says all that was asked for: the very commit, though the branch has moved on, and what is built already", async () => {
    project.write({ "index.html": "one" });
    project.commit();
    const { revision } = await project.json(["plan", "--out", file()]);
    project.write({ "index.html": "two" });
    project.commit();
    expect(await project.json(["deploy", "--plan", file()])).toMatchObject({ code: 0, revision });
    for (const more of [["--ref", "main"], ["--force"], ["--fresh"]])
      expect((await project.slh(["deploy", "--plan", file(), ...more])).stderr).toContain("exclude each other");

    const built = join(project.directory, "../built");
    mkdirSync(built);
    writeFileSync(join(built, "index.html"), "built");
    expect((await project.slh(["plan", "--force", "--directory", built, "--out", file()])).code).toBe(0);
    renameSync(built, `${built}.elsewhere`);
    expect((await project.slh(["deploy", "--plan", file()])).code).toBe(2);
    const moved = ["deploy", "--plan", file(), "--directory", `${built}.elsewhere`];
    writeFileSync(join(`${built}.elsewhere`, "index.html"), "other");
    expect((await project.slh(moved)).stderr).toContain("The files to deploy are other ones");
    writeFileSync(join(`${built}.elsewhere`, "index.html"), "built");
    expect(await project.json(moved)).toMatchObject({ code: 0, outcome: "deployed" });
  });

  test("what would be made, or linked, in another way is told", async () => {
    const reuse = [{ path: "made", key: ["index.html"] }];
    const shared = { files: [{ path: "kept", whenMissing: "create" }] };
    project.configure({ reuse, shared, tasks: { prepare: { run: "mkdir -p made", makes: "made" } } });
    const { release } = await project.json(["deploy"]);
    expect((await project.slh(["plan", "--force", "--out", file()])).code).toBe(0);
    rmSync(join(project.appRoot, "shared/kept"));
    rmSync(join(project.appRoot, "releases", release, "made"), { recursive: true });
    const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
    expect(code).toBe(2);
    expect(stderr).toContain("local: the shared kept would be created, not linked");
    expect(stderr).toContain(`local: made would be made anew, not taken over from ${release}`);
  });

  test("nothing is pruned that it did not show; what was to be done to nothing is nothing", async () => {
    const reuse = [{ path: "made", key: ["index.html"] }];
    project.configure({ keep: 1, grace: 3, reuse, tasks: { prepare: { run: "mkdir -p made", makes: "made" } } });
    for (let round = 0; round < 3; round++) await project.json(["deploy", "--force"]);
    const { hosts } = await project.json(["plan", "--force", "--out", file()]);
    const before = listing(join(project.appRoot, "releases")).length;
    await sleep(3500);
    expect(await project.json(["deploy", "--plan", file()])).toMatchObject({ code: 0, hosts: [{ pruned: hosts[0].prune }] });
    expect(listing(join(project.appRoot, "releases")).length).toBeGreaterThan(before - hosts[0].prune.length);
    await project.json(["prune"]);
    await project.json(["deploy"]);
    expect(await project.json(["plan", "--out", file()])).toMatchObject({ code: 0, outcome: "unchanged" });
    expect(await project.json(["deploy", "--plan", file()])).toMatchObject({ code: 0, outcome: "unchanged" });
  });

  test("one that somebody changed a word in is refused, however it is written; what is written otherwise says the same", async () => {
    const { revision } = await project.json(["plan", "--out", file()]);
    const plan = JSON.parse(readFileSync(file(), "utf8"));
    const [host] = plan.hosts;
    const rewritten = Object.fromEntries(Object.entries(plan).toReversed());
    for (const edited of [
      { ...plan, label: "a harmless name" },
      { ...plan, revision: null },
      { ...plan, hosts: [{ ...host, tasks: [{ point: "prepare", run: "true" }] }] },
      { ...plan, hosts: [] },
      { ...plan, more: 1 },
      { ...plan, digest: "0".repeat(64) },
    ]) {
      writeFileSync(file(), JSON.stringify(edited));
      const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("is not as it was saved")]);
    }
    expect((await project.slh(["plan", "--out", file()])).code).toBe(0);
    writeFileSync(file(), JSON.stringify(rewritten));
    expect(await project.json(["deploy", "--plan", file()])).toMatchObject({ code: 0, revision });
  });

  test("one in which a name stands twice is refused: a person reads the first, a program the last", async () => {
    await project.json(["plan", "--out", file()]);
    const saved = readFileSync(file(), "utf8");
    const rows: [before: string, more: string, name: string][] = [
      ["{", '"label": "a harmless name",', '"label"'],
      ['"hosts": [', '"hosts": [],', '"hosts"'],
      ['"host": "local"', '"h\\u006fst": "elsewhere",', '"host"'],
    ];
    for (const [before, more, name] of rows) {
      const at = saved.indexOf(before) + (before === "{" ? 1 : 0);
      writeFileSync(file(), `${saved.slice(0, at)}${more}${saved.slice(at)}`);
      const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`is not as it was saved: ${name} stands in it twice`)]);
    }
    expect((await project.slh(["plan", "--out", file()])).code).toBe(0);
  });

  test("a file of another version, or one that is nothing that was ever saved, is no plan", async () => {
    const document = await project.json(["plan", "--out", file()]);
    const { code: _code, ...plan } = document;
    const saved = JSON.parse(readFileSync(file(), "utf8"));
    const [host] = saved.hosts;
    for (const broken of [
      { revision: 7 },
      { asked: { archive: "x" } },
      { hosts: [{ ...host, basis: { ...host.basis, releases: 7 } }] },
      { hosts: [{ ...host, shared: 7 }] },
      { hosts: [{ ...host, reuse: 7 }] },
      { hosts: [{ ...host, prune: [1] }] },
      { schema: 2 },
    ]) {
      writeFileSync(file(), planText({ ...saved, digest: undefined, ...broken } as PlanDocument));
      const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("is no plan that this version")]);
    }
    writeFileSync(file(), JSON.stringify(plan));
    expect((await project.slh(["deploy", "--plan", file()])).stderr).toContain("is no plan that this version");
  });

  test("refused, with nothing changed, where anything is different", async () => {
    await project.json(["deploy"]);
    const rows: [what: string, change: () => unknown][] = [
      ["local: the configuration is another one", () => project.configure({ env: { A: "1" } })],
      ["local: the configuration is another one", () => project.configure({ keep: 2 })],
      ["local: the configuration is another one", () => project.configure({ durability: "best-effort" })],
      ["local: the configuration is another one", () => project.configure({ notify: [{ command: "true" }] })],
      ["local: something was done there since", () => project.slh(["deploy", "--force"])],
      ["is no plan that this version", () => writeFileSync(file(), '{"schema":2}')],
    ];
    for (const [what, change] of rows) {
      expect((await project.slh(["plan", "--force", "--out", file()])).code).toBe(0);
      await change();
      const before = listing(join(project.appRoot, "releases"));
      const { code, stderr } = await project.slh(["deploy", "--plan", file()]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(what)]);
      expect(listing(join(project.appRoot, "releases"))).toEqual(before);
    }
  });

  test("files that cannot be read or written are told in words, with what to type", async () => {
    const rows: [args: string[], message: string, remedy: string][] = [
      [["deploy", "--plan", "no such"], "no such cannot be read: it is not there.", "plan production --out "],
      [["deploy", "--plan", "lib"], "lib cannot be read: it is a directory.", "Name the file that `plan --out` wrote."],
      [["plan", "--out", "lib"], "lib is a directory.", "--out "],
      [["plan", "--out", "lib", "--force"], "lib is a directory.", "/lib/NAME"],
      [["plan", "--out", "no such/p"], "/no such/p cannot be written: there is no directory ", "mkdir -p '"],
      [["plan", "--out", "index.html/p"], "/index.html/p cannot be written: a part of its path is no directory.", "--out FILE"],
    ];
    for (const [args, message, remedy] of rows) {
      const { code, error } = await project.json(args);
      expect([code, error]).toEqual([
        2,
        expect.objectContaining({ message: expect.stringContaining(message), remedy: expect.stringContaining(remedy) }),
      ]);
    }
  });

  test("not saved where only a build decides", async () => {
    project.configure({ tasks: { build: "true" } });
    const { code, stderr } = await project.slh(["plan", "--out", file()]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("only the build will decide")]);
  });
});
