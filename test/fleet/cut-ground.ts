import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parseLedger } from "../../src/release/ledger-text.ts";
import { type Json, openProject, type Project } from "../e2e/project.ts";
import type { Fleet, FleetHost } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { type Cut, from, type Wire } from "../hosts/wires.ts";

/** Seconds: short enough to wait for, long enough for a busy machine. */
const LEASE = 4;

const NOTE = `echo "$SLH_POINT $SLH_ACTION $SLH_RELEASE" >>"$SLH_ROOT/../notes"`;
/** Stands still once, where the test wants it to, and says so. */
const HOLD = `if rm "$SLH_ROOT/../hold-$SLH_POINT" 2>/dev/null; then touch "$SLH_ROOT/../reached"; sleep 120; fi`;
const TASK = `${NOTE}; ${HOLD}`;

type Point = "prepare" | "afterSwitch" | "finish";

/** A project on the laptop, and two hosts. The wire to the first is the one that is cut. */
export class Ground {
  readonly hosts: readonly [FleetHost, FleetHost];
  readonly wires: readonly Wire[];
  /** What is live and good. */
  old = "";
  readonly #laptop: FleetHost;
  readonly #project: Project;
  #version = 0;

  constructor(fleet: Fleet, laptop: FleetHost, hosts: readonly FleetHost[], wires: readonly Wire[]) {
    this.hosts = hosts as [FleetHost, FleetHost];
    this.wires = wires;
    this.#laptop = laptop;
    this.#project = openProject({ fleet });
    this.#project.configure({
      environments: { production: { hosts: hosts.map(({ name }) => name) } },
      ssh: { config: fleet.sshConfigFile, options: { ConnectTimeout: "2" } },
      lease: LEASE,
      wait: 60,
      tasks: { prepare: TASK, afterSwitch: TASK, finish: TASK },
    });
  }

  close(): void {
    this.#project.close();
  }

  async begin(): Promise<void> {
    this.old = (await this.deploy()).release;
    for (const host of this.hosts) rmSync(beside(host, "notes"));
  }

  deploy(): Promise<Json> {
    this.#project.write({ "index.html": `<p>${++this.#version}</p>\n` });
    this.#project.commit();
    return this.#project.json(["deploy"], { through: from(this.#laptop) });
  }

  hold(host: FleetHost, point: Point): void {
    writeFileSync(beside(host, `hold-${point}`), "");
  }

  /** Deploys, and cuts wires when the first host has come to that point. */
  async cutAt(
    point: Point,
    how: Cut,
    wires: readonly Wire[] = this.wires.slice(0, 1),
  ): Promise<{ ended: Promise<Json>; release: string }> {
    const [first] = this.hosts;
    this.hold(first, point);
    const ended = this.deploy();
    await until(`${first.name} is at ${point}`, () => existsSync(beside(first, "reached")));
    await Promise.all(wires.map((wire) => wire.cut(how)));
    return { ended, release: this.notes(first)[0]?.split(" ")[2] ?? "" };
  }

  async mend(): Promise<void> {
    await Promise.all(this.wires.map((wire) => wire.mend()));
  }

  readonly live = (host: FleetHost): string => readlinkSync(join(host.directory, "current")).replace("releases/", "");

  notes(host: FleetHost): string[] {
    return readFileSync(beside(host, "notes"), "utf8").trim().split("\n");
  }

  ledger(host: FleetHost): string[] {
    const text = readFileSync(join(host.directory, ".symlink-helper/ledger.jsonl"), "latin1");
    return parseLedger(text).entries.map(({ kind, release }) => `${kind} ${release}`);
  }

  /** Whether nobody has the lock. */
  isFree(host: FleetHost): boolean {
    const locks = readdirSync(join(host.directory, ".symlink-helper/locks")).filter((name) => /^g\d+(\.done)?$/.test(name));
    return locks.toSorted().at(-1)?.endsWith(".done") === true;
  }

  /** Link, reload and ledger, in this order. */
  async expectWentBackByItself(host: FleetHost, release: string): Promise<void> {
    await until(`${host.name} is back and has let go`, () => this.live(host) === this.old && this.isFree(host));
    expect(this.notes(host)).toEqual([
      `prepare deploy ${release}`,
      `afterSwitch deploy ${release}`,
      `afterSwitch return ${this.old}`,
    ]);
    expect(this.ledger(host)).toContain(`returned ${release}`);
    expect(this.ledger(host)).not.toContain(`good ${release}`);
  }

  /** Back in order: a deploy needs nothing by hand. */
  async expectNextWorks(): Promise<void> {
    await this.mend();
    const next = await this.deploy();
    expect([next.code, next.outcome]).toEqual([0, "deployed"]);
    expect(this.hosts.map(this.live)).toEqual([next.release, next.release]);
  }
}

/** Outside of the app root, and on the disk of the host. */
function beside(host: FleetHost, name: string): string {
  return join(host.directory, "..", name);
}
