import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

const NAMES = {
  report: "report.json",
  junit: "junit.xml",
  summary: "summary.md",
  dotenv: "deploy.env",
  links: "links.json",
};
const FILES = Object.entries(NAMES).flatMap(([option, name]) => [`--${option}`, `out/${name}`]);
const at = (name: string): string => join(project.directory, "out", name);
const read = (name: string): string => readFileSync(at(name), "utf8");
const cases = (): number => read("junit.xml").match(/<testcase /gu)?.length ?? 0;
const failures = (): number => read("junit.xml").match(/<failure /gu)?.length ?? 0;

/** A configuration whose tasks print what a host may print that is not ours. */
const HOSTILE = String.raw`printf '::error title=x::owned\n]]></failure>\n| a | \140b\140 |\n\033[31mred\000\001\n</pre><b>\n'`;

describe("--report, --junit, --summary, --dotenv and --links", () => {
  beforeEach(() => mkdirSync(join(project.directory, "out")));

  test("are written beside what people see, and say the same as --json", async () => {
    const { code, stdout } = await project.slh(["deploy", ...FILES]);
    expect(code).toBe(0);
    expect(stdout).toContain("Deployed ");
    expect(JSON.parse(read("report.json"))).toMatchObject({ outcome: "deployed", hosts: [{ host: "local" }] });
    expect([cases() > 5, failures()]).toEqual([true, 0]);
    expect(read("summary.md")).toMatch(/^### ✅ Deployed \d{8}T\d{6}Z to production/u);
    expect(readdirSync(join(project.directory, "out")).toSorted()).toEqual(Object.values(NAMES).toSorted());
    const { release, revision, tree } = JSON.parse(read("report.json"));
    expect(read("deploy.env").split("\n")).toEqual([
      "DEPLOY_COMMAND=deploy",
      "DEPLOY_ENVIRONMENT=production",
      "DEPLOY_OUTCOME=deployed",
      `DEPLOY_RELEASE=${release}`,
      "DEPLOY_PREVIOUS_RELEASE=",
      `DEPLOY_REVISION=${revision}`,
      `DEPLOY_TREE=${tree}`,
      "DEPLOY_WARNINGS=0",
      "",
    ]);
    expect(read("links.json")).toBe("{}\n");

    const json = await project.slh(["status", "--json", "--report", "out/report.json"]);
    expect(read("report.json")).toBe(json.stdout);
  });

  test("are written where a task fails: what happened, the last lines, nothing of it obeyed", async () => {
    project.configure({ tasks: { prepare: `${HOSTILE}; head -c 2000000 /dev/zero | tr '\\0' x; echo; ${HOSTILE}; exit 3` } });
    const { code } = await project.slh(["deploy", ...FILES]);
    expect(code).toBe(1);
    expect(JSON.parse(read("report.json"))).toMatchObject({ outcome: "failed", hosts: [{ error: { phase: "prepare" } }] });
    expect(failures()).toBe(1);
    expect(read("junit.xml")).toContain("| ]]&#62;&#60;/failure&#62;");
    for (const name of Object.values(NAMES)) {
      expect(statSync(at(name)).size).toBeLessThan(200_000);
      expect(read(name)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^\s*::/mu);
    }
    expect(read("summary.md")).toContain("<details><summary>Last lines of local</summary>");
    expect(read("summary.md")).toContain("&#60;/pre&#62;&#60;b&#62;");
    const { status } = spawnSync("python3", ["-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", at("junit.xml")]);
    expect([0, null]).toContain(status);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("are written after %s", async (name) => {
    const wait = 'touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done';
    project.configure({ tasks: { prepare: wait }, lease: "5s" });
    for (const file of ["report.json", "deploy.env"]) writeFileSync(at(file), "of an earlier run");
    const begun = join(project.appRoot, "shared/begun");
    const ended = await project.slh(["deploy", ...FILES], {
      play: (child) =>
        void until("the task has begun", () => existsSync(begun)).then(() => {
          // What an earlier run left is not there to be taken for the end of this one.
          if (!existsSync(at("report.json")) && !existsSync(at("deploy.env"))) child.kill(name);
        }),
    });
    expect(ended.code).toBe(130);
    expect(JSON.parse(read("report.json"))).toMatchObject({ outcome: "interrupted" });
    expect(failures()).toBe(1);
    expect(read("summary.md")).toContain("Interrupted&#58; deploy of production.");
    expect(read("deploy.env")).toContain("DEPLOY_OUTCOME=interrupted\n");
  });

  test("are written where somebody leaves at once, and claim nothing then", async () => {
    const wait = 'trap "" TERM INT; touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done';
    project.configure({ tasks: { afterSwitch: wait }, lease: "5s" });
    const begun = join(project.appRoot, "shared/begun");
    const ended = await project.slh(["deploy", ...FILES], {
      play: (child) =>
        void until("the task has begun", () => existsSync(begun)).then(async () => {
          child.kill("SIGINT");
          await new Promise((resolve) => setTimeout(resolve, 400));
          child.kill("SIGINT");
        }),
    });
    writeFileSync(join(project.appRoot, "shared/go"), "");
    expect([ended.code, ended.stderr]).toEqual([4, expect.stringContaining("Left at once")]);
    expect(JSON.parse(read("report.json"))).toMatchObject({ outcome: "partial", error: { kind: "cancelled" } });
    expect(failures()).toBe(1);
  });

  test("are written where the command line or the configuration is wrong", async () => {
    expect((await project.slh(["deploy", "--frce", ...FILES])).code).toBe(2);
    expect([JSON.parse(read("report.json")).error.kind, failures()]).toEqual(["usage", 1]);
    expect(read("deploy.env")).toContain("DEPLOY_OUTCOME=invalid\n");
    project.configure({ roto: "/x" });
    expect((await project.slh(["deploy", ...FILES])).code).toBe(2);
    expect([JSON.parse(read("report.json")).error.kind, failures()]).toEqual(["configuration", 1]);
    expect(read("summary.md")).toContain("roto");
  });

  test("in GitLab there are links to the job and to what changed", async () => {
    await project.slh(["deploy", ...FILES]);
    project.write({ "index.html": "<p>two</p>\n" });
    const commit = project.commit();
    const env = {
      GITLAB_CI: "true",
      CI_JOB_URL: "https://git.example/job/7",
      CI_PROJECT_URL: "https://git.example/p",
      CI_COMMIT_SHA: commit,
    };
    await project.slh(["deploy", ...FILES], { env });
    const [ended, changed] = JSON.parse(read("links.json"))["Symlink Helper"];
    expect(ended.external_link).toEqual({ label: expect.stringMatching(/^Deployed /u), url: "https://git.example/job/7" });
    expect(changed.external_link.url).toMatch(
      new RegExp(`^https://git\\.example/p/-/compare/[0-9a-f]{40}\\.\\.\\.${commit}$`, "u"),
    );
  });

  test("one file for two of them is a mistake", async () => {
    const { code, stderr } = await project.slh(["deploy", "--report", "out/a", "--junit", "out/a"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("name the same file")]);
  });
});

describe("a file that cannot be written is a warning, and the exit code stays", () => {
  test.each([
    ["a directory that is not there", "missing/report.json", "there is no directory"],
    ["a directory", ".git", "it is a directory"],
    ["no file at all", "/dev/null", "it is no file"],
  ])("%s", async (_, path, why) => {
    const { code, stderr } = await project.slh(["deploy", "--report", path]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(why)]);
    project.configure({ tasks: { prepare: "exit 1" } });
    expect((await project.slh(["deploy", "--force", "--report", path])).code).toBe(1);
    expect(existsSync("/dev/null")).toBe(true);
  });

  test("a full disk, which leaves nothing half behind", async () => {
    const small = join(project.directory, "..", "small");
    mkdirSync(small);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", small]).status === 0;
    // Where nobody may mount, there is no disk to fill.
    if (!mounted) return;
    try {
      writeFileSync(join(small, "fill"), "x".repeat(4096));
      const paths = ["--report", join(small, "r"), "--junit", join(small, "j"), "--summary", join(small, "s")];
      const { code, stderr } = await project.slh(["deploy", ...paths]);
      expect(code).toBe(0);
      expect(stderr.match(/the disk is full/gu)).toHaveLength(3);
      expect(readdirSync(small)).toEqual(["fill"]);
    } finally {
      spawnSync("umount", [small]);
    }
  });

  test("links and modes of a file that is there stay", async () => {
    writeFileSync(join(project.directory, "real"), "", { mode: 0o640 });
    symlinkSync("real", join(project.directory, "link"));
    expect((await project.slh(["deploy", "--summary", "link"])).code).toBe(0);
    expect(readFileSync(join(project.directory, "real"), "utf8")).toContain("### ");
    expect(statSync(join(project.directory, "real")).mode & 0o777).toBe(0o640);
    rmSync(join(project.directory, "link"));
  });
});

test("in GitHub's own file a summary is put behind what stands there, anywhere else in its place", async () => {
  const summary = join(project.directory, "summary.md");
  writeFileSync(summary, "# Of another command\n");
  await project.slh(["deploy", "--summary", summary], { env: { GITHUB_STEP_SUMMARY: summary } });
  await project.slh(["status", "--summary", summary], { env: { GITHUB_STEP_SUMMARY: summary } });
  expect(readFileSync(summary, "utf8")).toMatch(/^# Of another command\n[^]*### ✅ Deployed[^]*### status shop production\n/u);
  await project.slh(["status", "--summary", summary]);
  expect(readFileSync(summary, "utf8")).toMatch(/^### status/u);
});
