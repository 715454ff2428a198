import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandResult, runCommand } from "./command.ts";
import { describeHosts } from "./describe-hosts.ts";
import { type Fleet, type FleetHost, type FleetOptions, startFleet } from "./fleet.ts";
import { busyboxPath, withBusyboxPath } from "./machine.ts";
import { tracesOf } from "./traces.ts";
import { until } from "./until.ts";

const scratch = mkdtempSync(join(tmpdir(), "fleet-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function ssh(fleet: Fleet, host: string, command: string, ...options: string[]): Promise<CommandResult> {
  return runCommand(["ssh", "-F", fleet.sshConfigFile, ...options, host, command]);
}

/** Leaves a `sleep` running in a session on the host. The answer is what became of the session. */
async function sleepOn(fleet: Fleet, host: FleetHost, ...options: string[]): Promise<{ session: Promise<CommandResult> }> {
  const session = ssh(fleet, host.name, "exec sleep 1000", ...options);
  await until("sleep runs", () => sleeps(host));
  return { session };
}

function sleeps(host: FleetHost): boolean {
  return host.processes().some(({ args }) => args === "sleep 1000");
}

async function withFleet(options: FleetOptions, body: (fleet: Fleet, first: FleetHost) => Promise<void>): Promise<void> {
  const fleet = await startFleet(options);
  try {
    await body(fleet, fleet.host("web1"));
  } finally {
    await fleet.stop();
  }
}

describeHosts("a fleet of three", () => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 3 })));
  afterAll(async () => fleet.stop());

  test("the same path is a different directory on each host", async () => {
    for (const host of fleet.hosts) writeFileSync(join(host.directory, "marker"), `this is ${host.name}`);
    const read = fleet.hosts.map(async ({ name }) => (await ssh(fleet, name, `cat ${fleet.appRoot}/marker`)).stdout);
    expect(await Promise.all(read)).toEqual(["this is web1", "this is web2", "this is web3"]);
  });

  test("hosts have a name and a boot id of their own", async () => {
    const asked = fleet.hosts.map(async (host) => host.exec("uname -n; cat /proc/sys/kernel/random/boot_id"));
    const answers = (await Promise.all(asked)).map(({ stdout }) => stdout.trim().split("\n"));
    expect(answers.map(([name]) => name)).toEqual(["web1", "web2", "web3"]);
    expect(new Set(answers.map(([, bootId]) => bootId)).size).toBe(3);
  });

  test("the log counts connections and channels", async () => {
    const host = fleet.host("web1");
    const before = host.log();
    const shared = ["-S", join(scratch, "master")];
    await ssh(fleet, "web1", "true", ...shared, "-M", "-o", "ControlPersist=60");
    await ssh(fleet, "web1", "true", ...shared);
    await ssh(fleet, "web1", "", ...shared, "-O", "exit");
    const after = host.log();
    expect([after.connections - before.connections, after.channels - before.channels]).toEqual([1, 2]);
  });

  test("exec gives code, output and errors, and passes arguments as they are", async () => {
    const result = await fleet.host("web2").exec(`printf '%s\\n' "$2"; echo oops >&2; exit 3`, "a", `b " ' $x`);
    expect(result).toEqual({ code: 3, stdout: `b " ' $x\n`, stderr: "oops\n" });
  });

  test("processes are those of the host alone, and killAll leaves only the sshd", async () => {
    const [web1, web2] = [fleet.host("web1"), fleet.host("web2")];
    const { session } = await sleepOn(fleet, web1);
    const sleeping = web1.processes().find(({ args }) => args === "sleep 1000");
    expect((await web1.exec(`cat /proc/${sleeping?.hostPid}/cmdline`)).stdout).toContain("sleep");
    expect(sleeps(web2)).toBe(false);
    await web1.killAll();
    expect((await session).code).toBe(255);
    expect(web1.processes()).toEqual([]);
    expect((await ssh(fleet, "web1", "echo back")).stdout).toBe("back\n");
  });

  test("a host that was switched off comes back with its disk and nothing else", async () => {
    const host = fleet.host("web3");
    writeFileSync(join(host.directory, "kept"), "on disk");
    const bootId = async (): Promise<string> => (await host.exec("cat /proc/sys/kernel/random/boot_id")).stdout;
    const before = await bootId();
    const { session } = await sleepOn(fleet, host);
    await host.powerOff();
    expect((await session).code).toBe(255);
    expect((await ssh(fleet, "web3", "true")).stderr).toContain("Connection refused");
    await host.boot();
    expect(await bootId()).not.toBe(before);
    expect(host.processes()).toEqual([]);
    expect((await ssh(fleet, "web3", `cat ${fleet.appRoot}/kept`)).stdout).toBe("on disk");
  });
});

