import { type Commands, commandsFor, plainCaller } from "../report/command-line.ts";
import type { ReleaseState } from "../report/documents.ts";
import { type HostFacts, noRelease } from "./facts.ts";
import type { LedgerEntry } from "./ledger.ts";
import { sealIsGone } from "./seal.ts";
import type { RollbackRefusal, RollbackRefusalKind } from "./rollback.ts";

/** What a refused or doubtful rollback tells a person. */

type Where = { readonly commands?: Commands };

/** A command to type, in the environment asked for. */
export function command(where: Where, name: string, ...options: readonly string[]): string {
  return (where.commands ?? commandsFor(plainCaller, ""))(name, ...options);
}

export function fromMismatch(facts: HostFacts, from: string, where: Where): RollbackRefusal {
  const { live } = facts;
  const is = live === null ? (noRelease(facts) ?? "nothing is live") : `${live} is live`;
  const remedy =
    live === null
      ? `To see what there is: ${command(where, "releases")}`
      : `To see who switched, and when: ${command(where, "history")}. To go back from ${live}: ${command(where, "rollback", "--from", live)}`;
  return refusal("from-mismatch", `The rollback was to start from ${from}, but ${is} here.`, remedy);
}

export function nothingLive(best: string | undefined, facts: HostFacts, where: Where): RollbackRefusal {
  const message = `${noRelease(facts) ?? "Nothing is live here"}, so there is nothing to go back from.`;
  return refusal("nothing-live", message, best === undefined ? deployRemedy(where) : goRemedy(best, where));
}

export function noTarget(
  live: string,
  passed: readonly { readonly id: string; readonly why: "gone" | "unsealed" }[],
  best: string | undefined,
  revision: string | null,
  where: Where,
): RollbackRefusal {
  const reasons = passed.map(({ id, why }) => ` ${lost(id, why)}`).join("");
  const message = `There is nothing to go back to: no release that is still here was live and good before ${live}.${reasons}`;
  return refusal("no-target", message, best === undefined ? deployRemedy(where, revision) : goRemedy(best, where));
}

export function askAfterReturn(returned: LedgerEntry, live: string, target: string, where: Where): RollbackRefusal {
  const reason = returned.reason === undefined || returned.reason === "" ? "" : ` (${returned.reason})`;
  const message =
    `Release ${returned.release} was taken back already${reason}, so ${live} is live again. ` +
    `A rollback now would leave ${live} as well and go to ${target}.`;
  const remedy = `If ${live} is what should be live, nothing is left to do. Otherwise: ${command(where, "rollback", "--to", target)}`;
  return refusal("ask-after-return", message, remedy);
}

export function alreadyLive(to: string, where: Where): RollbackRefusal {
  return refusal("already-live", `Release ${to} is live already.`, `To see the others: ${command(where, "releases")}`);
}

export function noSuchRelease(
  to: string,
  others: readonly string[],
  live: string | null,
  pruned: LedgerEntry | undefined,
  where: Where,
): RollbackRefusal {
  const why = pruned === undefined ? "" : ` It was pruned at ${pruned.at} by ${pruned.by}.`;
  const all = [...others.slice(0, 5), ...(live === null ? [] : [`${live} (live now)`])];
  const named =
    all.length === 0 ? " There is none at all." : ` There ${all.length === 1 ? "is only" : "are"}: ${all.join(", ")}.`;
  const remedy = all.length === 0 ? deployRemedy(where) : `To see them all: ${command(where, "releases")}`;
  return refusal("no-such-release", `There is no release ${to} here.${why}${named}`, remedy);
}

export function releaseFailed(to: string, failed: LedgerEntry | undefined, where: Where): RollbackRefusal {
  const why = failed?.reason === undefined || failed.reason === "" ? "" : ` The reason was: ${failed.reason}`;
  return refusal("release-failed", `Release ${to} failed before it was ever live.${why}`, deployRemedy(where));
}

export function sealGone(to: string, revision: string | null, where: Where): RollbackRefusal {
  return refusal("not-sealed", `${sealIsGone(to)}.`, deployRemedy(where, revision));
}

export function notSealed(to: string, state: ReleaseState, where: Where): RollbackRefusal {
  const what = state === "unknown" ? "The ledger knows nothing about it, and" : "It was made here, but";
  const message = `Release ${to} cannot be known to be whole. ${what} no seal says that it was ever complete.`;
  return refusal("not-sealed", message, deployRemedy(where));
}

/** What follows the name of a release that is gone to although it was never confirmed here. */
export const NEVER_CONFIRMED: { readonly [S in ReleaseState]?: string } = {
  live: "was live before, but was never confirmed.",
  returned: "was live before, failed, and was taken back.",
  sealed: "was never live here.",
  unknown: "is complete, but the ledger knows nothing about it.",
};

export function passed(id: string, why: "gone" | "unsealed"): string {
  return `${lost(id, why)} So the rollback goes further back.`;
}

export function unconfirmedBetween(id: string, where: Where): string {
  return `${id} was live more recently, but was never confirmed. To go there: ${command(where, "rollback", "--to", id)}`;
}

/** At most one sentence. */
export function damage(damaged = 0): readonly string[] {
  const lines = damaged === 1 ? "One line" : `${damaged} lines`;
  return damaged === 0 ? [] : [`${lines} of the ledger could not be read; the target was found from the rest.`];
}

function lost(id: string, why: "gone" | "unsealed"): string {
  return why === "gone" ? `${id} was good, but its directory is gone.` : `${id} was good. ${sealIsGone(id)}.`;
}

function goRemedy(release: string, where: Where): string {
  return `To go to ${release}: ${command(where, "rollback", "--to", release)}`;
}

/** Stands where only a person knows the value. */
export const ANY_REVISION = "REVISION";

/** `revision`: that of the release one would have gone back to, where it is known. */
function deployRemedy(where: Where, revision: string | null = null): string {
  if (revision !== null && isCommit(revision))
    return `To deploy what was live before anew: ${command(where, "deploy", "--ref", revision)}`;
  return `To deploy what you want to be live: ${command(where, "deploy", "--ref", ANY_REVISION)}`;
}

/** An archive has a digest for a revision, which no `--ref` takes. */
export function isCommit(revision: string): boolean {
  return /^[\da-f]{40,64}$/u.test(revision);
}

function refusal(kind: RollbackRefusalKind, message: string, remedy: string): RollbackRefusal {
  return { ok: false, kind, message, remedy };
}
