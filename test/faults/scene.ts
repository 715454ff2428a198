import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { type Api, type CommandContext, createApi, type Ports, realPorts, type Report } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { runCommand } from "../hosts/command.ts";
import { writeApp } from "./app.ts";
import { fleetSite, localSite, type Site } from "./site.ts";

/** Hosts with an application on them that can be deployed again and again from the same beginning. */
export interface Scene {
  readonly sites: readonly Site[];
  /** Null for `local`. */
  readonly fleet: Fleet | null;
  readonly configFile: string;
  readonly config: ResolvedConfig;
  /** A directory for the tests' own files. */
  readonly scratch: string;
  site(name: string): Site;
  /** The commands over a world that may differ from the real one. */
  api(ports?: Partial<Ports>): Api;
  context(options?: ContextOptions): CommandContext;
  /** Makes `version` what the next deploy deploys. */
  edit(version: string, more?: readonly string[]): void;
  /** The same, and deploys it. */
  deploy(version: string, options?: DeployWith): Promise<Report>;
  /** What the tasks of a host wrote down since the last reset: `POINT ACTION RELEASE`. */
  tasksRun(host: string): string[];
  /** Keeps what is on all hosts now under a name. */
  keep(name: string): void;
  /** Puts all hosts back to what was kept. */
  reset(name: string): void;
  stop(): Promise<void>;
}

/** What a deploy may differ in: further files of the release, and everything of {@link Scene.api} and {@link Scene.context}. */
interface DeployWith extends ContextOptions {
  readonly more?: readonly string[];
  readonly ports?: Partial<Ports>;
}

interface ContextOptions {
  readonly signal?: AbortSignal;
  readonly emit?: (event: Event) => void;
  readonly config?: ResolvedConfig;
}

export interface SceneOptions {
  /** How many SSH hosts; 0 plays `local`. */
  readonly hosts: number;
  /** Whether hosts have small disks that can be filled, and networks that can be cut. */
  readonly breakable?: boolean;
  /** How many good releases are kept. Default: 2, so that every deploy prunes. */
  readonly keep?: number;
  /** The tasks, as YAML. Default: {@link TASKS}. */
  readonly tasks?: string;
}

/** Long enough for a busy machine not to take a live host for a dead one, short enough to wait for. */
const LEASE = 3;

/** Among the notes of a host: what its tasks were called for, as lines `POINT ACTION RELEASE`. */
const TASK_LOG = "tasks.log";

const NOTE = `printf '%s %s %s\\n' "$SLH_POINT" "$SLH_ACTION" "$SLH_RELEASE" >>"$TASK_LOG"`;
/** Tells what it is called for; takes long, or fails, where the release has a file that says so. */
const TASK = `${NOTE}; [ ! -e "long-$SLH_POINT-$SLH_HOST" ] || sleep 60; [ ! -e "fails-$SLH_POINT-$SLH_HOST" ]`;

/** Tasks at every point; the first host alone migrates, and can undo it. */
const TASKS = `
tasks:
  prepare: ${yaml(`echo made >made.txt; ${TASK}`)}
  beforeSwitch: { run: ${yaml(TASK)}, on: first, undo: ${yaml(`SLH_POINT=undo; ${NOTE}`)} }
  afterSwitch: ${yaml(TASK)}
  finish: ${yaml(TASK)}
  failed: ${yaml(NOTE)}
`;

/** The same in waves, each host taken out of service for it and checked (P12). */
export const IN_WAVES = `${TASKS}  drain: ${yaml(TASK)}
  undrain: ${yaml(TASK)}
strategy: { wave: [1, all] }
check: { command: ${yaml(TASK)}, within: 2s, interval: 1s }
`;

function yaml(text: string): string {
  return JSON.stringify(text);
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const scratch = mkdtempSync(join(tmpdir(), "slh-faults-"));
  const disk = join(scratch, "disk");
  const fleet = options.hosts === 0 ? null : await startHosts(options);
  if (fleet === null) await mountSmall(disk);
  const sites = fleet === null ? [localSite(disk)] : fleet.hosts.map(fleetSite);
  const configFile = join(scratch, "symlink-helper.yaml");
  writeFileSync(configFile, configuration(sites, fleet, options));
  writeApp(join(scratch, "app"), "v0");
  const loaded = await loadConfig({ file: configFile });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return new RealScene({ scratch, sites, fleet, configFile, config: loaded.config });
}

