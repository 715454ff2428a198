import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { leftovers } from "../lock/evidence.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

/** Who logs in, and who the application is. */
const DEPLOY = { name: "deploy", id: 5001 };
const APP = { name: "app", id: 5002 };

/** All that the deploy user may do on these hosts, with what careful administrators set. */
const SUDOERS = `Defaults env_reset, use_pty, secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
deploy ALL=(app) NOPASSWD: /bin/sh
`;

describeHosts("become: hosts where one logs in as one user and deploys as another, through a real sudo", () => {
  if (findProgram("sudo") === undefined) return test.skip("there is no sudo here");
  let place: string;
  let fleet: Fleet;
  let project: Project;
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "slh-become-"));
    chmodSync(place, 0o755);
    const keys = join(place, "keys");
    fleet = await startFleet({ hosts: 2, proxied: true, sshdOptions: { AuthorizedKeysFile: keys } });
    copyFileSync(join(fleet.directory, "client_key.pub"), keys);
    for (const host of fleet.hosts) await giveUsers(host);
    project = openProject({ fleet });
    configure();
  });
  afterAll(async () => {
    project?.close();
    await fleet?.stop();
    rmSync(place, { recursive: true, force: true });
  });

  async function giveUsers(host: FleetHost): Promise<void> {
    const sudoers = join(place, `sudoers-${host.name}`);
    writeFileSync(sudoers, SUDOERS, { mode: 0o440 });
    const homes = [DEPLOY, APP].map(({ name, id }) => {
      const home = join(place, `${host.name}-${name}`);
      mkdirSync(home);
      return `${name}:x:${id}:${id}::${home}:/bin/sh`;
    });
    const script = `mount --bind "$1" /etc/sudoers && printf '%s\\n' "$2" "$3" >>/etc/passwd &&
      printf '%s:*:19000:0:99999:7:::\\n' deploy app >>/etc/shadow && chown deploy "$4" && chown app "$5" "$6" && chmod 0755 "$6"`;
    const [deploy = "", app = ""] = homes.map((line) => line.split(":")[5] ?? "");
    const ended = await host.exec(script, sudoers, homes[0] ?? "", homes[1] ?? "", deploy, app, fleet.appRoot);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    chmodSync(dirname(host.directory), 0o755);
  }

  function configure(more: object = {}): void {
    const hosts = fleet.hosts.map(({ name }) => ({ host: name, user: DEPLOY.name, become: APP.name }));
    project.configure({
      environments: { production: { hosts, ssh: { config: fleet.sshConfigFile } } },
      commands: { who: "id -un" },
      logs: { app: "shared/app.log" },
      shared: { files: [{ path: ".env", whenMissing: "skip" }] },
      lease: "4s",
      tasks: { prepare: 'echo "$(id -un) in $HOME" >who' },
      ...more,
    });
  }

  /** Everything on the hosts belongs to the application; nothing runs, and no spool is left. */
  async function expectClean(): Promise<void> {
    await until("nothing runs on any host", () => fleet.hosts.every((host) => host.processes().length === 0));
    for (const root of project.roots) {
      expect(leftovers(root)).toEqual([]);
      const strangers = readdirSync(root, { recursive: true, withFileTypes: true })
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => lstatSync(path).uid !== APP.id);
      expect(strangers).toEqual([]);
    }
  }

  test("deploy, roll back, prune: all of it is the application's", async () => {
    for (const text of ["two", "three"]) {
      project.write({ "index.html": text });
      project.commit();
      expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "deployed", warnings: [] });
    }
    const { stdout } = await project.slh(["exec", "--", "cat", "who"]);
    expect(stdout).toMatch(/web1 \| app in .*-app\n/);
    const before = project.roots.map(live);
    expect(await project.json(["rollback", "--yes"])).toMatchObject({ code: 0, outcome: "rolled-back" });
    expect(project.roots.map(live)).not.toEqual(before);
    expect(await project.json(["prune", "--keep", "1"])).toMatchObject({ code: 0 });
    expect(await project.json(["verify"])).toMatchObject({ code: 0 });
    expect(await project.json(["check"])).toMatchObject({ code: 0 });
    await expectClean();
  });

  test("hands on the host are those of the application too", async () => {
    expect((await project.slh(["run", "who"])).stdout).toContain("web2 | app\n");
    writeFileSync(join(project.directory, "secret"), "s3cret");
    expect((await project.slh(["shared", "put", ".env", "--from", "secret"])).code).toBe(0);
    expect(statSync(join(project.roots[0] ?? "", "shared/.env"))).toMatchObject({ uid: APP.id, mode: 0o100600 });
    await project.slh(["exec", "--in", "root", "--", "echo hello >shared/app.log"]);
    expect((await project.slh(["logs", "app", "--no-follow"])).stdout).toContain("web1 | hello\n");
    await expectClean();
  });

  test("P5: a controller that is killed, a network that is cut, an interrupt: what ran is stopped, and the next deploy just works", async () => {
    configure({ tasks: { prepare: "sleep 300 & sleep 300" } });
    const running = (host: FleetHost): boolean => host.processes().filter(({ args }) => args === "sleep 300").length === 2;
    for (const end of ["SIGKILL", "cut", "SIGINT"] as const) {
      let child: { kill: (signal: NodeJS.Signals) => unknown } | undefined;
      const ended = project.slh(["deploy", "--force"], { play: (started) => (child = started) });
      await until("the tasks run", () => fleet.hosts.every(running));
      if (end === "cut") for (const host of fleet.hosts) host.proxy.cut();
      else child?.kill(end);
      await until("they are stopped", () =>
        fleet.hosts.every((host) => !host.processes().some(({ args }) => args === "sleep 300")),
      );
      await ended;
      for (const host of fleet.hosts) host.proxy.mend();
    }
    configure();
    expect(await project.json(["deploy", "--force"])).toMatchObject({ code: 0, outcome: "deployed" });
    await expectClean();
  });

  test("a rule that does not allow it is told with the one that would", async () => {
    const host = fleet.host("web1");
    await host.exec('printf "root ALL=(ALL) ALL\\n" >"$1"', "/etc/sudoers");
    const { code, hosts } = await project.json(["deploy", "--force"]);
    await host.exec('printf %s "$1" >/etc/sudoers', SUDOERS);
    expect(code).toBe(1);
    expect(hosts[0].error).toMatchObject({
      message: expect.stringContaining("sudo"),
      remedy: expect.stringContaining("NOPASSWD"),
    });
    expect(await project.json(["check"])).toMatchObject({ code: 0 });
  });
});
