import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listing, live, modeOf } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const shared = (path: string): string => join(project.appRoot, "shared", path);
const current = (path: string): string => join(project.appRoot, "current", path);
const read = (path: string): string => readFileSync(path, "utf8");

/** What a person has put into shared/. */
function put(path: string, content: string): void {
  mkdirSync(dirname(shared(path)), { recursive: true });
  writeFileSync(shared(path), content);
}

async function deploy(): Promise<Json> {
  const report = await project.json(["deploy", "--force"]);
  expect(report, JSON.stringify(report.hosts)).toMatchObject({ code: 0, outcome: "deployed" });
  return report;
}

describe("whenMissing", () => {
  test("fail, the default of files: nothing is changed, and the message says which file and what to do", async () => {
    project.configure({ shared: { files: [".env", "config/local.json"] } });
    const before = existsSync(project.appRoot);
    const { code, stdout, stderr } = await project.slh(["deploy", "--json"]);
    expect(code).toBe(1);
    const [host] = JSON.parse(stdout).hosts;
    expect(host.error.kind).toBe("preflight");
    for (const path of [".env", "config/local.json"]) expect(host.error.message).toContain(`${shared(path)} does not exist`);
    expect(stderr).toContain("whenMissing");
    expect([before, live(project.appRoot)]).toEqual([false, null]);
    put(".env", "A=1\n");
    put("config/local.json", "{}");
    await deploy();
    expect([read(current(".env")), read(current("config/local.json"))]).toEqual(["A=1\n", "{}"]);
    expect(readlinkSync(current("config/local.json"))).toBe("../../../shared/config/local.json");
  });

  test("create: an empty file or directory, of the modes configured", async () => {
    project.configure({
      shared: { dirs: ["log", "public/up loads"], files: [{ path: "data/list.txt", whenMissing: "create" }] },
      permissions: { dirs: "0750", files: "0640" },
    });
    await deploy();
    expect([read(shared("data/list.txt")), modeOf(shared("data/list.txt")), modeOf(shared("public/up loads"))]).toEqual([
      "",
      "0640",
      "0750",
    ]);
    writeFileSync(current("log/today"), "a line\n");
    expect(read(shared("log/today"))).toBe("a line\n");
  });

  test("seed: the first release gives it, no later one touches it", async () => {
    project.write({ "config/app.json": "first\n", "uploads/logo.svg": "<svg/>", "uploads/deep/er.txt": "deep" });
    project.commit();
    project.configure({
      shared: { dirs: [{ path: "uploads", whenMissing: "seed" }], files: [{ path: "config/app.json", whenMissing: "seed" }] },
    });
    await deploy();
    expect([read(shared("config/app.json")), read(shared("uploads/logo.svg")), read(shared("uploads/deep/er.txt"))]).toEqual([
      "first\n",
      "<svg/>",
      "deep",
    ]);
    writeFileSync(shared("config/app.json"), "edited by hand\n");
    project.write({ "config/app.json": "second\n", "uploads/more.svg": "<svg/>" });
    project.commit();
    await deploy();
    expect([read(current("config/app.json")), existsSync(shared("uploads/more.svg"))]).toEqual(["edited by hand\n", false]);
  });

  test("skip: no link, and what is tracked stays", async () => {
    project.write({ "maybe.txt": "tracked\n" });
    project.commit();
    project.configure({
      shared: {
        files: [
          { path: "maybe.txt", whenMissing: "skip" },
          { path: "other.txt", whenMissing: "skip" },
        ],
      },
    });
    await deploy();
    expect([read(current("maybe.txt")), existsSync(current("other.txt"))]).toEqual(["tracked\n", false]);
    put("maybe.txt", "shared\n");
    await deploy();
    expect(read(current("maybe.txt"))).toBe("shared\n");
  });
});

test("P9: nothing that is in shared/ is changed by any deploy, rollback or prune", async () => {
  project.write({ "log/tracked": "from git\n", ".env": "from git\n" });
  project.commit();
  put(".env", "A=1\n");
  put("log/production.log", "one line\n");
  put("not configured/x", "y");
  symlinkSync("production.log", shared("log/link"));
  const before = listing(shared("."));
  project.configure({ keep: 1, shared: { dirs: ["log"], files: [{ path: ".env", whenMissing: "seed" }] } });
  for (let round = 0; round < 3; round += 1) await deploy();
  expect(await project.json(["rollback"])).toMatchObject({ code: 0 });
  expect(await project.json(["prune", "--keep", "1"])).toMatchObject({ code: 0 });
  expect(listing(shared("."))).toEqual(before);
});

