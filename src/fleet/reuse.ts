import type { Task } from "../config/resolved.ts";
import { secretNames } from "../config/secrets.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import { callOf } from "../host/quote.ts";
import * as requests from "../host/requests.ts";
import { lookReuse, noteReuse, reuse, reuseRecords, runtime } from "../host/reuse-requests.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import { parseReuseFacts, planReuse, spared, type ReuseWish } from "../plan/reuse.ts";
import type { ReusePlanRow } from "../report/documents.ts";
import type { ReusedReport } from "../report/report.ts";
import { shortTask } from "../report/rows.ts";
import { formatBytes } from "../report/units.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";
import { tasksFor } from "./tasks.ts";

/** What came of `reuse` on one host. */
export interface TakenOver {
  /** Tasks of `prepare` that are not run: what they make is there. */
  readonly spared: readonly Task[];
  /** Shell text for before the seal: under what keys others may take it over. */
  readonly note: ByteString;
}

const NOTHING: TakenOver = { spared: [], note: "" as ByteString };

interface TakeOver {
  readonly release: string;
  readonly signal: AbortSignal;
  /** Take nothing over; only record what is made. */
  readonly fresh: boolean;
}

/** Copies what earlier releases made with the same keys into the new one. Where that fails, the tasks make it: a warning. */
export async function takeOver(run: FleetRun, member: Member, plan: HostPlan, what: TakeOver): Promise<TakenOver> {
  const { release, signal, fresh } = what;
  if (member.host.reuse.length === 0) return NOTHING;
  return member.phase(
    "reuse",
    async () => {
      const wishes = await wishesOf(run, member, plan, signal);
      await copyAll(run, member, fresh ? [] : wishes, release, signal);
      const keys = wishes.flatMap(({ key, path }) => (key === null ? [] : [{ key, path }]));
      return { spared: sparedOn(run, member), note: noteReuse(release, keys) };
    },
    () => describe(member, fresh),
  );
}

function describe({ host, reused }: Member, fresh: boolean): string {
  const none = fresh ? "all is made anew" : "no release has it with the same key";
  return host.reuse
    .map(({ path }) => {
      const found = reused.find((one) => one.path === path);
      if (found === undefined) return `${path}: ${none}`;
      const instead = found.skipped.map((task) => shortTask(task, 40)).join(", ");
      return `${path} from ${found.from} (${formatBytes(found.bytes)}${instead === "" ? "" : `, instead of: ${instead}`})`;
    })
    .join("; ");
}

async function wishesOf(
  run: FleetRun,
  member: Member,
  { host, tree, facts }: HostPlan,
  signal: AbortSignal,
): Promise<readonly ReuseWish[]> {
  const names = secretNames(run.context.config).map(bytesOf);
  const hidden = names.length === 0 ? "" : callOf("unset", names);
  const environment = `${hidden}${requests.exports(host.env)}` as ByteString;
  const commands = host.reuse.map(({ runtime: command }, index) =>
    command === null ? "" : runtime({ index, run: command, environment, path: host.path, shell: host.shell }),
  );
  const lines = await member.ask(`${reuseRecords}${commands.join("")}` as ByteString, { signal });
  const wishes = planReuse(host, tree, facts, parseReuseFacts(lines));
  for (const { path, why } of wishes) if (why !== "") warn(run, member.name, `${path} is not reused: ${why}.`);
  return wishes;
}

async function copyAll(
  run: FleetRun,
  member: Member,
  wishes: readonly ReuseWish[],
  release: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = wishes.filter(({ from }) => from.length > 0);
  if (wanted.length === 0) return;
  let began = run.ports.elapsed();
  const onLine = (line: ByteString): void => {
    const found = answerOf(run, member, line, "reused");
    if (found === null) return;
    const ms = Math.round(run.ports.elapsed() - began);
    began = run.ports.elapsed();
    member.reused.push({ ...found, ms });
  };
  await member.ask(wanted.map((wish) => reuse(release, wish)).join("") as ByteString, { signal, onLine });
}

/** What a line says of an entry; a warning is told. */
function answerOf(
  run: FleetRun,
  member: Member,
  line: ByteString,
  wanted: "reused" | "reusable",
): Omit<ReusedReport, "ms"> | null {
  const text = textOf(line);
  if (text.startsWith("warning ")) warn(run, member.name, `${text.slice("warning ".length)}.`);
  const [word, index, from = "", bytes] = text.split(" ");
  const entry = member.host.reuse[Number(index)];
  if (word !== wanted || entry === undefined) return null;
  const skipped = spared(ownTasks(run, member), [entry.path]).map((task) => run.masker(task.run));
  return { path: entry.path, from, bytes: Number(bytes), skipped };
}

function ownTasks(run: FleetRun, { host }: Member): readonly Task[] {
  return tasksFor(run.context.config, host, host.tasks.prepare);
}

function sparedOn(run: FleetRun, member: Member): readonly Task[] {
  return spared(
    ownTasks(run, member),
    member.reused.map(({ path }) => path),
  );
}

/** What a deploy would take over, looked at as closely as it does, and nothing written. */
export async function lookAtReuse(
  run: FleetRun,
  member: Member,
  plan: HostPlan,
  fresh: boolean,
): Promise<readonly ReusePlanRow[]> {
  const anew = member.host.reuse.map(({ path }) => ({ path, from: null, bytes: null, skipped: [] }));
  if (fresh || anew.length === 0) return anew;
  const { signal } = run.context;
  const wishes = await wishesOf(run, member, plan, signal);
  const wanted = wishes.filter(({ from }) => from.length > 0);
  const lines = wanted.length === 0 ? [] : await member.ask(wanted.map(lookReuse).join("") as ByteString, { signal });
  const found = lines.flatMap((line) => answerOf(run, member, line, "reusable") ?? []);
  return anew.map((row) => found.find(({ path }) => path === row.path) ?? row);
}
