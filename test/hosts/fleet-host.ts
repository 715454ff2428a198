import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, runCommand } from "./command.ts";
import type { CutProxy } from "./cut-proxy.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Guard } from "./guard.ts";
import type { Place } from "./place.ts";
import { type HostProcess, namespaceOf, processesIn } from "./processes.ts";
import { until } from "./until.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a host is made of. Its files and its sshd come later. */
export interface FleetHostParts {
  name: string;
  endpoint: Endpoint;
  proxy: CutProxy | undefined;
  place: Place;
  guard: Guard;
}

/**
 * One host: a real sshd with processes, mounts, host name and boot id of its own. It shares with this machine the rest of
 * the file system, the network and the clock.
 */
export class FleetHost {
  readonly name: string;
  /** The loopback address and port of its sshd, also when there is a proxy before it. */
  readonly address: string;
  readonly port: number;
  /** The app root of this host, seen from out here. Exists and is empty at first. */
  readonly directory: string;
  /** Where the ssh configuration points: the proxy before the host, or else its sshd. */
  readonly reachedAt: Endpoint;
  /** Holds the keys, settings, log and disk of this host on this machine. */
  readonly files: string;
  readonly #place: Place;
  readonly #guard: Guard;
  readonly #proxy: CutProxy | undefined;
  #running: { sshdPid: number; namespace: string; pin: number } | undefined;

  constructor({ name, endpoint, proxy, place, guard }: FleetHostParts) {
    this.name = name;
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.reachedAt = proxy ?? endpoint;
    this.files = join(place.directory, name);
    this.directory = join(this.files, "root", "app");
    this.#place = place;
    this.#guard = guard;
    this.#proxy = proxy;
  }

  /** The stretch of network before this host. Only in a fleet that was started with `proxied: true`. */
  get proxy(): CutProxy {
    if (this.#proxy === undefined) throw new Error("Start the fleet with `proxied: true` to have proxies.");
    return this.#proxy;
  }

  /** The sshd that listens, by its number out here. On the host it is process 1: killing it switches the host off. */
  get sshdPid(): number {
    return this.#whileRunning().sshdPid;
  }

  /** What sshd counted since the fleet started: connections that logged in, and commands or shells started in them. */
  log(): { connections: number; channels: number } {
    const lines = this.#log();
    return { connections: count(lines, /^Accepted publickey/gm), channels: count(lines, /^Starting session/gm) };
  }

  /** Every process on the host but the sshd that listens. Includes the sshd of each session. */
  processes(): HostProcess[] {
    if (this.#running === undefined) return [];
    const { sshdPid, namespace } = this.#running;
    return processesIn(namespace).filter(({ pid }) => pid !== sshdPid);
  }

  /**
   * Runs a shell script on the host as root, without ssh and with `args` as `$1` and so on. Mounts it makes are there for
   * every later session: `mount --bind "$1" /bin/sh` gives the host another shell, and a directory of another host bound
   * over the app root makes a root group.
   */
  async exec(script: string, ...args: string[]): Promise<CommandResult> {
    const enter = ["nsenter", `--target=${this.sshdPid}`, "--mount", "--pid", "--uts", "--"];
    const env = { PATH, HOME: this.#place.home, USER: "root", LOGNAME: "root" };
    return runCommand([...enter, "/bin/sh", "-c", script, "sh", ...args], { env });
  }

  /** Kills every process on the host but the sshd that listens, and waits until they are gone. */
  async killAll(): Promise<void> {
    await until(`nothing runs on ${this.name}`, () => {
      const processes = this.processes();
      for (const { pid } of processes) kill(pid);
      return processes.length === 0;
    });
  }

  /**
   * Switches the host off: every process is killed at once, the disk stays. The kernel of this machine still closes the
   * connections; for a host that falls silent, cut its proxy first.
   */
  async powerOff(): Promise<void> {
    const { sshdPid, namespace } = this.#whileRunning();
    kill(sshdPid);
    await until(`${this.name} is off`, () => processesIn(namespace).length === 0);
    this.#unpin();
  }

  /** Boots the host and waits until it takes connections: no process of before, another boot id, the same disk. */
  async boot(): Promise<void> {
    this.#unpin();
    const startsBefore = this.#starts();
    for (const file of [this.#pidFile(), this.#bootLog()]) rmSync(file, { force: true });
    this.#guard.boot(this.name);
    await until(`${this.name} listens`, () => this.#starts() > startsBefore || this.#complain());
    const sshdPid = Number(readFileSync(this.#pidFile(), "utf8"));
    // Held open, a namespace cannot end and leave its number to the host of another fleet.
    const pin = openSync(`/proc/${sshdPid}/ns/pid`, "r");
    this.#running = { sshdPid, namespace: namespaceOf(sshdPid) ?? "", pin };
  }

  /** Lets go of all that this process holds of the host. For the fleet, when it ends. */
  async release(): Promise<void> {
    this.#unpin();
    await this.#proxy?.stop();
  }

  #unpin(): void {
    if (this.#running !== undefined) closeSync(this.#running.pin);
    this.#running = undefined;
  }

  #whileRunning(): { sshdPid: number; namespace: string } {
    if (this.#running === undefined) throw new Error(`${this.name} is switched off.`);
    return this.#running;
  }

  #starts(): number {
    return count(this.#log(), /^Server listening/gm);
  }

  #log(): string {
    return readFileSync(join(this.files, "log"), "utf8");
  }

  #pidFile(): string {
    return join(this.files, "pid");
  }

  #bootLog(): string {
    return join(this.files, "boot.log");
  }

  /** Throws if the host has given up booting. */
  #complain(): false {
    const said = readIfAny(this.#bootLog());
    const pid = readIfAny(this.#pidFile());
    if (said === "" && (pid === "" || namespaceOf(pid.trim()) !== undefined)) return false;
    throw new Error(`${this.name} does not boot: ${said}${this.#log()}`);
  }
}

function count(lines: string, pattern: RegExp): number {
  return lines.match(pattern)?.length ?? 0;
}

function readIfAny(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone by itself.
  }
}
