import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../../hosts/fleet.ts";
import { findProgram } from "../../hosts/machine.ts";
import { HOSTILE_PRINTF, obeyedIn, ownLines } from "../hostile.ts";
import { Scanner } from "../scanner.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";

const FAST = "--no-json-schema-validation";
const TOKEN = "first line of it 4711\n{\nand the second $(id) 0815";

describeHosts("the GitLab component", () => {
  let fleet: Fleet;
  let pipeline: Pipeline;
  let key = "";
  let known = "";
  let scanner: Scanner;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 2 });
    key = readFileSync(join(fleet.directory, "client_key"), "utf8");
    known = readFileSync(join(fleet.directory, "known_hosts"), "utf8");
    scanner = new Scanner([ownLines(key), TOKEN]);
    pipeline = openPipeline(fleet);
  });
  afterAll(async () => {
    pipeline.close();
    await fleet.stop();
  });
  beforeEach(({ skip }) => {
    skip(findProgram("rsync") === undefined, "gitlab-ci-local needs rsync");
    pipeline.configure({});
    // As a browser sends what is pasted into it, and without an end.
    pipeline.files({ SSH_PRIVATE_KEY: key.trimEnd().replaceAll("\n", "\r\n"), SSH_KNOWN_HOSTS: known, TOKEN });
  });

  const live = (): (string | undefined)[] =>
    fleet.hosts.map(
      ({ directory }) => readdirSync(directory).flatMap((name) => (name === "current" ? [read(directory, name)] : []))[0],
    );
  const read = (...path: string[]): string => readFileSync(join(...path, "index.html"), "utf8");
  const variables = (): Record<string, string> =>
    Object.fromEntries(
      pipeline
        .report("deploy.env")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/su).slice(0, 2)),
    );
  const BEHIND = {
    behind: { stage: "behind", script: ['printf "%s|" "$DEPLOY_OUTCOME" "$DEPLOY_RELEASE" "$DEPLOY_URL" > behind.txt'] },
  };
  /** Nothing of any secret and nothing that is obeyed is anywhere: in the log, the reports, the files left on either side. */
  const expectClean = (...logs: readonly string[]): void => {
    expect(scanner.inTexts(Object.fromEntries(logs.map((log, at) => [at, log])))).toEqual([]);
    expect(logs.flatMap((log) => obeyedIn(unpadded(log)))).toEqual([]);
    const hosts = fleet.hosts.flatMap(({ directory, files }) => [directory, join(files, "home")]);
    const found = scanner.inFiles(pipeline.scratch, pipeline.project.directory, ...hosts);
    // How gitlab-ci-local keeps variables of type File is not ours.
    expect(found.filter((path) => !/(?:variables\.yml|\/SSH_PRIVATE_KEY|\/TOKEN)$/u.test(path))).toEqual([]);
    expect(readdirSync(join(pipeline.scratch, "tmp")).filter((name) => name.startsWith("slh-"))).toEqual([]);
  };

  test("deploys, keeps reports, hands variables on, and leaves no secret anywhere", async () => {
    const prepare = { run: `${HOSTILE_PRINTF}; printf '%s\\n' "$TOKEN"; cat .env 2>/dev/null || :`, secrets: ["TOKEN"] };
    pipeline.configure({ tasks: { prepare } });
    pipeline.include(
      { deploy: { url: "https://shop.example/?at={release}&is={release}", "before-script": ['export TOKEN="$(cat "$TOKEN")"'] } },
      BEHIND,
    );
    // The job itself puts the token into its environment; nobody ever puts the key into one.
    const watched = [scanner.watch(() => true), new Scanner([ownLines(key)]).watch()];
    const { code, stdout, stderr } = await pipeline.run();
    expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
    expect(watched.flatMap((stop) => stop())).toEqual([]);
    expect(live()).toEqual(["<p>one</p>\n", "<p>one</p>\n"]);
    const { release, revision } = JSON.parse(pipeline.report("report.json"));
    expect(variables()).toMatchObject({ DEPLOY_OUTCOME: "deployed", DEPLOY_RELEASE: release, DEPLOY_REVISION: revision });
    expect(readFileSync(join(pipeline.project.directory, "behind.txt"), "utf8")).toBe(
      `deployed|${release}|https://shop.example/?at=${release}&is=${release}|`,
    );
    expect(pipeline.report("junit.xml")).toMatch(/<testsuites [^>]*failures="0"/u);
    expect(JSON.parse(pipeline.report("links.json"))).toMatchObject({
      "Symlink Helper": [{ external_link: { label: expect.stringMatching(/^Deployed /u) } }],
    });
    // So it shows sections that it has understood.
    expect(stdout).toMatch(/slh_\d+_switch_started[^]*slh_\d+_switch took/u);
    expect(stdout).toContain("::error::owned");
    expectClean(stdout, stderr);
  });

  test("a deploy that fails keeps its reports, and the job fails with its exit code", async () => {
    pipeline.configure({ tasks: { prepare: `${HOSTILE_PRINTF}; exit 3` } });
    pipeline.include({ deploy: {} }, BEHIND);
    const before = live();
    const { code, stdout, stderr } = await pipeline.run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/finished in .* exited 1|FAIL/u);
    expect(live()).toEqual(before);
    expect(variables()).toMatchObject({ DEPLOY_OUTCOME: "failed" });
    expect(pipeline.report("junit.xml")).toContain("<failure ");
    expect(JSON.parse(pipeline.report("report.json"))).toMatchObject({ outcome: "failed" });
    expect(JSON.parse(pipeline.report("links.json"))["Symlink Helper"][0].external_link.label).toMatch(/^Failed/u);
    expectClean(stdout, stderr);
  });

  test("goes back, to the release before or to the one that is named", async () => {
    const jobs = { deploy: { hosts: "web*", "ssh-config": "ssh/config" }, rollback: { "ssh-config": "ssh/config" } };
    pipeline.project.write({ "ssh/config": "Host *\n  LogLevel ERROR\n", "index.html": "<p>two</p>\n" });
    pipeline.include(jobs);
    expect((await pipeline.run("deploy-production", FAST)).code).toBe(0);
    const { DEPLOY_RELEASE: second = "", DEPLOY_PREVIOUS_RELEASE: first } = variables();
    expect(live()).toEqual(["<p>two</p>\n", "<p>two</p>\n"]);
    const back = await pipeline.run("rollback-production", FAST);
    expect([back.code, back.code === 0 ? "" : back.stdout + back.stderr]).toEqual([0, ""]);
    expect(live()).toEqual(["<p>one</p>\n", "<p>one</p>\n"]);
    expect(variables()).toMatchObject({ DEPLOY_OUTCOME: "rolled-back", DEPLOY_RELEASE: first });
    const named = await pipeline.run("rollback-production", "--variable", `ROLLBACK_TO=${second}`);
    expect([named.code, live()]).toEqual([0, ["<p>two</p>\n", "<p>two</p>\n"]]);
    expectClean(back.stdout, back.stderr, named.stdout, named.stderr);
  });

  test("stops an environment: GitLab forgets it, and on the hosts happens what is named", async () => {
    pipeline.include({ deploy: {}, stop: {} });
    const { stdout } = await pipeline.run("--preview");
    expect(stdout).toContain("on_stop: stop-production");
    const stopped = await pipeline.run("stop-production", FAST);
    expect([stopped.code, stopped.stdout]).toEqual([0, expect.stringContaining("Nothing was changed on its hosts")]);
    expect(existsSync(join(fleet.appRoot, "down"))).toBe(false);

    pipeline.configure({ commands: { down: "touch ../../shared/down" } });
    pipeline.include({ deploy: {}, stop: { run: "down" } });
    const without = await pipeline.run("stop-production", FAST);
    expect(without.stdout).toMatch(/WARN[^]*'git-strategy: fetch'/u);
    pipeline.include({ deploy: {}, stop: { run: "down", "git-strategy": "fetch" } });
    const down = await pipeline.run("stop-production", FAST);
    expect([down.code, down.code === 0 ? "" : down.stdout + down.stderr]).toEqual([0, ""]);
    for (const { directory } of fleet.hosts) expect(readdirSync(join(directory, "shared"))).toContain("down");
    expectClean(stopped.stdout, down.stdout, down.stderr);
  });

  test("no value of an input is looked at by a shell", async () => {
    const evil = `$(touch owned) \`touch owned\` "; touch owned; ' & touch owned`;
    pipeline.include({ deploy: { hosts: evil, config: "symlink-helper.yaml", options: evil } });
    expect((await pipeline.run("deploy-production", FAST)).code).toBe(1);
    pipeline.include({ deploy: { hosts: `web1,${evil}` }, rollback: { config: evil } });
    expect((await pipeline.run("deploy-production", FAST)).stdout).toContain("No host of production fits $(touch owned)");
    expect((await pipeline.run("rollback-production", FAST)).stdout).toMatch(/WARN[^]*Not done: rollback/u);
    pipeline.include({ deploy: { command: evil } });
    expect((await pipeline.run("deploy-production", FAST)).code).toBe(1);
    expect(readdirSync(pipeline.project.directory)).not.toContain("owned");
  });

  test.each([
    ["environment", "a b"],
    ["environment", "$(id)"],
    ["tier", "live"],
    ["url", "javascript:alert(1)"],
    ["version", "latest"],
    ["ssh-key-variable", "A;id"],
  ])("an input `%s` of `%s` is refused", async (name, value) => {
    pipeline.include({ deploy: { [name]: value } });
    const { code, stdout, stderr } = await pipeline.run("--list", FAST);
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(name)]);
  });

  test("without host keys it says how to get them, and those commands are right", async () => {
    pipeline.include({ deploy: {} });
    pipeline.files({ SSH_PRIVATE_KEY: key });
    const before = fleet.hosts.map((host) => host.log().connections);
    const { code, stdout, stderr } = await pipeline.run("deploy-production", FAST);
    expect(code).toBe(1);
    expect(fleet.hosts.map((host) => host.log().connections)).toEqual(before);
    const said = unpadded(stdout + stderr);
    const typed = said.match(/^ssh-keyscan .*(?= >> known_hosts$)/gmu) ?? [];
    expect(typed).toEqual(fleet.hosts.map(({ reachedAt: { port, address } }) => `ssh-keyscan -t ed25519 -p ${port} ${address}`));
    expect(said).toContain("key SSH_KNOWN_HOSTS");
    const { execFileSync } = await import("node:child_process");
    const got = typed
      .map((line) => execFileSync("/bin/sh", ["-c", line], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))
      .join("");
    pipeline.files({ SSH_PRIVATE_KEY: key, SSH_KNOWN_HOSTS: got });
    expect((await pipeline.run("deploy-production", FAST)).code).toBe(0);
    // Another key than the known one.
    const [one = "", two = ""] = known.trim().split("\n");
    const swapped = [one.split(" ").with(2, two.split(" ")[2] ?? ""), two.split(" ").with(2, one.split(" ")[2] ?? "")];
    pipeline.files({ SSH_PRIVATE_KEY: key, SSH_KNOWN_HOSTS: swapped.map((words) => words.join(" ")).join("\n") });
    const other = await pipeline.run("deploy-production", FAST);
    expect([other.code, other.stdout]).toEqual([1, expect.stringContaining("another key than the one known")]);
    pipeline.files({ SSH_KNOWN_HOSTS: got });
    const keyless = await pipeline.run("deploy-production", FAST);
    expect([keyless.code, keyless.stdout + keyless.stderr]).toEqual([
      1,
      expect.stringContaining("ssh-keygen -t ed25519 -N '' -C gitlab-ci -f deploy_key"),
    ]);
    expectClean(stdout, stderr, other.stdout, other.stderr, keyless.stderr);
  });
});

/** A log without what gitlab-ci-local puts before each line. */
function unpadded(log: string): string {
  return log.replaceAll(/^\S+ +[>$] +/gmu, "");
}
