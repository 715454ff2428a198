import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { takeFile } from "../github/log.ts";
import { type Job, openJob } from "../github/runner.ts";
import { type Context, filled, holds } from "./expressions.ts";

/** How a job ended. `waiting`: somebody has to agree first. */
type Ended = "success" | "failure" | "skipped" | "waiting";

/** A run of a workflow on a runner that we play. */
export interface WorkflowRun {
  readonly jobs: Readonly<Record<string, Ended>>;
  /** All that was printed. */
  readonly log: string;
}

export interface WorkflowOptions {
  /** What is checked out. */
  readonly repository: string;
  readonly commit: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Secrets of the repository, and of each environment. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly vars: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Environments to which somebody has agreed, or where nobody needs to. */
  readonly agreed: readonly string[];
  /** Artifacts, also those that an earlier attempt of this run left. */
  readonly artifacts: string;
  /** Outputs of jobs, likewise. */
  readonly outputs: Record<string, string>;
  /** What starts programs where the hosts can be reached. */
  readonly through: readonly string[];
  /** Where `npx` is. */
  readonly bin: string;
  /** Jobs that an earlier attempt has done. */
  readonly done?: readonly string[];
}

interface WrittenJob {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly WrittenStep[];
}

interface WrittenStep {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the jobs of a workflow in its order, as GitHub would: each in a workspace of its own, with the secrets of its environment. */
export async function runWorkflow(text: string, options: WorkflowOptions): Promise<WorkflowRun> {
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, WrittenJob>> };
  const ended: Record<string, Ended> = {};
  let log = "";
  for (const [name, job] of Object.entries(jobs)) {
    if (options.done?.includes(name) === true) ended[name] = "success";
    else if (![job.needs ?? []].flat().every((needed) => ended[needed] === "success")) ended[name] = "skipped";
    else if (job.if !== undefined && !holds(job.if, contextOf(job, options))) ended[name] = "skipped";
    else if (job.environment !== undefined && !options.agreed.includes(job.environment)) ended[name] = "waiting";
    else {
      const ran = await runJob(name, job, options);
      ended[name] = ran.code === 0 ? "success" : "failure";
      log += ran.log;
    }
  }
  return { jobs: ended, log };
}

function contextOf({ environment = "" }: WrittenJob, { inputs = {}, secrets, vars, outputs }: WorkflowOptions): Context {
  const named = (kind: string, values: Readonly<Record<string, string>> = {}): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${kind}.${name}`, value]);
  return Object.fromEntries([
    ...named("inputs", inputs),
    ...named("secrets", { ...secrets[""], ...secrets[environment] }),
    ...named("vars", { ...vars[""], ...vars[environment] }),
    ...Object.entries(outputs),
  ]);
}

interface RanStep {
  readonly code: number | null;
  readonly log: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

async function runJob(name: string, written: WrittenJob, options: WorkflowOptions): Promise<RanStep> {
  const workspace = mkdtempSync(join(tmpdir(), "slh-workspace-"));
  const job = openJob(workspace);
  const context: Record<string, string> = { ...contextOf(written, options), "runner.temp": job.temporary };
  let [code, log]: [number | null, string] = [0, ""];
  try {
    for (const step of written.steps) {
      if (step.if === undefined ? code !== 0 : !holds(step.if, context)) continue;
      const ran = await runStep(step, { job, workspace, context, options });
      for (const [key, value] of Object.entries(ran.outputs ?? {})) context[`steps.${step.id}.outputs.${key}`] = value;
      log += ran.log;
      code = code === 0 ? ran.code : code;
    }
    log += (await job.post()).shown;
    for (const [key, value] of Object.entries(written.outputs ?? {}))
      options.outputs[`needs.${name}.outputs.${key}`] = filled(value, context);
    return { code, log };
  } finally {
    job.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

interface Within {
  readonly job: Job;
  readonly workspace: string;
  readonly context: Context;
  readonly options: WorkflowOptions;
}

async function runStep(step: WrittenStep, { job, workspace, context, options }: Within): Promise<RanStep> {
  const given = Object.fromEntries(Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(String(value), context)]));
  const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value, context)]));
  const uses = step.uses?.replace(/@.*/u, "");
  if (step.run !== undefined) return runScript(step.run, { ...env, RUNNER_TEMP: job.temporary }, workspace, options);
  if (uses === "actions/checkout") {
    const clone = `git clone --quiet "$REPOSITORY" . && git checkout --quiet "$COMMIT"`;
    return runScript(clone, { REPOSITORY: options.repository, COMMIT: options.commit }, workspace, options);
  }
  const { name = "", path = "" } = given;
  const stored = join(options.artifacts, name);
  if (uses === "actions/upload-artifact") {
    mkdirSync(stored, { recursive: true });
    cpSync(path, join(stored, basename(path)));
    return { code: 0, log: "" };
  }
  if (uses === "actions/download-artifact") {
    cpSync(stored, path, { recursive: true });
    return { code: 0, log: "" };
  }
  if (uses !== "OWNER/symlink-helper") throw new Error(`This runner knows no ${step.uses}.`);
  const sha = { GITHUB_SHA: options.commit, GITHUB_REF: "refs/heads/main", GITHUB_REF_NAME: "main", GITHUB_REF_TYPE: "branch" };
  const { code, shown } = await job.step(given, { env: { ...env, ...sha }, through: options.through });
  return { code, log: shown, outputs: job.outputs() };
}

/** As GitHub runs a script where no shell is named. Nothing of this machine's environment is in it. */
async function runScript(
  text: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
  { bin }: WorkflowOptions,
): Promise<RanStep> {
  const files = mkdtempSync(join(tmpdir(), "slh-step-"));
  const output = join(files, "output");
  writeFileSync(output, "");
  writeFileSync(join(files, "script.sh"), text);
  const child = spawn("bash", ["-e", join(files, "script.sh")], {
    cwd,
    env: {
      PATH: `${bin}:${process.env["PATH"]}`,
      HOME: files,
      CI: "true",
      GITHUB_ACTIONS: "true",
      ...env,
      GITHUB_OUTPUT: output,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const code = await new Promise<number | null>((resolve) => void child.on("close", resolve));
  const outputs = takeFile(readFileSync(output, "utf8"));
  rmSync(files, { recursive: true });
  return { code, log, outputs };
}
