import { someHosts } from "../report/group.ts";
import { advisable, backTarget } from "./back.ts";
import type { HostFacts } from "./facts.ts";
import { command, isCommit } from "./rollback-words.ts";
import { recordOf } from "./record.ts";
import { type RollbackRefusal, type RollbackRequest, type RollbackTarget, rollbackTarget } from "./rollback.ts";

export interface HostWithFacts {
  readonly host: string;
  readonly facts: HostFacts;
}

export type FleetRollbackTarget =
  | {
      readonly ok: true;
      readonly release: string;
      readonly warnings: readonly string[];
      /** Hosts where it is live already; there is nothing to switch there. */
      readonly already: readonly string[];
      /** Hosts that cannot go there and are left as they are, with the reason. */
      readonly left: readonly { readonly host: string; readonly why: string }[];
    }
  /** `output` says for each host where it would go or why not, where hosts differ; else it is empty. */
  | (RollbackRefusal & { readonly output: readonly string[] });

interface FleetRollbackRequest extends RollbackRequest {
  /** Hosts that lack the release, or where it is not good, are left as they are. Default: then no host goes back. */
  readonly leaveLacking?: boolean;
}

/** The one release that all of `hosts` go to, or why they do not. A fleet is never rolled back to different releases. */
export function fleetRollbackTarget(hosts: readonly HostWithFacts[], request: FleetRollbackRequest): FleetRollbackTarget {
  const agreed = agree(hosts, { ...request, afterReturn: "allowed" });
  if (!agreed.ok || request.afterReturn === "allowed") return agreed;
  const taking = hosts.filter(({ host }) => !agreed.left.some((one) => one.host === host));
  return ask(answers(taking, request)) ?? agreed;
}

interface Answer {
  readonly host: string;
  readonly live: string | null;
  readonly target: RollbackTarget;
}

function answers(hosts: readonly HostWithFacts[], request: RollbackRequest): readonly Answer[] {
  return hosts.map(({ host, facts }) => ({ host, live: facts.live, target: rollbackTarget(facts, request) }));
}

/** One host just taken back is enough to ask. */
function ask(all: readonly Answer[]): FleetRollbackTarget | null {
  const asking = all.filter(({ target }) => !target.ok && target.kind === "ask-after-return");
  const [first] = asking;
  if (first === undefined || first.target.ok) return null;
  const where = asking.length === all.length ? "" : `On ${asking.map(({ host }) => host).join(", ")}: `;
  return { ...first.target, message: where + first.target.message, output: [] };
}

function agree(hosts: readonly HostWithFacts[], request: FleetRollbackRequest): FleetRollbackTarget {
  const all = answers(hosts, request);
  const left = request.leaveLacking === true ? withoutThere(lacking(all), all) : [];
  const taking = all.filter((answer) => !left.includes(answer));
  const there = taking.filter((answer) => isThere(answer, request));
  const moving = taking.filter((answer) => !there.includes(answer));
  const refusals = (moving.length === 0 ? all : moving).flatMap(({ target }) => (target.ok ? [] : [target]));
  const [first] = refusals;
  if (first !== undefined) return refuse(first, refusals, all, `${remedy(hosts, request)}${withoutThem(moving, request)}`);
  const [release, ...others] = releasesOf(moving);
  if (release === undefined || others.length > 0) return differ(all, remedy(hosts, request));
  return {
    ok: true,
    release,
    warnings: warnings(taking),
    already: there.map(({ host }) => host),
    left: left.map(({ host, target }) => ({ host, why: target.ok ? "" : target.message })),
  };
}

/** Where the others go to what some host that has nothing before it serves already, that one has nothing to do. */
function withoutThere(lack: readonly Answer[], all: readonly Answer[]): readonly Answer[] {
  const [release, ...others] = releasesOf(all);
  return lack.filter(({ live }) => release === undefined || others.length > 0 || live !== release);
}

/** Hosts that can go nowhere, or not to the release that was named, for want of a good one. */
function lacking(all: readonly Answer[]): readonly Answer[] {
  return all.filter(({ target }) => !target.ok && LACKING.has(target.kind));
}

const LACKING: ReadonlySet<RollbackRefusal["kind"]> = new Set([
  "no-such-release",
  "release-failed",
  "not-sealed",
  "no-target",
  "nothing-live",
]);

