import { createHash, randomFillSync } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, emptyRoots, startFleet } from "../hosts/fleet.ts";
import { live } from "./disk.ts";
import { type Json, openProject, type Project } from "./project.ts";

const MIB = 1024 * 1024;
/** Enough that there is a midway. */
const BIG = 64 * MIB;

describeHosts("deploy --only-behind, by hosts that may die", () => {
  let fleet: Fleet;
  let project: Project;
  let temporary: string;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 4 })));
  afterAll(() => fleet.stop());
  beforeEach(() => {
    emptyRoots(fleet);
    project = openProject({ fleet });
    temporary = join(project.directory, "../temporary");
    mkdirSync(temporary);
  });
  afterEach(() => project.close());

  const root = (name: string): string => fleet.host(name).directory;
  const hosts = (...names: readonly string[]): void => project.configure({ environments: { production: { hosts: names } } });

  async function deployed(content: Buffer, ...names: readonly string[]): Promise<Json> {
    project.write({ content });
    project.commit();
    hosts(...names);
    const report = await project.json(["deploy"]);
    expect(report, JSON.stringify(report)).toMatchObject({ code: 0, outcome: "deployed" });
    return report;
  }

  /** Brings hosts up, and does something once when `midway` says so. */
  async function bring(midway: () => boolean, act: () => Promise<void>): Promise<Json> {
    const acting: Promise<void>[] = [];
    const report = await project.json(["deploy", "--only-behind"], {
      env: { TMPDIR: temporary },
      play: (child) => {
        const watch = setInterval(() => {
          if (acting.length === 0 && midway()) acting.push(act());
        }, 2);
        child.once("close", () => clearInterval(watch));
      },
    });
    expect(acting, "it was over before anything happened").toHaveLength(1);
    await Promise.all(acting);
    return report;
  }

  /** Bytes that have come from whoever lends. */
  function taken(): number {
    const files = readdirSync(temporary, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("/contents"));
    return files.reduce((sum, name) => sum + (statSync(join(temporary, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** Bytes of the big file that have come to a host. */
  function arrived(name: string, release: string): number {
    return statSync(join(root(name), "releases", release, "content"), { throwIfNoEntry: false })?.size ?? 0;
  }

  const outcomes = (report: Json): Json => report.hosts.map(({ host, outcome }: Json) => `${host} ${outcome}`);

  test("P5: a host that dies as it lends: another takes over; where there is none, nothing was switched and the next try works", async () => {
    const content = randomFillSync(Buffer.alloc(BIG));
    const { release } = await deployed(content, "web1", "web2");
    hosts("web1", "web2", "web3");
    const half = (): boolean => taken() > BIG / 4;
    const report = await bring(half, () => fleet.host("web1").killAll());
    expect(report).toMatchObject({ code: 0, outcome: "deployed", release });
    expect(outcomes(report)).toEqual(["web1 unchanged", "web2 unchanged", "web3 deployed"]);
    expect(report.warnings[0]).toMatch(
      /^web1: The connection ended in the middle.*, with \d files? of \d still to come\. Taken from web2 instead\.$/,
    );
    expect(await digest(join(root("web3"), "current/content"))).toBe(createHash("sha256").update(content).digest("hex"));
    expect(readdirSync(temporary)).toEqual([]);

    hosts("web1", "web4");
    const failed = await bring(half, () => fleet.host("web1").killAll());
    expect(failed).toMatchObject({ code: 1, outcome: "failed" });
    expect(failed.hosts[0].error).toMatchObject({ kind: "connection-lost" });
    expect([live(root("web1")), live(root("web4"))]).toEqual([release, null]);
    expect(readdirSync(temporary)).toEqual([]);
    const again = await project.json(["deploy", "--only-behind"]);
    expect(again).toMatchObject({ code: 0, outcome: "deployed", release });
    expect(live(root("web4"))).toBe(release);
  });

  test("P5: a host that dies as it receives: no other switches, and the next try brings all of them there", async () => {
    const { release } = await deployed(randomFillSync(Buffer.alloc(BIG)), "web1");
    hosts("web1", "web2", "web3");
    const report = await bring(
      () => arrived("web3", release) > BIG / 4,
      () => fleet.host("web3").killAll(),
    );
    expect(report).toMatchObject({ code: 1, outcome: "failed" });
    expect(outcomes(report)).toEqual(["web1 unchanged", "web2 failed", "web3 failed"]);
    expect(report.hosts[2].error).toMatchObject({ kind: "connection-lost" });
    expect(["web1", "web2", "web3"].map((name) => live(root(name)))).toEqual([release, null, null]);
    expect(readdirSync(temporary)).toEqual([]);
    const again = await project.json(["deploy", "--only-behind"]);
    expect(again, JSON.stringify(again)).toMatchObject({ code: 0, outcome: "deployed", release });
    expect(await project.json(["verify"])).toMatchObject({ code: 0 });
  });

  /** The most memory that a run held at any time, in KiB, as the kernel counted. */
  async function memoryFor(content: Buffer): Promise<number> {
    await deployed(content, "web1");
    hosts("web1", "web2");
    let most = 0;
    const report = await project.json(["deploy", "--only-behind"], {
      play: (child) => {
        const watch = setInterval(() => (most = Math.max(most, peakOf(child.pid))), 20);
        child.once("close", () => clearInterval(watch));
      },
    });
    expect(report).toMatchObject({ code: 0, outcome: "deployed" });
    return most;
  }

  test("what is lent goes through this computer's disk, not its memory", async () => {
    const some = await memoryFor(randomFillSync(Buffer.alloc(10 * MIB)));
    const much = await memoryFor(randomFillSync(Buffer.alloc(200 * MIB)));
    expect(some).toBeGreaterThan(0);
    expect(much / some).toBeLessThan(2);
  });

  test("several thousand files cost one connection, and come whole", async () => {
    project.write(Object.fromEntries(Array.from({ length: 4000 }, (_, n) => [`files/${n % 40}/${n}`, `${n}\n`.repeat(n % 50)])));
    await deployed(Buffer.from("small"), "web1");
    hosts("web1", "web2");
    const before = fleet.hosts.slice(0, 2).map((host) => host.log());
    expect(await project.json(["deploy", "--only-behind"])).toMatchObject({ code: 0, outcome: "deployed" });
    const after = fleet.hosts.slice(0, 2).map((host) => host.log());
    expect(after).toEqual(before.map(({ connections, channels }) => ({ connections: connections + 1, channels: channels + 1 })));
    expect(await project.json(["verify"])).toMatchObject({ code: 0 });
    expect(readFileSync(join(root("web2"), "current/files/9/3049"), "utf8")).toBe("3049\n".repeat(49));
  });
});

function peakOf(pid: number | undefined): number {
  const file = `/proc/${pid ?? 0}/status`;
  try {
    return existsSync(file) ? Number(/^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(file, "utf8"))?.[1] ?? 0) : 0;
  } catch {
    return 0;
  }
}

async function digest(file: string): Promise<string> {
  const sum = createHash("sha256");
  for await (const piece of createReadStream(file)) sum.update(piece as Buffer);
  return sum.digest("hex");
}
