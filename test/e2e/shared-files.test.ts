import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { openProject, type Project } from "./project.ts";

const SECRET = "hunter2-do-not-print";
const SHARED = { shared: { dirs: ["conf"], files: [".env", { path: "opt.env", whenMissing: "skip" }] } };

let project: Project;
const file = (name: string, content: string): string => {
  writeFileSync(join(project.directory, name), content);
  return name;
};
const at = (root: string, path: string): string => join(root, "shared", path);
const read = (root: string, path: string): string => readFileSync(at(root, path), "utf8");

describe("on this machine", () => {
  beforeEach(() => void (project = openProject({ settings: SHARED })));
  afterEach(() => project.close());

  test("P10: put, then deploy: the file is there with mode 0600, and what it holds is in nothing that was printed or recorded", async () => {
    const put = await project.slh(["shared", "put", ".env", "production", "--from", file("e", `KEY=${SECRET}\n`), "--verbose"]);
    expect(put).toMatchObject({ code: 0, stderr: "" });
    expect([read(project.appRoot, ".env"), statSync(at(project.appRoot, ".env")).mode & 0o777]).toEqual([
      `KEY=${SECRET}\n`,
      0o600,
    ]);
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "deployed" });
    expect(readFileSync(join(project.appRoot, "current/.env"), "utf8")).toContain(SECRET);
    const shown = await Promise.all(
      [
        ["shared", "list"],
        ["shared", "diff", ".env", "--from", file("f", "KEY=other\nNEW=1\n")],
        ["history"],
        ["shared", "list", "--json"],
      ].map((words) => project.slh(words)),
    );
    const all = [put, ...shown].map(({ stdout, stderr }) => stdout + stderr).join("");
    expect(all).toContain("KEY");
    expect(all + readFileSync(join(project.appRoot, ".symlink-helper/ledger.jsonl"), "utf8")).not.toContain(SECRET);
  });

  test("the words come in either order, and standard input will do", async () => {
    for (const words of [
      ["put", ".env", "production"],
      ["put", "production", ".env"],
      ["production", "put", ".env"],
      ["put", ".env"],
    ]) {
      const from = file("e", words.join(" "));
      expect(await project.json(["shared", ...words, "--from", from])).toMatchObject({ code: 0, outcome: "done" });
      expect(read(project.appRoot, ".env")).toBe(words.join(" "));
    }
    expect(await project.json(["shared", "put", ".env", "--from", "e"])).toMatchObject({ code: 0, outcome: "unchanged" });
    expect(await project.json(["shared", "put", ".env", "--from", "-"])).toMatchObject({ code: 0, outcome: "done" });
    expect(read(project.appRoot, ".env")).toBe("");
    expect(readdirSync(at(project.appRoot, ".")).filter((name) => name.includes(".slh-before-"))).toHaveLength(4);
  });

  test.each([
    [["put", "../x", "--from", "e"], "leads out of it"],
    [["put", "/etc/x", "--from", "e"], "must be relative"],
    [["put", "conf", "--from", "e"], "is configured as a directory"],
    [["put", "other", "--from", "e"], "is not configured as shared"],
    [["put", ".env"], "--from FILE"],
    [["put", ".env", "--from", "nowhere"], "cannot be read"],
    [["put", ".env", "--from", "."], "is not a file"],
    [["put", ".env", "--from", "e", "--host", "web9"], "has no host web9"],
    [["get", ".env"], "There is no .env"],
    [["get"], "which file"],
    [["frobnicate", "put", "x", "y"], ""],
    [["list", "--to", "x"], "--to belongs to"],
  ])("refused before anything is changed: %j", async (words, why) => {
    file("e", "x");
    const { code, stderr } = await project.slh(["shared", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(existsSync(at(project.appRoot, "."))).toBe(false);
  });

  test("get gives what is there, byte for byte, and overwrites nothing", async () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256));
    writeFileSync(join(project.directory, "blob"), content);
    expect((await project.slh(["shared", "put", "conf/blob", "--from", "blob"])).code).toBe(0);
    expect((await project.slh(["shared", "get", "conf/blob"])).stderr).toContain("is not text");
    expect((await project.slh(["shared", "get", "conf/blob", "--to", "out"])).code).toBe(0);
    const out = join(project.directory, "out");
    expect([readFileSync(out).equals(content), statSync(out).mode & 0o777]).toEqual([true, 0o600]);
    writeFileSync(out, "mine");
    expect((await project.slh(["shared", "get", "conf/blob", "--to", "out"])).stderr).toContain("exists already");
    expect(readFileSync(out, "utf8")).toBe("mine");
    expect((await project.slh(["shared", "get", "conf/blob", "--to", "out", "--force"])).code).toBe(0);
    expect(readFileSync(out).equals(content)).toBe(true);
    await project.slh(["shared", "put", ".env", "--from", file("e", "A=\u001b[31m1\r\n")]);
    expect((await project.slh(["shared", "get", ".env"])).stdout).toBe("A=\u001b[31m1\r\n");
    expect(readdirSync(project.directory).filter((name) => name.includes(".part-"))).toEqual([]);
  });

  test("verify tells what became of a release, and changes nothing", async () => {
    await project.slh(["shared", "put", ".env", "--from", file("e", "A=1\n")]);
    expect((await project.slh(["verify"])).code).toBe(1);
    const { release } = await project.json(["deploy"]);
    const whole = await project.json(["verify", "production"]);
    expect(whole).toMatchObject({ code: 0, verdict: "whole", hosts: [{ release, whole: true, tree: { findings: [] } }] });
    expect(whole.hosts[0].tree.bytes).toBeGreaterThan(0);
    writeFileSync(join(project.appRoot, "current/index.html"), "<p>two</p>\n");
    mkdirSync(join(project.appRoot, "current/more"));
    const damaged = await project.json(["verify", release, "production"]);
    expect(damaged).toMatchObject({ code: 1, verdict: "damaged" });
    expect(damaged.hosts[0].tree.findings).toEqual([{ what: "changed", count: 1, paths: ["index.html"] }]);
    expect(damaged.hosts[0].generated.findings).toEqual([{ what: "extra", count: 1, paths: ["more"] }]);
    expect((await project.slh(["verify"])).stdout).toContain("changed (1): index.html");
    const unknown = await project.json(["verify", "production", "20200101T000000Z"]);
    expect(unknown).toMatchObject({ code: 2, outcome: "invalid", error: { kind: "no-such-release" } });
    expect(unknown.error.message).toBe(`No host has a release 20200101T000000Z. There are: ${release}.`);
  });
});