describeHosts("a proxied host", () => {
  let fleet: Fleet;
  let host: FleetHost;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 1, proxied: true });
    host = fleet.host("web1");
  });
  afterAll(async () => fleet.stop());

  test("bytes are passed on and counted in both directions", async () => {
    const { bytesUp, bytesDown } = host.proxy;
    expect((await ssh(fleet, "web1", "head -c 1000000 /dev/zero | wc -c; head -c 300000 /dev/zero")).stdout).toHaveLength(
      300_008,
    );
    expect(host.proxy.bytesDown - bytesDown).toBeGreaterThan(300_000);
    expect(host.proxy.bytesUp - bytesUp).toBeGreaterThan(1000);
    expect(host.proxy.bytesUp - bytesUp).toBeLessThan(100_000);
  });

  test("a cut is noticed by keep-alives only, and not by the host", async () => {
    const { session } = await sleepOn(fleet, host, "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=2");
    host.proxy.cut();
    expect(await session).toMatchObject({ code: 255, stderr: expect.stringContaining("not responding") as string });
    expect(sleeps(host)).toBe(true);
    host.proxy.mend();
    await until("the host has noticed", () => !host.processes().some(({ args }) => args.startsWith("sshd")));
    await host.killAll();
  });

  test("what was sent during a cut arrives when it is mended", async () => {
    const session = ssh(fleet, "web1", `until [ -e ${fleet.appRoot}/go ]; do sleep 0.1; done; echo arrived`);
    await until("the command runs", () => host.processes().some(({ args }) => args.includes("arrived")));
    host.proxy.cut();
    writeFileSync(join(host.directory, "go"), "");
    await until("the command has ended", () => !host.processes().some(({ args }) => args.includes("arrived")));
    host.proxy.mend();
    expect(await session).toEqual({ code: 0, stdout: "arrived\n", stderr: "" });
  });

  test("a connection tried during a cut hangs", async () => {
    host.proxy.cut();
    expect(await ssh(fleet, "web1", "true", "-o", "ConnectTimeout=1")).toMatchObject({ code: 255 });
    host.proxy.mend();
  });

  test("close resets both sides and takes new connections", async () => {
    const { session } = await sleepOn(fleet, host);
    host.proxy.close();
    expect(await session).toMatchObject({ code: 255, stderr: expect.stringMatching(/reset|Broken pipe/) as string });
    await until("the host has noticed", () => !host.processes().some(({ args }) => args.startsWith("sshd")));
    await host.killAll();
    expect(await ssh(fleet, "web1", "true")).toMatchObject({ code: 0 });
  });

  test("delay makes each of the round trips of a login longer", async () => {
    host.proxy.delay(200);
    const start = performance.now();
    expect(await ssh(fleet, "web1", "true")).toMatchObject({ code: 0 });
    expect(performance.now() - start).toBeGreaterThan(5 * 200);
    host.proxy.delay(0);
  });
});

