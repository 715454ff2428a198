import { createHash } from "node:crypto";
import type { HostBasis, PlanDocument, ReusePlanRow, SharedPlanRow } from "../report/documents.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import type { Facts } from "./facts.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import type { HostPlan } from "./host-plan.ts";

/** What a plan was made from on one host. Equal bases make equal plans. */
export function basisOf(facts: Facts, plan: HostPlan, config: ResolvedConfig): HostBasis {
  const { releases, entries } = facts.release;
  const last = entries.at(-1);
  return {
    current: facts.currentText,
    releases: releases.map(({ id }) => id).toSorted(),
    ledger: last === undefined ? null : digest(last),
    fingerprint: plan.fingerprint,
    settings: settingsOf(plan.host, config),
  };
}

/** Where a plan is carried out from another machine, the files of ssh are elsewhere. */
function settingsOf({ address, ...host }: ResolvedHost, { app, notify, strategy }: ResolvedConfig): string {
  const { become } = address;
  const to = address.kind === "local" ? null : [address.user, address.host, address.port];
  return digest({ app, notify, strategy, host, become, to });
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** What is to be deployed now, and what it was made from. */
export interface Present {
  readonly environment: string;
  readonly tree: string;
  readonly revision: string | null;
  readonly hosts: readonly PresentHost[];
}

interface PresentHost {
  readonly host: string;
  readonly basis: HostBasis;
  readonly shared: readonly Pick<SharedPlanRow, "path" | "action">[];
  readonly reuse: readonly ReusePlanRow[];
}

/** What is different from when a plan was saved, each as a sentence; none where it can be carried out exactly. */
export function changesSince(saved: PlanDocument, now: Present): readonly string[] {
  if (saved.environment !== now.environment) return [`It is a plan for ${saved.environment}, not for ${now.environment}`];
  const source = [
    ...(saved.tree === now.tree ? [] : ["The files to deploy are other ones"]),
    ...(saved.revision === now.revision
      ? []
      : [`The source is at ${now.revision ?? "no commit"}, not at ${saved.revision ?? "none"}`]),
  ];
  const names = [saved.hosts.map(({ host }) => host), now.hosts.map(({ host }) => host)].map((list) =>
    list.toSorted().join(", "),
  );
  if (names[0] !== names[1]) return [...source, `The hosts are ${names[1]}, not ${names[0]}`];
  return [...source, ...now.hosts.flatMap((host) => ofHost(saved, host, source.length === 0))];
}

function ofHost(saved: PlanDocument, { host, basis: now, shared, reuse }: PresentHost, sameTree: boolean): readonly string[] {
  const { basis: before, shared: entries = [], reuse: planned } = saved.hosts.find((one) => one.host === host) ?? {};
  if (before === undefined || before === null) return [`${host}: nothing was known of it`];
  return [
    ...(before.current === now.current ? [] : [`${host}: another release is live: ${nowNotThen(now, before)}`]),
    ...(before.releases.join("/") === now.releases.join("/") ? [] : [`${host}: ${otherReleases(now, before)}`]),
    ...(before.ledger === now.ledger ? [] : [`${host}: something was done there since, see its history`]),
    // Of another tree the fingerprint is another one too.
    ...(before.settings === now.settings && (before.fingerprint === now.fingerprint || !sameTree)
      ? []
      : [`${host}: the configuration is another one`]),
    // Of a plan to do nothing nothing of it was told.
    ...(saved.outcome === "unchanged" ? [] : shared.flatMap((row) => ofShared(host, row, entries))),
    ...(saved.outcome === "unchanged" ? [] : reuse.flatMap((row) => ofReuse(host, row, planned ?? []))),
  ];
}

function nowNotThen(now: HostBasis, before: HostBasis): string {
  return `${liveIn(now)} now, ${liveIn(before)} when it was planned`;
}

/** By the text of the link, which says where else it leads. */
function liveIn({ current, releases }: HostBasis): string {
  if (current === null) return "none";
  const name = current.slice(current.lastIndexOf("/") + 1);
  return releases.includes(name) ? name : textOf(current as ByteString);
}

function otherReleases({ releases: now }: HostBasis, { releases: before }: HostBasis): string {
  const added = now.filter((id) => !before.includes(id));
  const gone = before.filter((id) => !now.includes(id));
  const said = [...(added.length === 0 ? [] : [`${named(added)} came`]), ...(gone.length === 0 ? [] : [`${named(gone)} went`])];
  return `the releases there are other ones: ${said.join(", ")}`;
}

/** The newest few. */
function named(ids: readonly string[]): string {
  const shown = ids.slice(-SHOWN).join(", ");
  return ids.length > SHOWN ? `${shown} and ${ids.length - SHOWN} older` : shown;
}

const SHOWN = 3;

const DEEDS = { link: "linked", create: "created", seed: "seeded from the release", skip: "left out" } as const;

function ofShared(
  host: string,
  { path, action }: PresentHost["shared"][number],
  planned: PresentHost["shared"],
): readonly string[] {
  const before = planned.find((row) => row.path === path)?.action ?? action;
  return before === action ? [] : [`${host}: the shared ${path} would be ${DEEDS[action]}, not ${DEEDS[before]}`];
}

function ofReuse(host: string, { path, from }: ReusePlanRow, planned: readonly ReusePlanRow[]): readonly string[] {
  const before = planned.find((row) => row.path === path)?.from ?? null;
  return before === from ? [] : [`${host}: ${path} would be ${made(from)}, not ${made(before)}`];
}

function made(from: string | null): string {
  return from === null ? "made anew" : `taken over from ${from}`;
}