/** Small enough to be filled within a moment. */
const SMALL = { sizeMb: 16, inodes: 1500 };

function startHosts({ hosts, breakable = true }: SceneOptions): Promise<Fleet> {
  return startFleet({ hosts, ...(breakable ? { proxied: true, ...SMALL } : {}) });
}

async function mountSmall(disk: string): Promise<void> {
  mkdirSync(disk);
  const limits = `size=${SMALL.sizeMb}m,nr_inodes=${SMALL.inodes},mode=755`;
  const { code, stderr } = await runCommand(["mount", "-t", "tmpfs", "-o", limits, "tmpfs", disk]);
  if (code !== 0) throw new Error(stderr);
}

function configuration(sites: readonly Site[], fleet: Fleet | null, { keep = 2, tasks = TASKS }: SceneOptions): string {
  const log = join(sites[0]?.notesThere ?? "", TASK_LOG);
  return `
app: shop
root: ${fleet?.appRoot ?? sites[0]?.root ?? ""}
keep: ${keep}
grace: 0
lease: ${LEASE}
wait: 60
source: { directory: app }
shared: { dirs: [log], files: [.env] }
env: { TASK_LOG: ${yaml(log)} }
${fleet === null ? "" : `ssh: { config: ${yaml(fleet.sshConfigFile)}, options: { ConnectTimeout: "2" } }`}
environments: { test: { hosts: [${sites.map(({ name }) => name).join(", ")}] } }
${tasks}`;
}

interface Parts {
  readonly scratch: string;
  readonly sites: readonly Site[];
  readonly fleet: Fleet | null;
  readonly configFile: string;
  readonly config: ResolvedConfig;
}

class RealScene implements Scene {
  readonly scratch: string;
  readonly sites: readonly Site[];
  readonly fleet: Fleet | null;
  readonly configFile: string;
  readonly config: ResolvedConfig;

  constructor({ scratch, sites, fleet, configFile, config }: Parts) {
    this.scratch = scratch;
    this.sites = sites;
    this.fleet = fleet;
    this.configFile = configFile;
    this.config = config;
    for (const site of sites) layOut(site);
    this.keep("empty");
  }

  site(name: string): Site {
    const site = this.sites.find((candidate) => candidate.name === name);
    if (site === undefined) throw new Error(`There is no ${name}.`);
    return site;
  }

  api(ports: Partial<Ports> = {}): Api {
    return createApi({ ...realPorts(), ...ports });
  }

  context({ signal, emit, config }: ContextOptions = {}): CommandContext {
    return {
      config: config ?? this.config,
      emit: emit ?? (() => undefined),
      signal: signal ?? new AbortController().signal,
      env: {},
      by: "ann@laptop",
      origin: "laptop",
    };
  }

  edit(version: string, more: readonly string[] = []): void {
    writeApp(join(this.scratch, "app"), version, more);
  }

  deploy(version: string, { more, ports, ...context }: DeployWith = {}): Promise<Report> {
    this.edit(version, more);
    return this.api(ports).deploy(this.context(context), { message: version });
  }

  tasksRun(host: string): string[] {
    const file = join(this.site(host).notes, TASK_LOG);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  keep(name: string): void {
    for (const site of this.sites) copyDisk(site.disk, this.#kept(name, site));
  }

  reset(name: string): void {
    for (const site of this.sites) {
      copyDisk(this.#kept(name, site), site.disk);
      for (const name of readdirSync(site.notes)) rmSync(join(site.notes, name), { recursive: true, force: true });
    }
  }

  async stop(): Promise<void> {
    await this.fleet?.stop();
    if (this.fleet === null) for (const { disk } of this.sites) await runCommand(["umount", "-l", disk]);
    rmSync(this.scratch, { recursive: true, force: true });
  }

  #kept(name: string, site: Site): string {
    return join(this.scratch, "kept", name, site.name);
  }
}

/** What a person has put into shared/ before the first deploy. */
function layOut({ root }: Site): void {
  mkdirSync(join(root, "shared/log"), { recursive: true });
  writeFileSync(join(root, "shared/.env"), "SECRET=1\n");
  writeFileSync(join(root, "shared/log/production.log"), "one line\n");
}

function copyDisk(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to)) rmSync(join(to, name), { recursive: true, force: true });
  if (existsSync(from)) cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
