import type { Api, CommandContext } from "../../src/api.ts";
import type { Known } from "../../src/completion/complete.ts";
import type { Seen } from "../../src/completion/kept.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import type { InitDocument } from "../../src/report/init-document.ts";
import type { PipelineDocument } from "../../src/report/pipeline-document.ts";
import { run } from "../../src/cli/run.ts";
import type { ConfigRequest, OutputStream, SignalName, World } from "../../src/cli/world.ts";
import { report } from "../report/samples.ts";

/** A world made by hand: what is said is collected, time moves on by itself, signals are sent by tests. */
export interface FakeWorld {
  readonly world: World;
  readonly said: { stdout: string; stderr: string; both: string };
  /** What the configuration was asked for. */
  readonly asked: ConfigRequest[];
  readonly questions: string[];
  /** Exit codes with which the process was left at once. */
  readonly left: number[];
  /** What was kept for completions. */
  readonly remembered: Seen[];
  /** What was written, by path. */
  readonly files: Map<string, string>;
  readonly signal: (name: SignalName) => void;
  /** Lets so many milliseconds pass, and whatever waits for a turn have one. */
  readonly pass: (ms: number) => void;
}

export interface WorldOptions {
  readonly api?: Partial<Api>;
  readonly env?: Record<string, string>;
  readonly tty?: boolean;
  readonly interactive?: boolean;
  readonly answer?: string;
  /** Standard input. */
  readonly input?: string;
  readonly loadConfig?: World["loadConfig"];
  readonly warnings?: readonly string[];
  readonly columns?: number;
  /** Where the command is called. */
  readonly directory?: string;
  /** What completions know. */
  readonly known?: Known;
  /** What is there already. */
  readonly files?: Readonly<Record<string, string>>;
  /** Why no file can be written. */
  readonly unwritable?: string;
  /** Why standard output cannot be written. */
  readonly lost?: string;
}

export function fakeWorld(args: readonly string[], options: WorldOptions = {}): FakeWorld {
  const said = { stdout: "", stderr: "", both: "" };
  const listeners = new Set<(name: SignalName) => void>();
  const asked: ConfigRequest[] = [];
  const questions: string[] = [];
  const left: number[] = [];
  const remembered: Seen[] = [];
  const files = new Map(Object.entries(options.files ?? {}));
  let tokens = 0;
  const tickers = new Set<() => void>();
  let time = Date.parse("2026-11-23T11:45:02.000Z");
  const stream = (name: "stdout" | "stderr"): OutputStream => ({
    write: (text) => {
      said[name] += text;
      said.both += text;
    },
    lost: () => Promise.resolve(name === "stdout" ? (options.lost ?? null) : null),
    isTTY: options.tty ?? false,
    isFile: false,
    columns: options.columns ?? (options.tty === true ? 80 : undefined),
    rows: options.tty === true ? 24 : undefined,
    onResize: () => () => {},
  });
  const world: World = {
    args,
    program: "symlink-helper",
    env: options.env ?? {},
    directory: options.directory ?? "/home/ann/shop",
    user: "ann",
    hostname: "laptop",
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    interactive: options.interactive ?? false,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(options.answer ?? "");
    },
    readInput: () => Promise.resolve(Buffer.from(options.input ?? "")),
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave: (code) => left.push(code),
    now: () => time,
    every: (_, callback) => {
      tickers.add(callback);
      return () => tickers.delete(callback);
    },
    token: () => `token${(tokens += 1)}`,
    version: () => Promise.resolve("1.2.3"),
    api: () => Promise.resolve(fullApi(options.api ?? {})),
    completions: {
      known: () => Promise.resolve(options.known ?? { environments: [], releases: {} }),
      remember: (seen) => Promise.resolve(void remembered.push(seen)),
    },
    files: {
      write: (path, text) => {
        if (options.unwritable === undefined) files.set(path, text);
        return options.unwritable ?? null;
      },
      read: (path) => files.get(path) ?? "",
      remove: (path) => void files.delete(path),
    },
    loadConfig:
      options.loadConfig ??
      ((request) => {
        asked.push(request);
        const environment = request.environment ?? "production";
        return Promise.resolve({ config: { ...config, environment }, warnings: options.warnings ?? [] });
      }),
  };
  const pass = (ms: number): void => {
    time += ms;
    for (const tick of tickers) tick();
  };
  const signal = (name: SignalName): void => {
    for (const listener of listeners) listener(name);
  };
  return { world, said, asked, questions, left, remembered, files, signal, pass };
}

/** Runs one command line and gives what a person or a script would see of it. */
export async function runCli(
  args: readonly string[],
  options: WorldOptions = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { world, said } = fakeWorld(args, options);
  const code = await run(world);
  return { code, stdout: said.stdout, stderr: said.stderr };
}

/** As one text, for snapshots. */
export async function transcript(args: readonly string[], options: WorldOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, options);
  return [
    `exit ${code}`,
    ...(stdout === "" ? [] : ["--- stdout", stdout.trimEnd()]),
    ...(stderr === "" ? [] : ["--- stderr", stderr.trimEnd()]),
  ].join("\n");
}

