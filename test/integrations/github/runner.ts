import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { parse } from "yaml";
import { root } from "../../../scripts/files.mjs";
import { takeFile, takeLog, type TakenLog } from "./log.ts";

export type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How a step, or what comes behind the job, ended. */
export interface Ran extends TakenLog {
  readonly code: number | null;
  /** All that it printed, as the runner gets it. */
  readonly raw: string;
}

/** A job on a runner that we play: what it starts, with which environment and files, and what it makes of what comes back. */
export interface Job {
  /** `RUNNER_TEMP` */
  readonly temporary: string;
  /** Runs the step. `play` gets the running action, and what it has printed so far. */
  step(inputs: Readonly<Record<string, string>>, options?: StepOptions): Promise<Ran>;
  /** Runs what comes behind the job. */
  post(): Promise<Ran>;
  outputs(): Readonly<Record<string, string>>;
  summary(): string;
  /** What the step keeps for what comes behind the job. */
  state(): Readonly<Record<string, string>>;
  /** What the step left for later ones: paths and variables. */
  spread(): string;
  close(): void;
}

interface StepOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly play?: (child: Child, said: () => string) => void;
  /** Words that start it: `nsenter …`. */
  readonly through?: readonly string[];
}

/** What the job was started by. */
export interface Event {
  readonly name: string;
  readonly payload: object;
}

/** What only the action may have. */
export const RUNNER_TOKEN = `token-of-the-runner-${randomUUID()}`;

const PUSH: Event = { name: "push", payload: { repository: { full_name: "acme/shop" } } };
const FILES = ["OUTPUT", "STATE", "STEP_SUMMARY", "ENV", "PATH"] as const;

/** `workspace`: what is checked out. */
export function openJob(workspace: string, event: Event = PUSH): Job {
  const temporary = mkdtempSync(join(tmpdir(), "slh-runner-"));
  const folder = join(temporary, "_runner_file_commands");
  mkdirSync(folder);
  const file = (name: (typeof FILES)[number]): string => join(folder, name.toLowerCase());
  for (const name of FILES) writeFileSync(file(name), "");
  writeFileSync(join(folder, "event.json"), JSON.stringify(event.payload));
  const read = (name: (typeof FILES)[number]): string => readFileSync(file(name), "utf8");
  const env = {
    ...machine(),
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTOR: "ann",
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_RUN_ID: "17",
    GITHUB_SERVER_URL: "https://github.example.org",
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temporary,
    ACTIONS_RUNTIME_TOKEN: RUNNER_TOKEN,
    ...Object.fromEntries(FILES.map((name) => [`GITHUB_${name}`, file(name)])),
  };
  const { runs, inputs: declared } = action();
  return {
    temporary,
    step: (inputs, { env: more = {}, ...how } = {}) =>
      start(join(root, runs.main), workspace, { ...env, ...asVariables(declared, inputs), ...more }, how),
    post: () => start(join(root, runs.post), workspace, { ...env, ...states(takeFile(read("STATE"))) }),
    outputs: () => takeFile(read("OUTPUT")),
    summary: () => read("STEP_SUMMARY"),
    state: () => takeFile(read("STATE")),
    spread: () => read("ENV") + read("PATH"),
    close: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

/** What `action.yml` says, as far as a runner reads it. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, object>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string; readonly "post-if": string };
}

export function action(): Action {
  return parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;
}

/** Each declared input is there, with its default or empty; in capitals, with `_` for spaces and nothing else. */
function asVariables(declared: Action["inputs"], given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => declared[name] === undefined);
  if (unknown.length > 0) throw new Error(`action.yml declares no ${unknown.join(", ")}.`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: otherwise = "" }]) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      given[name] ?? otherwise,
    ]),
  );
}

function states(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`STATE_${name}`, value]));
}

function machine(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

async function start(file: string, cwd: string, env: NodeJS.ProcessEnv, { play, through = [] }: StepOptions = {}): Promise<Ran> {
  const [program, ...words] = [...through, process.execPath, file];
  const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let raw = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (raw += text));
  play?.(child, () => raw);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, raw, ...takeLog(raw) };
}

/** What a job leaves in `RUNNER_TEMP` besides the files of the runner, and the reports that others may want to keep. */
export function leftIn({ temporary }: Job): readonly string[] {
  return readdirSync(temporary).filter((name) => name !== "_runner_file_commands" && !name.startsWith("slh-report-"));
}
