import { readFileSync } from "node:fs";
import { setOutput } from "@actions/core";

/** What later steps are told: each a text, and each always there. `action.yml` says what they mean. */
export interface Outputs {
  readonly outcome: string;
  readonly release: string;
  readonly "previous-release": string;
  readonly revision: string;
  readonly "hosts-ok": string;
  readonly "hosts-failed": string;
  readonly "duration-ms": string;
  readonly report: string;
  readonly changed: string;
  readonly "exit-code": string;
}

export function setOutputs(outputs: Outputs): void {
  for (const [name, text] of Object.entries(outputs)) setOutput(name, text);
}

/** Of a step that ends before the program has begun, or without a word of it. */
export function outputsWithout(outcome: string, code: number, ms: number): Outputs {
  return {
    outcome,
    release: "",
    "previous-release": "",
    revision: "",
    "hosts-ok": "",
    "hosts-failed": "",
    "duration-ms": String(ms),
    report: "",
    changed: String(CHANGING.has(outcome)),
    "exit-code": String(code),
  };
}

/** As much as we read of the documents that the program writes: a report, or what a command that looks shows. */
interface Document {
  readonly outcome?: string;
  readonly release?: string | null;
  readonly previous?: string | null;
  readonly revision?: string | null;
  readonly durationMs?: number;
  readonly agree?: boolean;
  readonly hosts?: readonly HostPart[];
}

interface HostPart {
  readonly host: string;
  /** Of a report. */
  readonly outcome?: string;
  readonly live?: string | null;
  readonly revision?: string | null;
  readonly error?: unknown;
  readonly problems?: readonly unknown[];
}

/** What the report says; where there is none, as little as an exit code tells. */
export function outputsOf(report: string, code: number, ms: number): Outputs {
  const found = read(report);
  if (found === null) return outputsWithout(OUTCOMES[code] ?? "partial", code, ms);
  const { outcome = OUTCOMES[code] ?? "partial", previous, durationMs = ms, hosts = [] } = found;
  const failed = hosts.filter((host) => !isWell(host));
  return {
    outcome,
    release: text(found.release ?? sameOf(found, "live")),
    "previous-release": text(previous),
    revision: text(found.revision ?? sameOf(found, "revision")),
    "hosts-ok": names(hosts.filter((host) => !failed.includes(host))),
    "hosts-failed": names(failed),
    "duration-ms": String(durationMs),
    report,
    changed: String(CHANGING.has(outcome)),
    "exit-code": String(code),
  };
}

function read(file: string): Document | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Document;
  } catch {
    return null;
  }
}

function isWell({ outcome = "done", error = null, problems = [] }: HostPart): boolean {
  return GOOD.has(outcome) && error === null && problems.length === 0;
}

/** Of `status`: what all hosts have. A report says for itself what it made; one that made nothing has made nothing. */
function sameOf(document: Document, field: "live" | "revision"): string | null {
  const { agree, hosts = [] } = document;
  const values = new Set(hosts.map((host) => host[field] ?? null));
  return agree === true && values.size === 1 ? ([...values][0] ?? null) : null;
}

function names(hosts: readonly HostPart[]): string {
  return hosts.map(({ host }) => host).join(",");
}

function text(value: string | null | undefined): string {
  return value ?? "";
}

const GOOD: ReadonlySet<string> = new Set(["deployed", "rolled-back", "unchanged", "done"]);
const CHANGING: ReadonlySet<string> = new Set(["deployed", "rolled-back", "partial"]);

/** What an exit code says by itself: docs/reference/exit-codes.md. */
const OUTCOMES: Readonly<Record<number, string>> = {
  0: "done",
  1: "failed",
  2: "invalid",
  3: "locked",
  4: "partial",
  5: "returned",
  130: "interrupted",
};
