import { cancelled } from "../errors.ts";
import type { CommandContext, DeployOptions, PlanOptions } from "../api.ts";
import { currentOf, parseFacts } from "../plan/facts.ts";
import { lockStatus } from "../plan/lock-record.ts";
import type { ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { pruneAfter, type HostPlan } from "../plan/host-plan.ts";
import { isAboutReuse } from "../plan/reuse.ts";
import { nextReleaseId } from "../release/id.ts";
import { nameOf } from "../report/notification/request.ts";
import type { HostPlanDocument, PlanAsked, PlanDocument } from "../report/documents.ts";
import type { Transfer } from "../tree/difference.ts";
import { visiblePath } from "../tree/names.ts";
import type { TreeContents } from "../tree/entry.ts";
import { checkQuestions } from "./check-tools.ts";
import { commitsOf } from "./commits.ts";
import { wavesShown } from "../plan/waves.ts";
import { basisOf } from "../plan/saved.ts";
import { planFor } from "./host-plans.ts";
import { leftOutIn, tellLeftOut } from "./left-out.ts";
import { savePlan } from "./saved-plan.ts";
import { withHosts } from "./holds.ts";
import type { Member } from "./member.ts";
import { inGroups, memberOf, type LookedAt, type Planned } from "./plan-groups.ts";
import { follows, headOf } from "./root-group.ts";
import { tellPhp } from "./php.ts";
import type { Ports } from "./ports.ts";
import { notifyWarnings } from "./notify.ts";
import { checksDocument, tasksDocument } from "./plan-tasks.ts";
import { missingSecrets, stampOf, startRun, warn, type FleetRun } from "./run.ts";
import { holdBack, skipLost } from "./reach.ts";
import { lookAtReuse } from "./reuse.ts";
import { takeTree, withSource } from "./source.ts";
import { planTransfer } from "./transfer.ts";
import { notWhole } from "./unchanged.ts";

/**
 * What `deploy` would do, per host, exactly: from the same functions. Runs no task and writes nothing on any host, so where build tasks
 * decide what the tree is, the tree is left open.
 */
export async function plan(given: CommandContext, options: PlanOptions, ports: Ports): Promise<PlanDocument> {
  const context = withSource(given, options);
  const run = startRun("plan", context, ports);
  const built = context.config.build.length > 0;
  const secrets = missingSecrets(context, "deploy");
  if (secrets.length > 0)
    warn(run, null, `A deploy from here is refused: its tasks need secrets that are not set: ${secrets.join(", ")}`);
  for (const text of notifyWarnings(run)) warn(run, null, text);
  tellLeftOut(run);
  const contents = await takeTree({ ...run, context: { ...context, config: { ...context.config, build: [] } } }, options);
  try {
    const looked = await withHosts(run, (member) => planOne(run, member, contents, { built, fresh: options.fresh === true }));
    // Who was stopped has not seen all: what it would do is not known.
    if (context.signal.aborted) throw cancelled("");
    const skipped = skipLost(
      run,
      looked.map(({ member }) => member),
    );
    const hosts = inGroups(
      run,
      looked.filter(({ member }) => !skipped.includes(member)),
    );
    run.commits = await commitsOf(
      contents,
      hosts.map(({ result }) => result?.facts ?? null),
    );
    const made = document(run, contents, built, hosts, options);
    if (options.out !== undefined) await savePlan(made, options.out, options.overwrite === true);
    return made;
  } finally {
    await contents.close();
  }
}

interface How {
  readonly built: boolean;
  readonly fresh: boolean;
}

async function planOne(run: FleetRun, member: Member, contents: TreeContents, { built, fresh }: How): Promise<Planned> {
  holdBack(run, member);
  const { host } = member;
  const what = { ledgerLines: 400, base: !built, shared: host.shared };
  const question = `${requests.look(what)}${checkQuestions(run.context.config, host)}` as ByteString;
  const facts = parseFacts(await member.phase("look", () => member.ask(question)));
  member.facts = facts;
  const made = planFor(run, member, contents, facts);
  if (!made.unchanged) tellPhp(run, member);
  const damage = made.unchanged && !built ? await notWhole(run, member, made) : null;
  if (damage !== null) warn(run, member.name, `${damage}. A deploy makes it anew.`);
  const transfer = built ? null : await planTransfer(member, made, run.context.signal);
  const reuse = built ? null : await lookAtReuse(run, member, made, fresh);
  const problems = built ? made.problems.filter((problem) => !isAboutReuse(problem)) : made.problems;
  return { plan: { ...made, problems, unchanged: made.unchanged && damage === null }, transfer, reuse, facts };
}

function document(run: FleetRun, contents: TreeContents, built: boolean, hosts: LookedAt, options: DeployOptions): PlanDocument {
  const { app, environment } = run.context.config;
  const looked = hosts.map(({ member, result }) => hostDocument(run, member, result, built));
  const unchanged = options.force !== true && options.fresh !== true && !built && agree(looked);
  const documents = unchanged ? looked : hosts.map(({ result }, index) => withObstacles(looked[index], result));
  const files = contents.tree.entries.filter((entry) => entry.kind === "file");
  // Behind a running command deploy queues; a hold refuses it at once.
  const blocked = documents.some(({ problems, error, lock }) => problems.length > 0 || error !== null || lock?.kind === "hold");
  const outcome = blocked ? "blocked" : unchanged ? "unchanged" : "deploy";
  return {
    schema: 1,
    app,
    environment,
    ...leftOutIn(run.context.config),
    ...(run.leftAlone.length === 0 ? {} : { skipped: run.leftAlone.map(({ name }) => name) }),
    revision: contents.revision,
    tree: built ? null : contents.tree.digest,
    label: contents.label,
    files: built ? null : files.length,
    bytes: built ? null : files.reduce((sum, { size }) => sum + size, 0),
    outcome,
    ...askedDocument(contents, options),
    commits: run.commits,
    ...wavesShown({ strategy: run.context.config.strategy, hosts: hosts.map(({ member }) => member.host) }, (host) =>
      headOf(memberOf(hosts, host)),
    ),
    ...toldDocument(run),
    hosts: documents.map((host) => (outcome === "unchanged" ? nothingDone(host) : { ...host, unchanged: false })),
    warnings: [...contents.warnings, ...run.warnings],
  };
}

function toldDocument({ context: { config }, masker }: FleetRun): Pick<PlanDocument, "notify"> {
  if (config.notify.length === 0) return {};
  return { notify: config.notify.map((told) => ({ who: masker(nameOf(told)), on: told.on })) };
}

function askedDocument(
  { promotedFrom }: TreeContents,
  { ref, directory, archive, fresh }: DeployOptions,
): Pick<PlanDocument, "asked"> {
  const asked: PlanAsked = {
    ...(promotedFrom === undefined ? {} : { from: promotedFrom }),
    ...(ref === undefined ? {} : { ref }),
    ...(directory === undefined ? {} : { directory }),
    ...(archive === undefined ? {} : { archive }),
    ...(fresh === true ? { fresh } : {}),
  };
  return Object.keys(asked).length === 0 ? {} : { asked };
}

function withObstacles(document: HostPlanDocument | undefined, planned: Planned | null): HostPlanDocument {
  if (document === undefined) throw new Error("a host without a document");
  return { ...document, problems: [...document.problems, ...(planned?.plan.obstacles ?? []).map(({ text }) => text)] };
}

function agree(hosts: readonly HostPlanDocument[]): boolean {
  return hosts.every(({ unchanged, live }) => unchanged && live === hosts[0]?.live);
}

function hostDocument(run: FleetRun, member: Member, planned: Planned | null, built: boolean): HostPlanDocument {
  const { host } = member;
  if (planned === null) return { ...NOTHING_KNOWN, host: member.name, root: host.root, error: member.error };
  const { plan: made, transfer, reuse, facts } = planned;
  return {
    host: member.name,
    ...(member.leader === null ? {} : { sharesRootWith: member.leader.name }),
    root: host.root,
    basis: basisOf(facts, made, run.context.config),
    live: facts.release.live,
    ...currentOf(facts),
    unchanged: made.unchanged && !built,
    create: facts.exists ? [] : [host.root],
    ...(follows(member) && transfer !== null ? NOTHING_SENT : transferDocument(made, transfer)),
    shared: made.shared.map(({ entry, action, hides }) => ({
      path: entry.path,
      action,
      ...hiddenDocument(built ? [] : hides),
    })),
    ...(host.reuse.length === 0 ? {} : { reuse }),
    tasks: tasksDocument(run, member, reuse ?? []),
    ...checksDocument(run, member),
    prune: follows(member) ? [] : pruned(run, made),
    clean: [...made.debris.discard, ...facts.debris.map(({ kind, name }) => `${kind} ${name}`)],
    problems: made.problems.map(({ text }) => text),
    lock: facts.lock.record === null ? null : lockStatus(facts.lock.generation, facts.lock.record),
    error: member.error,
  };
}

function pruned(run: FleetRun, made: HostPlan): readonly string[] {
  const known = made.facts.releases.map(({ id }) => id);
  return pruneAfter(made, nextReleaseId(run.ports.now(), known), stampOf(run, ""));
}

const NOTHING_SENT = { send: { files: 0, bytes: 0 }, copy: { files: 0, bytes: 0, from: [] } } as const;

/** Deploy does nothing only where all hosts agree: then it does nothing at all, else it makes the same new release on all. */
const NOTHING_DONE = {
  ...NOTHING_SENT,
  shared: [],
  tasks: [],
  prune: [],
} as const;

function nothingDone(host: HostPlanDocument): HostPlanDocument {
  const { checks: _none, ...rest } = host;
  return { ...rest, ...NOTHING_DONE, ...(host.reuse === undefined ? {} : { reuse: [] }) };
}

const NOTHING_KNOWN = {
  live: null,
  unchanged: false,
  create: [],
  send: null,
  copy: null,
  shared: [],
  tasks: [],
  prune: [],
  clean: [],
  problems: [],
  lock: null,
} as const;

function transferDocument({ tree }: HostPlan, transfer: Transfer | null): Pick<HostPlanDocument, "send" | "copy"> {
  if (transfer === null) return { send: null, copy: null };
  const all = tree.entries.filter((entry) => entry.kind === "file");
  const sent = transfer.send.filter(({ kind }) => kind === "file").length;
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  const from = [...new Set([...transfer.same, ...transfer.copy].map(({ release }) => release))];
  return {
    send: { files: sent, bytes: transfer.bytes },
    copy: { files: all.length - sent, bytes: bytes - transfer.bytes, from },
  };
}

/** How many names a plan tells of what a shared entry hides. */
const HIDDEN_NAMES = 20;

function hiddenDocument(hides: readonly ByteString[]): { readonly hides: number; readonly hidden?: readonly string[] } {
  return hides.length === 0 ? { hides: 0 } : { hides: hides.length, hidden: hides.slice(0, HIDDEN_NAMES).map(visiblePath) };
}