/** Whether it serves already what the others go to; where hosts that lack it are left, what else lacks it was found to (withoutThere). */
function isThere({ target }: Answer, { leaveLacking }: FleetRollbackRequest): boolean {
  return !target.ok && (target.kind === "already-live" || (leaveLacking === true && LACKING.has(target.kind)));
}

function releasesOf(answers: readonly Answer[]): readonly string[] {
  return [...new Set(answers.flatMap(({ target }) => (target.ok ? [target.release] : [])))];
}

/** Where nothing but hosts that lack the release is in the way of the others. */
function withoutThem(moving: readonly Answer[], request: FleetRollbackRequest): string {
  const [release, ...others] = releasesOf(moving);
  const lack = lacking(moving).length;
  if (release === undefined || others.length > 0 || lack + moving.filter(({ target }) => target.ok).length < moving.length)
    return "";
  return `. To leave ${lack === 1 ? "that one as it is" : "those as they are"}: ${command(request, "rollback", "--to", release, "--leave-lacking")}`;
}

function refuse(
  first: RollbackRefusal,
  refusals: readonly RollbackRefusal[],
  all: readonly Answer[],
  remedy: string,
): FleetRollbackTarget {
  const same = refusals.length === all.length && refusals.every(({ message }) => message === first.message);
  // What one host could go to all the same, others may not have.
  const alike = refusals.every((each) => each.remedy === first.remedy);
  if (same) return { ...first, ...(alike ? {} : { remedy }), output: [] };
  const hosts = all.filter(({ target }) => !target.ok && refusals.includes(target)).map(({ host }) => host);
  const message = `Not every host can go back, so none does. These cannot: ${someHosts(hosts)}.`;
  const oneKind = refusals.every(({ kind }) => kind === first.kind);
  return { ok: false, kind: oneKind ? first.kind : "hosts-differ", message, remedy, output: table(all) };
}

function differ(all: readonly Answer[], remedy: string): FleetRollbackTarget {
  const message = "The hosts would go back to different releases, so none does.";
  return { ok: false, kind: "hosts-differ", message, remedy, output: table(all) };
}

/** A release every host could be given by name, the one that suits the first host best. */
function remedy(hosts: readonly HostWithFacts[], request: RollbackRequest): string {
  const lives = new Set(hosts.map(({ facts }) => facts.live));
  const reachable = hosts.map(({ facts }) => new Set([...advisable(facts), ...(facts.live === null ? [] : [facts.live])]));
  const common = [...(reachable[0] ?? [])].find(
    (id) => reachable.every((ids) => ids.has(id)) && !(lives.size === 1 && lives.has(id)),
  );
  if (common === undefined) return deployInstead(hosts, request);
  return `To bring every host to ${common}: ${command(request, "rollback", "--to", common)}`;
}

/** Where a host came later than the others, what they would go back to can still be made anew on all. */
function deployInstead(hosts: readonly HostWithFacts[], request: RollbackRequest): string {
  const revisions = hosts.flatMap(({ facts }) => {
    const { release } = backTarget(facts);
    return release === null ? [] : (recordOf(facts, release).revision ?? []);
  });
  const revision = revisions.find(isCommit);
  const none = "No release could be gone to on every host.";
  if (revision === undefined) return `${none} To see them: ${command(request, "releases")}`;
  return `${none} To deploy the one before to all of them: ${command(request, "deploy", "--ref", revision)}`;
}

function table(all: readonly Answer[]): string[] {
  return all.map(({ host, live, target }) => `${host}: ${fate(live, target)}`);
}

function fate(live: string | null, target: RollbackTarget): string {
  return target.ok ? `${live ?? "nothing"} is live, would go to ${target.release}` : target.message;
}

/** What is true of every host is said once. */
function warnings(all: readonly Answer[]): string[] {
  const told = all.flatMap(({ host, target }) => (target.ok ? target.warnings.map((text) => ({ host, text })) : []));
  const texts = [...new Set(told.map(({ text }) => text))];
  const hostsOf = (text: string): string[] => told.filter((warning) => warning.text === text).map(({ host }) => host);
  const said = texts.map((text) => (hostsOf(text).length === all.length ? text : `${hostsOf(text).join(", ")}: ${text}`));
  return new Set(all.map(({ live }) => live)).size > 1 ? [split(all), ...said] : said;
}

function split(all: readonly Answer[]): string {
  const lives = all.map(({ host, live }) => `${live ?? "nothing"} on ${host}`);
  return `The hosts do not serve the same release now: ${lives.join(", ")}.`;
}