describeHosts("a fleet of peculiar hosts", () => {
  test("a small disk gets full, and can be looked into from outside", async () => {
    await withFleet({ hosts: 1, sizeMb: 2 }, async (fleet, host) => {
      const { code, stderr } = await ssh(fleet, "web1", `head -c 4000000 /dev/zero >${fleet.appRoot}/big`);
      expect([code, stderr]).toEqual([1, expect.stringContaining("No space left")]);
      expect(statSync(join(host.directory, "big")).size).toBe(2 * 1024 * 1024);
    });
  });

  test("a disk runs out of inodes", async () => {
    await withFleet({ hosts: 1, inodes: 10 }, async (fleet) => {
      const { stderr } = await ssh(fleet, "web1", `cd ${fleet.appRoot} && touch 1 2 3 4 5 6 7 8 9`);
      expect(stderr).toContain("No space left");
    });
  });

  test("a start-up file prints", async () => {
    await withFleet({ hosts: 1, loginShell: "/bin/bash", home: { ".bashrc": "echo noise\n" } }, async (fleet) => {
      expect((await ssh(fleet, "web1", "echo answer")).stdout).toBe("noise\nanswer\n");
    });
  });

  test.skipIf(busyboxPath() === undefined)("a host has nothing but BusyBox", async () => {
    const path = withBusyboxPath(join(scratch, "busybox"));
    await withFleet({ hosts: 1, loginShell: join(path, "ash"), sshdOptions: { SetEnv: `PATH=${path}` } }, async (fleet) => {
      const { stdout } = await ssh(fleet, "web1", "readlink /proc/$$/exe; command -v mv; mv --help 2>&1 | head -n 1");
      expect(stdout).toMatch(new RegExp(`^${busyboxPath()}\n${path}/mv\nBusyBox`));
    });
  });

  test.skipIf(busyboxPath() === undefined)(
    "what exec mounts is there in later sessions: another shell, and one app root for two hosts",
    async () => {
      await withFleet({ hosts: 2, sizeMb: 4 }, async (fleet, web1) => {
        const web2 = fleet.host("web2");
        await web2.exec('mount --bind "$1" "$2"; mount --bind "$3" /bin/sh', web1.directory, fleet.appRoot, busyboxPath() ?? "");
        await ssh(fleet, "web2", `/bin/sh --help >${fleet.appRoot}/help 2>&1`);
        expect(readFileSync(join(web1.directory, "help"), "utf8")).toContain("BusyBox");
      });
    },
  );

  test("a setting that sshd does not know is reported, and nothing stays behind", async () => {
    const started = startFleet({ hosts: 1, sshdOptions: { NoSuchOption: "yes" } });
    await expect(started).rejects.toThrow("Bad configuration option: NoSuchOption");
  });
});

describeHosts("the end of a fleet", () => {
  test("stop leaves no process, mount or directory, and can be called twice", async () => {
    const fleet = await startFleet({ hosts: 2, sizeMb: 4, proxied: true });
    const host = fleet.host("web1");
    const { session } = await sleepOn(fleet, host);
    await host.exec("setsid sleep 2000 >/dev/null 2>&1 &");
    const inside = host.processes().map(({ pid }) => pid);
    expect(inside.length).toBeGreaterThan(2);
    await fleet.stop();
    await fleet.stop();
    expect(await tracesOf(fleet)).toEqual([]);
    expect(inside.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect((await session).code).toBe(255);
  });

  test("stop removes what was made immutable", async () => {
    const fleet = await startFleet({ hosts: 1 });
    await fleet.host("web1").exec('chattr +i "$1"', fleet.appRoot);
    await fleet.stop();
    expect(await tracesOf(fleet)).toEqual([]);
  });

  test("stop tells of files written to this machine instead of a host", async () => {
    const fleet = await startFleet({ hosts: 1 });
    writeFileSync(`${fleet.appRoot}-stray`, "");
    await expect(fleet.stop()).rejects.toThrow("Directory not empty");
    expect(await tracesOf(fleet)).toEqual([]);
  });

  test("a test run that is killed leaves nothing", async () => {
    const told = join(scratch, "abandoned.json");
    const config = "test/hosts/fixtures/abandoned.config.ts";
    const run = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--config", config], {
      env: { ...process.env, ABANDONED: told },
      stdio: "ignore",
    });
    await until("the fleet of the other run stands", () => existsSync(told));
    const abandoned = JSON.parse(readFileSync(told, "utf8")) as Fleet & { worker: number };
    expect(await tracesOf(abandoned)).not.toEqual([]);
    process.kill(abandoned.worker, "SIGKILL");
    await until("nothing is left", async () => (await tracesOf(abandoned)).length === 0);
    run.kill("SIGKILL");
  });
});
