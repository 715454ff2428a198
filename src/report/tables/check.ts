import { marked } from "../blocks.ts";
import type { AboutHost, CheckDocument, Finding, HostCheck } from "../check-document.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { count, formatBytes } from "../units.ts";
import { padEnd } from "../width.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** Every host with what was found there, problems first; at the end whether a deploy can begin. */
export function checkLines(raw: CheckDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter(({ error }) => error === null);
  const width = Math.max(0, ...reached.map(({ host }) => host.length));
  return [
    ...(document.controller.length === 0 ? [] : [options.theme("host", "this computer")]),
    ...found(document.controller, options),
    ...reached.flatMap((host) => hostLines(host, width, options)),
    ...unreachedLines(document.hosts, options),
    "",
    verdict(document, options),
  ];
}

function hostLines({ host, ok, about, findings }: HostCheck, width: number, options: DocumentOptions): string[] {
  const ready = about === null ? options.theme("warning", "skipped") : options.theme("good", "ready");
  const mark = ok ? ready : options.theme("error", "not ready");
  const facts = about === null ? "" : options.theme("quiet", aboutHost(about, ok));
  return [`${options.theme("host", padEnd(host, width))}  ${mark}  ${facts}`.trimEnd(), ...found(findings, options)];
}

function aboutHost({ user, system, filesystem, freeBytes, live, exists }: AboutHost, ok: boolean): string {
  const free = freeBytes === null ? [] : [`${formatBytes(freeBytes)} free`];
  // Where something is in the way, it may be that the deploy could not make it.
  const serves = exists ? "nothing live" : `no app root yet${ok ? ": the first deploy makes it" : ""}`;
  return [user === "" ? "" : `user ${user}`, system, filesystem, ...free, live === null ? serves : `${live} live`]
    .filter((word) => word !== "")
    .join(", ");
}

function found(findings: readonly Finding[], options: DocumentOptions): string[] {
  const inOrder = [...ofLevel(findings, "problem"), ...ofLevel(findings, "warning"), ...ofLevel(findings, "remark")];
  return inOrder.flatMap(({ level, text, remedy }) => [
    ...marked(text, MARKS[level], options),
    ...(remedy === "" ? [] : marked(remedy, ["title", "-> "], options, 4)),
  ]);
}

const MARKS: { readonly [Each in Finding["level"]]: Parameters<typeof marked>[1] } = {
  problem: ["error", "x "],
  warning: ["warning", "! "],
  remark: ["quiet", "- "],
};

function ofLevel(findings: readonly Finding[], level: Finding["level"]): Finding[] {
  return findings.filter((each) => each.level === level);
}

function verdict(document: CheckDocument, options: DocumentOptions): string {
  const name = `${document.app} ${document.environment}`;
  const all = [...document.controller, ...document.hosts.flatMap(({ findings }) => findings)];
  const problems = ofLevel(all, "problem").length + document.hosts.filter(({ error }) => error !== null).length;
  const warnings = ofLevel(all, "warning").length;
  const also = warnings === 0 ? "" : `, ${count(warnings, "warning")}`;
  if (problems > 0) return options.theme("error", `${name}: ${count(problems, "problem")}${also}`);
  return options.theme("good", `${name}: nothing stands in the way of a deploy${also}`);
}
