import type { ResolvedConfig, ResolvedHost, SharedEntry } from "../config/resolved.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import type { Facts, HostProblem } from "./facts.ts";

import { findDebris, withoutDebris, type Debris } from "../release/recovery.ts";
import { afterDeploy } from "../release/ahead.ts";
import type { Stamp } from "../release/ledger.ts";
import { pruneCandidates } from "../release/prune.ts";
import { stateOf } from "../release/state.ts";
import type { HostFacts } from "../release/facts.ts";
import type { Tree, TreeEntry } from "../tree/entry.ts";
import { hideShared, sharedConflicts } from "../tree/shared.ts";
import { checkProblems } from "./checks.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { hiddenBy } from "./hidden.ts";
import { reuseProblems } from "./reuse.ts";
import { lackOfSpace } from "./space.ts";

/** What a deploy will do on one host, decided from what was seen there. Pure. */
export interface HostPlan {
  readonly host: ResolvedHost;
  /** What is shipped to this host: the tree without what links to shared/ take the place of. */
  readonly tree: Tree;
  readonly hidden: readonly TreeEntry[];
  readonly fingerprint: string;
  /** Equal to what is live and good, with nothing to clean up and nothing of `shared/` to make. */
  readonly unchanged: boolean;
  readonly shared: readonly SharedPlan[];
  /** What an interrupted run left, and what makes host and ledger agree again. */
  readonly debris: Debris;
  /** Seconds for which a release stays after it was live. */
  readonly grace: number;
  /** Facts with the debris gone: what the rest of the run decides from. */
  readonly facts: HostFacts;
  readonly problems: readonly HostProblem[];
  /** What else is in the way of a new release: no matter where what is live is all that is wanted. */
  readonly obstacles: readonly HostProblem[];
}

/** What becomes of a shared entry: linked to what is there, or made first, empty or from the release. */
export type ShareAction = "link" | "create" | "seed";

interface SharedPlan {
  readonly entry: SharedEntry;
  readonly action: ShareAction | "skip";
  /** Text of the link in the release. */
  readonly text: ByteString;
  /** Files of the tree that the link takes the place of. */
  readonly hides: readonly ByteString[];
}

/**
 * Plans one host. `stamp` is for the ledger lines that recovery needs. `whole`: the tree that is recorded, where only `tree` can be had of it.
 */
export function planHost(
  config: ResolvedConfig,
  host: ResolvedHost,
  tree: Tree,
  facts: Facts,
  stamp: Stamp,
  whole = tree,
): HostPlan {
  const actions = host.shared.map((entry) => planShared(host, entry, facts));
  const linked = actions.filter(({ action }) => action !== "skip").map(({ entry }) => bytesOf(entry.path));
  const { tree: shipped, hidden } = hideShared(tree, linked);
  const shared = actions.map((one) => ({ ...one, hides: hiddenBy(one.entry, hidden) }));
  const debris = findDebris(facts.release, stamp);
  const skipped = actions.flatMap(({ entry, action }) => (action === "skip" ? [entry.path] : []));
  const fingerprint = fingerprintOf(config, host, whole, skipped);
  const after = withoutDebris(facts.release, debris);
  const complete = shared.every((one) => !makes(one, hidden));
  const unchanged = debris.entries.length === 0 && complete && isLive(after, fingerprint);
  // Where something goes first there will be more space: it is looked at again then.
  const leftovers = debris.discard.length > 0 || facts.debris.length > 0;
  return {
    host,
    tree: shipped,
    hidden,
    fingerprint,
    unchanged,
    shared,
    debris,
    grace: graceOn(facts, host.grace),
    facts: after,
    problems: [
      ...facts.problems,
      ...conflicts(tree, linked),
      ...writableConflicts(shipped, host),
      ...reuseProblems(host, shipped),
      ...missingTools(facts),
    ],
    obstacles: [
      ...cannotGoBack(config, host, facts),
      ...checkProblems(config, host, facts),
      ...(leftovers ? [] : lackOfSpace(shipped, facts, facts.filesystem)),
    ],
  };
}

