import type { PromotionSource } from "../api.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { secretTexts } from "../config/secrets.ts";
import { HostFailure, UserError } from "../errors.ts";
import * as requests from "../host/requests.ts";
import { parseFacts } from "../plan/facts.ts";
import { goodFrom, promotable, type Promotable } from "../release/promotion.ts";
import { commandsFor, plainCaller, type Commands } from "../report/command-line.ts";
import type { Event } from "../report/events.ts";
import { createMasker } from "../report/mask.ts";
import type { ErrorReport } from "../report/report.ts";
import { testedFor } from "../tree/git/job-commit.ts";
import { isCommitId } from "../tree/git/ref.ts";
import { commitsIn } from "../tree/git-history.ts";
import type { TreeContents } from "../tree/entry.ts";
import { treeFromHosts } from "./host-tree.ts";
import { NotOpened } from "./lock.ts";
import { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { reachAll } from "./reach.ts";
import { leads } from "./root-group.ts";
import { startSlots, type FleetRun } from "./run.ts";

/** The tree could not be had from the other environment: nothing is wrong with the configuration, and no host of this one was touched. */
export class NotPromoted extends UserError {}

/**
 * Promotion: the tree of what is live and good in another environment, taken from its hosts and proved here by its digests. Nothing is built,
 * and that environment is not locked: nothing is changed there, and what went away meanwhile is noticed. The result must be closed.
 *
 * @throws NotPromoted where its hosts have no such release, or cannot be asked
 */
export async function treeOfEnvironment(run: FleetRun, from: PromotionSource, stop: AbortSignal): Promise<TreeContents> {
  const lending = lendingRun(run, from.config, stop);
  const members = lending.context.config.hosts.map((host) => new Member(lending, host));
  const closeAll = async (): Promise<void> => void (await onAll(members, (member) => member.close()));
  try {
    const tree = await takeFrom(run, lending, members, from);
    const close = async (): Promise<void> => {
      await tree.close();
      await closeAll();
    };
    return { ...tree, close };
  } catch (error) {
    await closeAll();
    stop.throwIfAborted();
    if (error instanceof NotOpened || error instanceof HostFailure) throw notReached(from.config, members);
    throw error;
  }
}

async function takeFrom(
  run: FleetRun,
  lending: FleetRun,
  members: readonly Member[],
  { config, release }: PromotionSource,
): Promise<TreeContents> {
  const { environment } = config;
  const reached = (await reachAll(lending, members, { besides: () => true, ships: false, hands: true })).filter(leads);
  const failed = await onAll(reached, (member) => look(member));
  if (failed.length > 0) throw new NotOpened(members);
  const seen = reached.map((member) => ({ host: member.name, facts: factsOf(member) }));
  const found = promotable(seen, { environment, commands: lending.commands, ...(release === undefined ? {} : { release }) });
  if (!found.ok) throw refused(found.message, found.remedy, found.output);
  if (release === undefined) requireTested(run, environment, found, (commit) => goodFrom(seen, commit));
  const lenders = reached.filter(({ name }) => found.from.includes(name));
  const tree = await treeFromHosts(lending, lenders, found.release);
  const { revision } = tree;
  const commit = revision === null ? "" : ` (${revision.slice(0, 7)})`;
  return {
    ...tree,
    promotedFrom: { environment, release: found.release },
    label: `${found.release} of ${environment}${commit}`,
    ...(revision === null
      ? {}
      : { commitsSince: (live: string) => commitsIn(run.context.config.source, live, revision, portsOf(run)) }),
  };
}

async function look(member: Member): Promise<void> {
  const what = { ledgerLines: LEDGER_LINES, base: false, shared: [] };
  member.saw(parseFacts(await member.phase("look", () => member.ask(requests.look(what)))));
}

/** As many as `status` looks at. */
const LEDGER_LINES = 400;

function factsOf({ facts, name }: Member): NonNullable<Member["facts"]>["release"] {
  if (facts === null) throw new Error(`${name} was not looked at`);
  return facts.release;
}

/**
 * The same run, with the hosts of another environment: they are no hosts of the command, so of what they do only warnings are told. Theirs may
 * have the same names.
 */
function lendingRun(run: FleetRun, config: ResolvedConfig, stop: AbortSignal): FleetRun {
  const hosts = config.hosts.map((host) => ({ ...host, name: `${host.name} of ${config.environment}` }));
  const { context } = run;
  const emit = (event: Event): void => {
    if (event.kind === "warning")
      run.emit({ ...event, host: null, text: event.host === null ? event.text : `${event.host}: ${event.text}` });
  };
  const commands: Commands = commandsFor(context.caller ?? plainCaller, config.environment);
  return {
    ...run,
    context: { ...context, config: { ...config, hosts }, signal: stop },
    leftAlone: [],
    masker: createMasker([...secretTexts(config, context.env), ...secretTexts(context.config, context.env)]),
    emit,
    commands,
    slots: startSlots(config.limits),
  };
}

/** In CI, what was tested is what goes on: another deploy may have reached the other environment meanwhile. */
function requireTested(
  { context, commands }: FleetRun,
  environment: string,
  { release, revision }: Extract<Promotable, { ok: true }>,
  goodOf: (commit: string) => readonly string[],
): void {
  const { source } = context.config;
  const tested = source.kind === "git" ? testedFor(source, context.tested) : null;
  if (tested === null || tested === revision) return;
  // What nobody can name the commit of may be anything that somebody had on a desk.
  const made = revision !== null && isCommitId(revision) ? revision.slice(0, 7) : "no commit that is known";
  const message = `${environment} serves ${release}, which was made from ${made}, and this CI job tested ${tested.slice(0, 7)}.`;
  const other = goodOf(tested).at(-1);
  const remedy =
    other === undefined
      ? `Deploy ${tested.slice(0, 7)} to ${environment} first, with --force where it serves these files already: a release keeps the commit that it was made from. To promote what it serves all the same: ${commands("deploy", "--from", environment, "--release", release)}`
      : `To promote what was made from the tested commit: ${commands("deploy", "--from", environment, "--release", other)}`;
  throw refused(message, remedy);
}

function refused(message: string, remedy: string, output: readonly string[] = []): NotPromoted {
  return new NotPromoted({ kind: "not-promoted", message: `${message} Nothing was changed.`, remedy, output });
}

function notReached({ environment }: ResolvedConfig, members: readonly Member[]): NotPromoted {
  const failures = members.flatMap(({ name, error, held }): [string, ErrorReport][] => {
    const failure = error ?? held;
    return failure === null ? [] : [[name, failure]];
  });
  const [first] = failures;
  return refused(
    `What ${environment} serves could not be taken from it.`,
    first?.[1].remedy ?? "",
    failures.flatMap(([name, { message, output = [] }]) => [`${name}: ${message}`, ...output]),
  );
}

function portsOf({ ports, context }: FleetRun): Parameters<typeof commitsIn>[3] {
  return { run: ports.run, temporary: ports.temporary, cache: ports.cache, env: context.env, signal: context.signal };
}
