import type { InPlace } from "../release/facts.ts";
import * as requests from "../host/requests.ts";
import type { HostOutcome, HostReport, Outcome, Report, WaveReport } from "../report/report.ts";
import { errorReport } from "../errors.ts";
import { goBackFrom } from "./go-back.ts";
import { leftOutIn } from "./left-out.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { sawLive } from "./switch.ts";
import type { FleetRun } from "./run.ts";

/** How a run ended, before hosts are asked what is live on them. */
export interface Ending {
  readonly outcome: Outcome;
  readonly release: string | null;
  readonly revision: string | null;
  readonly tree: string | null;
  /** What should be live now on every host: the new release, or what was live before. */
  readonly expected: (member: Member) => string | null;
  /** A failure that belongs to no host. */
  readonly error?: unknown;
  /** How it ended on a host that serves what it should, where hosts differ. Default: it was taken back. */
  readonly outcomeOf?: (member: Member) => Outcome;
  /** Hosts that switched at once. */
  readonly waves?: readonly WaveReport[];
  /** Whether hosts may differ now: only behind the first switch. */
  readonly mayDiffer: boolean;
}

/** The report: what was observed, never what was hoped. Every end that was not seen is looked at once more before. */
export async function conclude(run: FleetRun, members: readonly Member[], ending: Ending): Promise<Report> {
  for (const member of members.filter(() => isOutdated(ending))) member.liveKnown = false;
  const unseen = members.filter((member) => !member.liveKnown && member.idle);
  const inPlace = new Map(members.map((member) => [member, member.facts?.release.inPlace ?? null]));
  await onAll(unseen, async (member) =>
    inPlace.set(member, sawLive(member, await member.ask(requests.readBack)).inPlace ?? null),
  );
  const outcome = ending.mayDiffer && differs(members, ending) ? "partial" : ending.outcome;
  const { app, environment } = run.context.config;
  const report: Report = {
    schema: 1,
    command: run.command,
    app,
    environment,
    outcome,
    release: ending.release,
    previous: common(members.map(({ previous }) => previous)),
    revision: ending.revision,
    tree: ending.tree,
    startedAt: run.startedAt.toISOString(),
    durationMs: Math.round(run.ports.elapsed() - run.began),
    hosts: withLeftAlone(run, members).map((member) => ({
      ...hostReport(run, member, outcome, ending),
      ...inPlaceOf(inPlace.get(member) ?? null),
    })),
    ...leftOutIn(run.context.config),
    ...((ending.waves ?? []).length === 0 ? {} : { waves: ending.waves }),
    ...(run.command === "deploy" ? { commits: run.commits } : {}),
    ...(run.promotedFrom === null ? {} : { promotedFrom: run.promotedFrom }),
    ...(outcome === "deployed" || outcome === "rolled-back" ? { goBack: goBackFrom(run, members, ending) } : {}),
    warnings: run.warnings,
    error: ending.error === undefined ? null : errorReport(ending.error),
  };
  if (!TELLING.has(run.command)) run.emit({ kind: "ended", report });
  return report;
}

/** These end when others have been told, see `notify.ts`. */
const TELLING: ReadonlySet<string> = new Set(["deploy", "rollback"]);

/** A run that failed may have lost its locks before it noticed: what it saw in the beginning says nothing about now. */
function isOutdated({ outcome, mayDiffer }: Ending): boolean {
  return !mayDiffer && (outcome === "failed" || outcome === "interrupted");
}

/** True where some host does not serve what it should, or nobody knows. */
function differs(members: readonly Member[], ending: Ending): boolean {
  return members.some((member) => !servesAsExpected(member, ending));
}

/** In the order of the configuration. */
function withLeftAlone(run: FleetRun, members: readonly Member[]): readonly Member[] {
  const all = [...members, ...run.leftAlone.filter((member) => !members.includes(member))];
  const places = run.context.config.hosts.map(({ name }) => name);
  return all.toSorted((one, other) => places.indexOf(one.name) - places.indexOf(other.name));
}

function hostReport(run: FleetRun, member: Member, outcome: Outcome, ending: Ending): HostReport {
  return {
    host: member.name,
    ...(member.leader === null ? {} : { sharesRootWith: member.leader.name }),
    outcome: hostOutcome(run, member, outcome, ending),
    live: member.liveKnown ? member.live : null,
    liveKnown: member.liveKnown,
    previous: member.previous,
    ...(TELLING.has(run.command) && member.facts === null && member.previous === null ? { previousKnown: false } : {}),
    previousLink: member.facts?.release.elsewhere ?? null,
    phases: member.phases,
    pruned: member.pruned,
    ...(member.reused.length === 0 ? {} : { reused: member.reused }),
    ...(member.undone.length === 0 ? {} : { undone: member.undone }),
    ...(member.failedOnReturn.length === 0 ? {} : { failedOnReturn: member.failedOnReturn }),
    ...(member.processes.length === 0 ? {} : { processes: member.processes }),
    ...(member.checks.length === 0 ? {} : { checks: member.checks }),
    ...(member.wouldPrune === null ? {} : { wouldPrune: member.wouldPrune }),
    error: member.error ?? member.held,
  };
}

function inPlaceOf(inPlace: InPlace | null): Pick<HostReport, "inPlace"> {
  return inPlace === null ? {} : { inPlace };
}

function hostOutcome(run: FleetRun, member: Member, outcome: Outcome, ending: Ending): HostOutcome {
  if (run.leftAlone.includes(member)) return "skipped";
  if (member.part === "nothing" && servesAsExpected(member, ending)) return "unchanged";
  return outcome === "partial" ? outcomeWherePartial(member, ending) : outcome;
}

function outcomeWherePartial(member: Member, ending: Ending): Outcome {
  return servesAsExpected(member, ending) ? (ending.outcomeOf?.(member) ?? "returned") : "partial";
}

function servesAsExpected(member: Member, { expected }: Ending): boolean {
  return member.liveKnown && member.live === expected(member);
}

function common(values: readonly (string | null)[]): string | null {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
}