function planShared(host: ResolvedHost, entry: SharedEntry, facts: Facts): Omit<SharedPlan, "hides"> {
  const path = bytesOf(entry.path);
  const there = facts.shared.get(path) ?? false;
  return { entry, text: sharedText(host, path), action: there ? "link" : actionWhenMissing(entry) };
}

/** Whether something will be made in `shared/`: as long as it is missing, links to it lead to nothing, that of the live release too. */
function makes({ entry, action }: SharedPlan, hidden: readonly TreeEntry[]): boolean {
  if (action !== "seed") return action === "create";
  const path = bytesOf(entry.path);
  return hidden.some((one) => one.path === path || one.path.startsWith(`${path}/`));
}

/** Text of the link that a release has at a shared path: relative, so that it holds wherever the app root is mounted. */
export function sharedText({ layout }: ResolvedHost, path: ByteString): ByteString {
  return `${"../".repeat(path.split("/").length + 1)}${bytesOf(layout.shared)}/${path}` as ByteString;
}

function actionWhenMissing({ whenMissing }: SharedEntry): SharedPlan["action"] {
  // A missing entry with `fail` is a problem of the facts; the plan still shows the link.
  return whenMissing === "fail" ? "link" : whenMissing;
}

/** True where what is live is good and was made from the same tree, tasks, environment and rules. */
function isLive(facts: HostFacts, fingerprint: string): boolean {
  if (facts.live === null || stateOf(facts, facts.live) !== "good") return false;
  const sealed = facts.entries.findLast((entry) => entry.release === facts.live && entry.fingerprint !== undefined);
  return sealed?.fingerprint === fingerprint;
}

function conflicts(tree: Tree, linked: readonly ByteString[]): HostProblem[] {
  return sharedConflicts(tree, linked).map(({ path, at }) => ({
    code: "shared-conflict",
    text: `The shared entry ${textOf(path)} cannot be linked: ${textOf(at)} in the tree is not a directory`,
  }));
}

/** To make a link writable would be to change what it leads to, which is no part of a release. */
function writableConflicts(tree: Tree, { permissions }: ResolvedHost): HostProblem[] {
  return permissions.writable.flatMap((path) =>
    sharedConflicts(tree, [bytesOf(`${path}/.`)]).map(({ at }) => ({
      code: "writable-conflict",
      text: `${path} of \`permissions.writable\` cannot be made writable: ${textOf(at)} in the tree is not a directory`,
    })),
  );
}

const NEEDED = ["awk", "tar", "find", "sort", "xargs", "mkfifo"];

/** What every deploy needs there. */
export function missingTools({ tools }: Facts): HostProblem[] {
  const missing = NEEDED.filter((tool) => !tools.has(tool));
  if (!tools.has("sha256sum") && !tools.has("shasum")) missing.push("sha256sum");
  return missing.map((tool) => ({ code: "tool-missing", text: `The program ${tool} is not there` }));
}

/** A host of several that loses us behind its switch has to go back by itself (P5), unless it shall not. */
export function cannotGoBack(config: ResolvedConfig, host: ResolvedHost, { killedAtLogout, user }: Facts): HostProblem[] {
  if (!killedAtLogout || host.confirm === "keep" || config.hosts.length === 1 || host.address.kind === "local") return [];
  const why = `the system kills all processes of ${user} when a session ends (KillUserProcesses=yes of systemd-logind)`;
  return [{ code: "killed-at-logout", text: `It could not go back by itself if it lost the controller: ${why}` }];
}

/** What prune will remove once `release` is live and good: the plan's answer and the deed's are the same function of the same facts. */
export function pruneAfter(plan: HostPlan, release: string, stamp: Stamp): readonly string[] {
  const { grace, host } = plan;
  return pruneCandidates(afterDeploy(plan.facts, release, stamp), { keep: host.keep, grace }).remove;
}

/** As configured; but other NFS clients, whom we may not even know, can see the old link for a minute (acdirmax), and serve from it. */
export function graceOn({ filesystem }: Pick<Facts, "filesystem">, configured: number): number {
  return filesystem === "nfs" ? Math.max(configured, 60) : configured;
}
