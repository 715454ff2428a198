import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../src/report/report.ts";
import { root as checkout } from "../../scripts/files.mjs";
import type { Fleet } from "../hosts/fleet.ts";
import { mark, marked, signalAll } from "./processes.ts";

/** How a controller ended, and what it said. */
interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A controller at work. */
export interface Controller {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** The report, once it has ended. Fails if it printed none. */
  report(): Promise<Report>;
}

export interface Starting {
  /** Who runs it, for lock and ledger. */
  readonly by?: string;
  /** Body of slh_step in its runtime: shell text, the name of the step in `$1`. */
  readonly step?: string;
  /** Texts of its runtime to exchange. */
  readonly swap?: readonly (readonly [string, string])[];
  readonly config?: string;
}

/** An application, its configuration and as many controllers as one likes. */
export interface Scene {
  readonly directory: string;
  readonly config: string;
  /** App root, as the hosts see it. */
  readonly root: string;
  /** Writes a further configuration: other hosts, or another order. */
  configure(name: string, hosts: readonly string[], settings?: Readonly<Record<string, unknown>>): string;
  /** A command through the API, in a process of its own. */
  start(command: string, options?: object, starting?: Starting): Controller;
  /** A command line. */
  cli(args: readonly string[], starting?: Pick<Starting, "by" | "config">): Promise<Ended>;
  stop(): void;
}

/** Seconds: long enough for a busy machine not to take a live host for a dead one, short enough to wait for. */
export const LEASE = 3;

/** Tasks that write down who works when, in the order in which things happen. */
const TASKS = {
  prepare: note("begin", 'sleep "${LINGER:-0.1}"'),
  afterSwitch: note("switch"),
  finish: note("end"),
};

function note(word: string, then = ":"): string {
  return `printf '%s %s\\n' ${word} "$SLH_RUN" >>"$SLH_SHARED/log"; ${then}`;
}

export function openScene(fleet: Fleet | null = null, settings: Readonly<Record<string, unknown>> = {}): Scene {
  const directory = mkdtempSync(join(tmpdir(), "slh-lock-"));
  mkdirSync(join(directory, "tree"));
  writeFileSync(join(directory, "tree/index.html"), "<p>hello</p>\n");
  const root = fleet?.appRoot ?? join(directory, "app root");
  const configure: Scene["configure"] = (name, hosts, more = {}) => {
    const file = join(directory, name);
    const ssh = fleet === null ? {} : { ssh: { config: fleet.sshConfigFile } };
    const common = { app: "shop", root, source: { directory: "tree" }, keep: 3, grace: 0, lease: LEASE, wait: 300, tasks: TASKS };
    writeFileSync(file, JSON.stringify({ ...common, ...ssh, ...settings, ...more, environments: { test: { hosts } } }));
    return file;
  };
  const config = configure("symlink-helper.yaml", fleet === null ? ["local"] : fleet.hosts.map(({ name }) => name));
  const environment = ({ by = "ann@laptop", step, swap }: Starting): NodeJS.ProcessEnv => ({
    ...process.env,
    ...mark(directory),
    // The way in which a CI system names who runs it.
    CIRCLECI: "true",
    CIRCLE_USERNAME: by,
    BY: by,
    ...(step === undefined ? {} : { STEP: step }),
    ...(swap === undefined ? {} : { SWAP: JSON.stringify(swap) }),
  });
  const launch = (args: readonly string[], starting: Starting): Controller => {
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: environment(starting),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = endOf(child);
    return { child, pid: child.pid ?? 0, ended, report: async () => JSON.parse((await ended).stdout) as Report };
  };
  return {
    directory,
    config,
    root,
    configure,
    start: (command, options = {}, starting = {}) =>
      launch([join(checkout, "test/lock/controller.mjs"), starting.config ?? config, command, JSON.stringify(options)], starting),
    cli: (args, starting = {}) =>
      launch([join(checkout, "bin/symlink-helper"), ...args, "--config", starting.config ?? config], starting).ended,
    stop: () => {
      signalAll(marked(directory), "SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...said };
}
