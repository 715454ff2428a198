import * as requests from "../host/requests.ts";
import type { HostReport, Outcome, Report } from "../report/report.ts";
import { errorReport } from "../errors.ts";
import { goBackFrom } from "./go-back.ts";
import { onAll, type Member } from "./member.ts";
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
  /** Whether hosts may differ now: only behind the first switch. */
  readonly mayDiffer: boolean;
}

/** The report: what was observed, never what was hoped. Every end that was not seen is looked at once more before. */
export async function conclude(run: FleetRun, members: readonly Member[], ending: Ending): Promise<Report> {
  for (const member of members.filter(() => isOutdated(ending))) member.liveKnown = false;
  const unseen = members.filter((member) => !member.liveKnown && member.idle);
  await onAll(unseen, async (member) => sawLive(member, await member.ask(requests.readBack)));
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
    hosts: members.map((member) => hostReport(member, outcome, ending)),
    ...(run.command === "deploy" ? { commits: run.commits } : {}),
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
function differs(members: readonly Member[], { expected }: Ending): boolean {
  return members.some((member) => !member.liveKnown || member.live !== expected(member));
}

function hostReport(member: Member, outcome: Outcome, { expected }: Ending): HostReport {
  const asExpected = member.liveKnown && member.live === expected(member);
  return {
    host: member.name,
    outcome: hostOutcome(member, outcome, asExpected),
    live: member.liveKnown ? member.live : null,
    liveKnown: member.liveKnown,
    previous: member.previous,
    previousLink: member.facts?.release.elsewhere ?? null,
    phases: member.phases,
    pruned: member.pruned,
    ...(member.reused.length === 0 ? {} : { reused: member.reused }),
    ...(member.undone.length === 0 ? {} : { undone: member.undone }),
    ...(member.wouldPrune === null ? {} : { wouldPrune: member.wouldPrune }),
    error: member.error,
  };
}

function hostOutcome(member: Member, outcome: Outcome, asExpected: boolean): Outcome {
  if (member.part === "nothing" && asExpected) return "unchanged";
  if (outcome === "partial") return asExpected ? "returned" : "partial";
  return member.error !== null && outcome === "deployed" ? "deployed" : outcome;
}

function common(values: readonly (string | null)[]): string | null {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
}
