import { advisable, backTarget, namable, unconfirmedSince } from "./back.ts";
import { type HostFacts, releaseFact } from "./facts.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Commands } from "../report/command-line.ts";
import { pastOf } from "./past.ts";
import { recordOf } from "./record.ts";
import { sealLost } from "./seal.ts";
import { stateFrom } from "./state.ts";
import * as say from "./rollback-words.ts";

export interface RollbackRequest {
  /** The release to go to; absent: the last good one before the live one. */
  readonly to?: string;
  /** Refuse unless this is what is live. */
  readonly from?: string;
  /** Whether a person has agreed to go back although the live release was itself just gone back to. Default: `ask`. */
  readonly afterReturn?: "ask" | "allowed";
  /** How the commands in remedies are made. Default: without an environment. */
  readonly commands?: Commands;
}

export type RollbackTarget =
  | { readonly ok: true; readonly release: string; readonly warnings: readonly string[] }
  | RollbackRefusal;

export interface RollbackRefusal {
  readonly ok: false;
  readonly kind: RollbackRefusalKind;
  /** What is in the way and why: complete sentences. */
  readonly message: string;
  /** The next command to type. */
  readonly remedy: string;
}

export type RollbackRefusalKind =
  | "nothing-live"
  | "from-mismatch"
  | "already-live"
  | "no-such-release"
  | "release-failed"
  | "not-sealed"
  | "no-target"
  /** Not a refusal for good: ask the person, then call again with `afterReturn: "allowed"`. */
  | "ask-after-return"
  | "hosts-differ";

/** Where a rollback on this host goes (P7), or why it does not go anywhere. */
export function rollbackTarget(facts: HostFacts, request: RollbackRequest): RollbackTarget {
  if (request.from !== undefined && request.from !== facts.live) return say.fromMismatch(facts, request.from, request);
  return request.to === undefined ? previous(facts, request) : named(facts, request.to, request);
}

function previous(facts: HostFacts, request: RollbackRequest): RollbackTarget {
  const [best] = advisable(facts);
  if (facts.live === null) return say.nothingLive(best, facts, request);
  const back = backTarget(facts);
  if (back.release === null) return say.noTarget(facts.live, back.passed, best, revisionOf(facts, back.passed), request);
  const returned = justReturned(facts);
  if (returned !== null && request.afterReturn !== "allowed") {
    return say.askAfterReturn(returned, facts.live, back.release, request);
  }
  return {
    ok: true,
    release: back.release,
    warnings: [
      ...back.passed.map(({ id, why }) => say.passed(id, why)),
      ...unconfirmedSince(facts, back.release).map((id) => say.unconfirmedBetween(id, request)),
      ...say.damage(facts.damaged),
    ],
  };
}

/** Of the nearest release that one would have gone back to, were it still here. */
function revisionOf(facts: HostFacts, passed: readonly { readonly id: string }[]): string | null {
  return passed.map(({ id }) => recordOf(facts, id).revision).find((revision) => revision !== null) ?? null;
}

function named(facts: HostFacts, to: string, request: RollbackRequest): RollbackTarget {
  const fact = releaseFact(facts, to);
  if (to === facts.live) return say.alreadyLive(to, request);
  if (fact === undefined) return say.noSuchRelease(to, namable(facts), facts.live, pruning(facts, to), request);
  const past = pastOf(facts.entries).get(to);
  const state = stateFrom(past, fact, false);
  if (state === "failed")
    return say.releaseFailed(
      to,
      past?.entries.findLast((entry) => entry.kind === "failed"),
      request,
    );
  if (sealLost(facts, to)) return say.sealGone(to, recordOf(facts, to).revision, request);
  if (!namable(facts).includes(to)) return say.notSealed(to, state, request);
  const warning = say.NEVER_CONFIRMED[state];
  return { ok: true, release: to, warnings: warning === undefined ? [] : [`Release ${to} ${warning}`] };
}

function pruning(facts: HostFacts, id: string): LedgerEntry | undefined {
  return facts.entries.findLast((entry) => entry.kind === "pruned" && entry.release === id);
}

/**
 * The return by which the live release is live, where nothing became live since. A deploy that failed before its switch, after
 * that, changes nothing: whoever missed the return still believes the new release to be live.
 */
function justReturned(facts: HostFacts): LedgerEntry | null {
  const last = facts.entries.findLast((entry) => DECIDES_LIVE.has(entry.kind));
  if (last?.kind !== "returned") return null;
  return last.from === undefined || last.from === facts.live ? last : null;
}

const DECIDES_LIVE: ReadonlySet<string> = new Set(["live", "good", "returned", "adopted", "foreign"]);
