import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { root } from "../../../scripts/files.mjs";
import { openProject, type Project, type Settings } from "../../e2e/project.ts";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { emptyRoots, type Fleet, startFleet } from "../../hosts/fleet.ts";
import { until } from "../../hosts/until.ts";
import { HOSTILE_PRINTF, obeyedIn, ownLines } from "../hostile.ts";
import { writeNpx } from "../npx.ts";
import { Scanner } from "../scanner.ts";
import { type Build, type Built, hasGroovy, type Jenkins, signalByCookie, startJenkins } from "./jenkins.ts";

const IDS = "environment: 'production', sshKey: 'key', knownHosts: 'known'";

describeHosts("the step and the pipeline of Jenkins", () => {
  let fleet: Fleet;
  let project: Project;
  let jenkins: Jenkins;
  let scratch = "";
  let key = "";
  let credentials: Record<string, string> = {};
  let scanner: Scanner;
  beforeAll(async () => {
    if (!hasGroovy) return;
    fleet = await startFleet({ hosts: 1 });
    project = openProject({ fleet });
    scratch = mkdtempSync(join(tmpdir(), "slh-jenkins-"));
    for (const folder of ["tmp", "home", "bin"]) mkdirSync(join(scratch, folder));
    writeNpx(join(scratch, "bin"));
    key = readFileSync(join(fleet.directory, "client_key"), "utf8");
    credentials = { key, known: readFileSync(join(fleet.directory, "known_hosts"), "utf8") };
    scanner = new Scanner([ownLines(key)]);
    jenkins = startJenkins(project.directory, {
      PATH: `${join(scratch, "bin")}:${process.env["PATH"] ?? ""}`,
      HOME: join(scratch, "home"),
      TMPDIR: join(scratch, "tmp"),
    });
  });
  afterAll(async () => {
    if (!hasGroovy) return;
    await jenkins.stop();
    project.close();
    rmSync(`${project.directory}@tmp`, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
    await fleet.stop();
  });
  beforeEach(({ skip }) => {
    skip(!hasGroovy, "needs groovy and java");
    emptyRoots(fleet);
    configure({});
  });

  const configure = (settings: Settings): void => {
    const hosts = fleet.hosts.map(({ name, reachedAt }) => ({ name, host: `root@${reachedAt.address}:${reachedAt.port}` }));
    const environments = { staging: { hosts, root: `${fleet.appRoot}/staging` }, production: { hosts } };
    project.configure({ ssh: {}, exclude: ["symlink-helper*"], environments, ...settings });
  };
  const build = (more: Build): Promise<Built> => jenkins.run({ credentials, ...more });
  const live = (): string | null => {
    const path = join(fleet.host("web1").directory, "current/index.html");
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  const expectClean = ({ log }: Built): void => {
    expect(scanner.has(log)).toBe(false);
    expect(obeyedIn(log)).toEqual([]);
    expect(scanner.inFiles(scratch, project.directory, `${project.directory}@tmp`, fleet.host("web1").files)).toEqual([]);
    expect(readdirSync(join(scratch, "tmp")).filter((name) => name.startsWith("slh-"))).toEqual([]);
  };

  test("deploys, says so, and keeps the reports; a key of Windows is as good", async () => {
    configure({ tasks: { prepare: HOSTILE_PRINTF } });
    const stop = scanner.watch();
    const crlf = { ...credentials, key: key.trimEnd().replaceAll("\n", "\r\n") };
    const built = await build({ script: `symlinkHelper(${IDS})`, credentials: crlf });
    expect([built.result, built.result === "SUCCESS" ? "" : built.log]).toEqual(["SUCCESS", ""]);
    expect(stop()).toEqual([]);
    expect(live()).toBe("<p>one</p>\n");
    const { release, revision } = JSON.parse(readFileSync(join(project.directory, "symlink-helper-report/report.json"), "utf8"));
    expect(built.answer).toEqual({ code: 0, outcome: "deployed", release, previousRelease: "", revision, warnings: 0 });
    expect([built.displayName, built.description]).toEqual([`#7 production ${release}`, `production: deployed ${release}`]);
    expect(built.did).toEqual([
      "lock symlink-helper-production",
      "milestone",
      "junit good",
      expect.stringMatching(/^archive .*deploy.env junit.xml links.json report.json summary.md$/u),
      "unlock",
    ]);
    expect(built.log).toContain("== switch ==");
    expectClean(built);
  });

  test("a failure fails the build, with its reports; nothing of a host is obeyed, no secret shown", async () => {
    configure({ tasks: { prepare: `${HOSTILE_PRINTF}; exit 3` } });
    const built = await build({ script: `symlinkHelper(${IDS}, lock: '')` });
    expect([built.result, built.description, live()]).toEqual([
      "FAILURE",
      expect.stringMatching(/^production: failed \d/u),
      null,
    ]);
    expect(built.did).toEqual([
      "junit failures",
      expect.stringMatching(/^archive .*deploy.env junit.xml links.json report.json summary.md$/u),
    ]);
    expect(built.log).toContain("(exit code 1)");
    expectClean(built);
  });

  test("the key of a job that was killed is removed by a later one, and that of another one of today is not", async () => {
    const left = (name: string, daysAgo: number): string => {
      const directory = join(scratch, "tmp", `slh-jenkins-${name}`);
      mkdirSync(directory);
      writeFileSync(join(directory, "key"), "a key");
      const then = new Date(Date.now() - daysAgo * 86_400_000);
      utimesSync(directory, then, then);
      return directory;
    };
    const [killed, running] = [left("killed", 2), left("running", 0.5)];
    await build({ script: `symlinkHelper(${IDS}, command: 'status', hosts: null, lock: '')` });
    expect([existsSync(killed), existsSync(running)]).toEqual([false, true]);
    rmSync(running, { recursive: true });
  });

  test("UNSTABLE is a deploy with warnings, and an exit code that was named", async () => {
    configure({ tasks: { finish: "exit 1" } });
    const warned = await build({ script: `symlinkHelper(${IDS})` });
    expect([warned.result, live()]).toEqual(["UNSTABLE", "<p>one</p>\n"]);
    expect(warned.answer).toMatchObject({ code: 0, outcome: "deployed" });
    const ignored = await build({ script: `symlinkHelper(${IDS}, options: ['--force'], warnings: 'ignore')` });
    expect(ignored.result).toBe("SUCCESS");
    configure({ ssh: { config: fleet.sshConfigFile }, environments: { production: { hosts: ["web1"] } } });
    expect((await project.slh(["lock", "production", "acquire", "-m", "no deploys today"])).code).toBe(0);
    configure({});
    const locked = `symlinkHelper(${IDS}, options: ['--wait', '0', '--force']`;
    expect((await build({ script: `${locked})` })).result).toBe("FAILURE");
    expect((await build({ script: `${locked}, unstable: [3])` })).result).toBe("UNSTABLE");
  });

  test("an aborted build takes back what is not confirmed, though Jenkins signals every process that it knows", async () => {
    await build({ script: `symlinkHelper(${IDS})` });
    configure({
      tasks: {
        afterSwitch:
          '! [ -e "$SLH_SHARED/begun" ] || exit 0; touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done',
      },
      lease: "5s",
    });
    project.write({ "index.html": "<p>two</p>\n" });
    project.commit();
    const shared = join(fleet.host("web1").directory, "shared");
    const running = build({ script: `symlinkHelper(${IDS})`, cookie: "abc-123" });
    await until("the new release is live", () => existsSync(join(shared, "begun")));
    expect(live()).toBe("<p>two</p>\n");
    writeFileSync(join(`${project.directory}@tmp`, "aborted"), "");
    // The shell alone: the connections to hosts live on.
    expect(signalByCookie("abc-123", "SIGTERM")).toBe(1);
    const built = await running;
    rmSync(join(`${project.directory}@tmp`, "aborted"));
    writeFileSync(join(shared, "go"), "");
    expect([built.result, live()]).toEqual(["ABORTED", "<p>one</p>\n"]);
    expect(built.did).toContain("junit failures");
    expect(built.log).toContain("Asked to end (SIGTERM)");
    expect(built.log).not.toContain("Connecting again");
    expectClean(built);
    rmSync(join(project.directory, "symlink-helper-report"), { recursive: true });
    project.git("revert", "--no-edit", "HEAD");
  });

  test("no value is looked at by a shell, and wrong ones are refused before anything is done", async () => {
    const evil = '$(touch owned.sh) `touch owned.sh` "; touch owned.sh; $HOME $$';
    const quoted = `'''${evil}'''`;
    const built = await build({ script: `symlinkHelper(${IDS}, hosts: ${quoted})` });
    expect([built.result, built.log]).toEqual(["FAILURE", expect.stringContaining(`No host of production fits ${evil}.`)]);
    const options = await build({ script: `symlinkHelper(${IDS}, config: ${quoted}, options: ['--message', ${quoted}])` });
    expect(options.result).toBe("FAILURE");
    expect(readdirSync(project.directory)).not.toContain("owned.sh");
    for (const [given, said] of [
      [`${IDS}, hots: 'web1'`, "there is no option hots"],
      ["environment: 'a b', sshKey: '', knownHosts: ''", "environment is the name"],
      ["environment: 'production', knownHosts: ''", "sshKey is the id of credentials"],
      [`${IDS}, unstable: [4]`, "nobody may go on where hosts differ"],
      [`${IDS}, options: ['''a\nb''']`, "each of one line"],
      [`${IDS}, to: '$(id)', command: 'rollback'`, "to is the id of a release"],
      ["environment: 'production', sshKey: 'other', knownHosts: 'known'", "Could not find credentials entry with ID 'other'"],
    ] as const)
      expect(await build({ script: `symlinkHelper(${given})` })).toMatchObject({
        result: "FAILURE",
        log: expect.stringContaining(said),
      });
  });

  test("without host keys it says how to get them, and connects to nobody", async () => {
    const { address, port } = fleet.host("web1").reachedAt;
    const before = fleet.host("web1").log().connections;
    const built = await build({ script: "symlinkHelper(environment: 'production', sshKey: 'key')" });
    expect([built.result, built.log]).toEqual([
      "FAILURE",
      expect.stringContaining(`ssh-keyscan -t ed25519 -p ${port} ${address} >> known_hosts`),
    ]);
    expect(fleet.host("web1").log().connections).toBe(before);
    // What an earlier build left is not shown as the report of this one.
    expect(built.did.filter((each) => each.startsWith("junit") || each.includes("report.json"))).toEqual([]);
    expectClean(built);
  });

  test("the Jenkinsfile: staging, a question, production; then back", async () => {
    const jenkinsfile = {
      file: join(root, "integrations/jenkins/Jenkinsfile"),
      credentials: Object.fromEntries(
        ["staging", "production"].flatMap((name) => [
          [`${name}-key`, key],
          [`${name}-known-hosts`, credentials["known"] ?? ""],
        ]),
      ),
    };
    const refused = await build({ ...jenkinsfile, approves: false });
    expect([refused.result, live()]).toEqual(["ABORTED", null]);
    expect(existsSync(join(fleet.host("web1").directory, "staging/current"))).toBe(true);
    const approved = await build({ ...jenkinsfile });
    expect([approved.result, live()]).toEqual(["SUCCESS", "<p>one</p>\n"]);
    expect(approved.did).toContain("input");
    expect(approved.description).toMatch(/^staging: (?:deployed|unchanged) \S+, production: deployed \S+$/u);
    project.write({ "index.html": "<p>three</p>\n" });
    project.commit();
    expect((await build({ script: `symlinkHelper(${IDS})` })).result).toBe("SUCCESS");
    expect(live()).toBe("<p>three</p>\n");
    const back = await build({ ...jenkinsfile, params: { ACTION: "rollback", RELEASE: "" } });
    expect([back.result, live(), back.did.includes("input")]).toEqual(["SUCCESS", "<p>one</p>\n", false]);
    expect(back.description).toMatch(/^production: rolled-back /u);
    expectClean(back);
  });
});