describeHosts("on three hosts", () => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 3 })));
  afterAll(() => fleet.stop());
  beforeEach(() => void (project = openProject({ fleet, settings: SHARED })));
  afterEach(() => project.close());

  const contents = (path: string): (string | null)[] =>
    project.roots.map((root) => (existsSync(at(root, path)) ? read(root, path) : null));

  test("P2: a file goes to all, to one, and to none where one of them cannot take it", async () => {
    expect((await project.slh(["shared", "put", ".env", "--from", file("e", "A=1\nB=2\n")])).code).toBe(0);
    expect(contents(".env")).toEqual(["A=1\nB=2\n", "A=1\nB=2\n", "A=1\nB=2\n"]);
    const [, second = ""] = project.hosts;
    expect((await project.slh(["shared", "put", ".env", "--host", second, "--from", file("e", "A=1\nC=3\n")])).code).toBe(0);
    const diff = await project.json(["shared", "diff", ".env"]);
    expect(diff).toMatchObject({ code: 4, equal: false, reference: { name: project.hosts[0] } });
    expect(diff.hosts.map(({ state, keys }: { state: string; keys: unknown }) => [state, keys])).toEqual([
      ["same", null],
      ["differs", { added: ["C"], removed: ["B"], changed: [] }],
      ["same", null],
    ]);
    expect(await project.json(["shared", "list"])).toMatchObject({ code: 0, agree: false });
    expect((await project.slh(["shared", "get", ".env"])).stderr).toContain("--host NAME");
    expect((await project.slh(["shared", "get", ".env", "--host", second])).stdout).toBe("A=1\nC=3\n");
    const before = contents(".env");
    mkdirSync(at(project.roots[2] ?? "", "opt.env"));
    const refused = await project.json(["shared", "put", "opt.env", "--from", "e"]);
    expect(refused).toMatchObject({ code: 1, outcome: "failed" });
    expect(project.roots.slice(0, 2).map((root) => existsSync(at(root, "opt.env")))).toEqual([false, false]);
    expect(contents(".env")).toEqual(before);
  });
});