/** Records how the API is called. */
export function recordingApi(): {
  readonly api: Api;
  readonly calls: { name: string; context: CommandContext; rest: unknown[] }[];
} {
  const calls: { name: string; context: CommandContext; rest: unknown[] }[] = [];
  const record =
    (name: string, answer: unknown) =>
    (context: CommandContext, ...rest: unknown[]): Promise<never> => {
      calls.push({ name, context, rest });
      return Promise.resolve(answer as never);
    };
  const hosts = { schema: 1, app: "shop", environment: "production", hosts: [] };
  const api: Api = {
    init: (options) => {
      calls.push({ name: "init", context: options as never, rest: [] });
      return Promise.resolve(INIT);
    },
    ci: (options) => {
      calls.push({ name: "ci", context: options as never, rest: [] });
      return Promise.resolve(CI);
    },
    setup: record("setup", report({ command: "setup", outcome: "done" })),
    plan: record("plan", {
      ...hosts,
      revision: null,
      tree: null,
      label: "main",
      files: null,
      bytes: null,
      outcome: "deploy",
      warnings: [],
    }),
    pack: record("pack", {
      ...hosts,
      file: "/a.tar.gz",
      sha256: "0",
      size: 1,
      tree: "0",
      revision: null,
      label: "main",
      files: 1,
      bytes: 1,
      warnings: [],
    }),
    check: record("check", { ...hosts, ok: true, controller: [] }),
    deploy: record("deploy", report()),
    rollback: record("rollback", report({ command: "rollback", outcome: "rolled-back" })),
    releases: record("releases", hosts),
    status: record("status", { ...hosts, agree: true }),
    history: record("history", { ...hosts, rows: [], errors: [] }),
    pin: record("pin", report({ command: "pin", outcome: "done" })),
    prune: record("prune", report({ command: "prune", outcome: "done" })),
    sharedList: record("sharedList", { ...hosts, agree: true }),
    sharedPut: record("sharedPut", report({ command: "shared put", outcome: "done" })),
    sharedGet: record("sharedGet", { ...hosts, path: ".env", bytes: 2, sha256: "0", to: null, text: "A\n" }),
    sharedDiff: record("sharedDiff", { ...hosts, path: ".env", equal: true, reference: null }),
    verify: record("verify", { ...hosts, asked: null, verdict: "whole" }),
    exec: record("exec", { ...hosts, command: "", interrupted: false }),
    commands: record("commands", { ...hosts, commands: [] }),
    run: record("run", { ...hosts, command: "", interrupted: false }),
    ssh: record("ssh", 0),
    logs: record("logs", { ...hosts, followed: false }),
    lockStatus: record("lockStatus", hosts),
    lockAcquire: record("lockAcquire", report({ command: "lock acquire", outcome: "done" })),
    config: record("config", { ...hosts, file: "/home/ann/shop/symlink-helper.yaml", settings: [], config: {} }),
    lockRelease: record("lockRelease", report({ command: "lock release", outcome: "done" })),
  };
  return { api, calls };
}

function fullApi(own: Partial<Api>): Api {
  return { ...recordingApi().api, ...own };
}

const CI: PipelineDocument = {
  schema: 1,
  app: "shop",
  system: "github",
  environments: ["production"],
  files: [],
  written: true,
  steps: [],
  notes: [],
};

const INIT: InitDocument = {
  schema: 1,
  app: "shop",
  environment: "production",
  kind: "node",
  title: "A Node application",
  file: "symlink-helper.yaml",
  schemaFile: null,
  hosts: ["deploy@web1.example.org"],
  root: "/var/www/shop",
  placeholders: false,
  sharedFiles: [],
  commit: false,
  notes: [],
  text: "app: shop\n",
};

const host = {
  address: { kind: "local" },
  root: "/var/www/shop",
  layout: { current: "current", releases: "releases", shared: "shared" },
  keep: 5,
  shared: [],
  permissions: { dirs: "0755", files: "0644", group: null, writable: [], umask: "0022" },
  reuse: [],
  check: [],
  tasks: { prepare: [], beforeSwitch: [], afterSwitch: [], drain: [], undrain: [], finish: [], failed: [] },
  commands: {},
  logs: {},
  env: {},
  path: [],
  shell: null,
  lease: 30,
  grace: 60,
  confirm: "return",
  durability: "flush",
  oldProcesses: { within: 10, whenLeft: "warn" },
} as const;

const config: ResolvedConfig = {
  file: "/home/ann/shop/symlink-helper.yaml",
  directory: "/home/ann/shop",
  app: "shop",
  environment: "production",
  source: { kind: "git", repository: "/home/ann/shop", ref: "main" },
  exclude: [],
  build: [],
  hosts: ["web1", "web2", "web3", "db1"].map((name) => ({ ...host, name, roles: [name.slice(0, -1)] })),
  wait: 600,
  strategy: { waves: [{ percent: 100 }], pause: 0, maxFailures: 0, onFailure: "return" },
  limits: { connect: 8, send: 8 },
  notify: [],
};
