import { createHash } from "node:crypto";
import type { HostBasis, PlanDocument } from "../report/documents.ts";
import type { Facts } from "./facts.ts";
import type { HostPlan } from "./host-plan.ts";

/** What a plan was made from on one host. Equal bases make equal plans. */
export function basisOf(facts: Facts, plan: HostPlan): HostBasis {
  const { releases, entries } = facts.release;
  const last = entries.at(-1);
  return {
    current: facts.currentText,
    releases: releases.map(({ id }) => id).toSorted(),
    ledger: last === undefined ? null : createHash("sha256").update(JSON.stringify(last)).digest("hex"),
    fingerprint: plan.fingerprint,
  };
}

/** What is to be deployed now, and what it was made from. */
export interface Present {
  readonly environment: string;
  readonly tree: string;
  readonly revision: string | null;
  readonly hosts: readonly { readonly host: string; readonly basis: HostBasis }[];
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
  return [...source, ...now.hosts.flatMap(({ host, basis }) => ofHost(saved, host, basis, source.length === 0))];
}

function ofHost(saved: PlanDocument, host: string, now: HostBasis, sameTree: boolean): readonly string[] {
  const before = saved.hosts.find((one) => one.host === host)?.basis;
  if (before === undefined || before === null) return [`${host}: nothing was known of it`];
  return [
    ...(before.current === now.current ? [] : [`${host}: another release is live`]),
    ...(before.releases.join("/") === now.releases.join("/") ? [] : [`${host}: the releases there are other ones`]),
    ...(before.ledger === now.ledger ? [] : [`${host}: something was done there since, see its history`]),
    // Of another tree the fingerprint is another one too.
    ...(before.fingerprint === now.fingerprint || !sameTree ? [] : [`${host}: the configuration is another one`]),
  ];
}

/** Reads a saved plan; null for what is none, or of a version that this program does not know. */
export function parsePlan(text: string): PlanDocument | null {
  try {
    const value = JSON.parse(text) as Partial<PlanDocument> | null;
    const usable = value?.schema === 1 && typeof value.tree === "string" && Array.isArray(value.hosts);
    return usable && value.hosts.every(({ basis }) => typeof basis?.fingerprint === "string") ? (value as PlanDocument) : null;
  } catch {
    return null;
  }
}