test("tracked content that a shared entry hides is not shipped, and told", async () => {
  project.write({ "log/tracked": "from git\n", ".env": "from git\n", "tmp/.gitkeep": "" });
  project.commit();
  put(".env", "A=1\n");
  project.configure({ shared: { dirs: ["log", "tmp"], files: [".env"] } });
  const plan = await project.json(["plan"]);
  expect(plan.hosts[0].shared).toEqual([
    { path: "log", action: "create", hides: 1, hidden: ["log/tracked"] },
    { path: "tmp", action: "create", hides: 0 },
    { path: ".env", action: "link", hides: 1, hidden: [".env"] },
  ]);
  const { stdout, code } = await project.slh(["deploy"]);
  expect(code).toBe(0);
  expect([read(current(".env")), existsSync(current("log/tracked"))]).toEqual(["A=1\n", false]);
  expect(stdout).toContain(
    "a link to shared/ takes the place of: log (1 tracked file: log/tracked), .env (1 tracked file: .env).",
  );
});

test("P9: everything in the way is told at once, and nothing of it is changed", async () => {
  const root = project.appRoot;
  project.write({ assets: "a file\n" });
  project.commit();
  mkdirSync(join(root, "current"), { recursive: true });
  writeFileSync(join(root, "current/precious"), "do not touch\n");
  writeFileSync(join(root, "releases"), "a file\n");
  put("log", "a file, not a directory");
  mkdirSync(shared(".env"));
  symlinkSync("nowhere", shared("dangling"));
  project.configure({ shared: { dirs: ["log", "assets/img"], files: [".env", "dangling", "missing"] } });
  const before = listing(root);
  for (const command of ["plan", "deploy"]) {
    const { code, stdout } = await project.slh([command, "--json"]);
    expect([command, code]).toEqual([command, 1]);
    const [host] = JSON.parse(stdout).hosts;
    const told = command === "plan" ? host.problems.join("\n") : host.error.message;
    for (const words of [
      `${root}/current is not a symbolic link`,
      `${root}/releases exists and is not a directory`,
      `${shared("log")} is a file, the configuration says directory`,
      `${shared(".env")} is a directory, the configuration says file`,
      `${shared("dangling")} is a symbolic link to nothing`,
      `${shared("missing")} does not exist`,
      "The shared entry assets/img cannot be linked: assets in the tree is not a directory",
    ]) {
      expect(told).toContain(words);
    }
    expect(listing(root)).toEqual(before);
  }
});

test("a name in releases/ that is no release is left alone", async () => {
  await deploy();
  mkdirSync(join(project.appRoot, "releases/.my notes"));
  writeFileSync(join(project.appRoot, "releases/.my notes/x"), "y");
  symlinkSync("/etc", join(project.appRoot, "releases/link"));
  project.configure({ keep: 1 });
  await deploy();
  await deploy();
  expect(read(join(project.appRoot, "releases/.my notes/x"))).toBe("y");
  expect(lstatSync(join(project.appRoot, "releases/link")).isSymbolicLink()).toBe(true);
});

describe("what is live is not unchanged where its links to shared/ would be others", () => {
  const outcome = async (): Promise<string> => (await project.json(["deploy"])).outcome;

  test("what was made in shared/ is gone: it is made again", async () => {
    project.write({ "config/app.json": "first\n" });
    project.commit();
    project.configure({ shared: { dirs: ["log"], files: [{ path: "config/app.json", whenMissing: "seed" }] } });
    await deploy();
    for (const path of ["log", "config/app.json"]) {
      rmSync(shared(path), { recursive: true });
      expect((await project.json(["plan"])).hosts[0]).toMatchObject({ unchanged: false });
      expect([path, await outcome(), existsSync(current(path))]).toEqual([path, "deployed", true]);
      expect(await outcome()).toBe("unchanged");
    }
  });

  test("what had no link is there now, or the other way round", async () => {
    project.configure({ shared: { files: [{ path: "maybe.txt", whenMissing: "skip" }] } });
    await deploy();
    expect(await outcome()).toBe("unchanged");
    put("maybe.txt", "mine\n");
    expect([await outcome(), read(current("maybe.txt")), await outcome()]).toEqual(["deployed", "mine\n", "unchanged"]);
    rmSync(shared("maybe.txt"));
    expect([await outcome(), existsSync(current("maybe.txt")), await outcome()]).toEqual(["deployed", false, "unchanged"]);
  });

  test("a seed that the tree does not have is no reason", async () => {
    project.configure({ shared: { files: [{ path: "config/none.json", whenMissing: "seed" }] } });
    await deploy();
    expect(await outcome()).toBe("unchanged");
  });
});
