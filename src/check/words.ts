import type { Check } from "../config/checks.ts";
import type { ByteString } from "../host/bytes.ts";
import type { Answer } from "./answer.ts";
import { BEGINNING, type Course, type Limits } from "./course.ts";
import { needsOf, type Need } from "./probe.ts";

/** What a check is called. */
export function checkName(check: Check): string {
  if (check.kind === "command") return check.task.run;
  if (check.kind === "http") return check.unixSocket === null ? check.url : `${check.url} (${check.unixSocket})`;
  return `tcp ${check.host.includes(":") ? `[${check.host}]` : check.host}:${check.port}`;
}

/** What it wants besides an answer, for a plan: `release in the body, 3 times in a row, within 30 s`. */
export function demandsOf(check: Check): string {
  const own = check.kind === "http" ? httpDemands(check) : [];
  const often = check.consecutive === 1 ? [] : [`${check.consecutive} times in a row`];
  return [...own, ...often, `within ${check.within} s`].join(", ");
}

function httpDemands({ status, body, header, release, connect }: Extract<Check, { kind: "http" }>): readonly string[] {
  return [
    ...(connect === null ? [] : [`at ${connect.host}${connect.port === null ? "" : `:${connect.port}`}`]),
    ...(status.length === 0 ? [] : [`status ${status.join(" or ")}`]),
    ...(body === null ? [] : [`with "${body}"`]),
    ...Object.keys(header).map((name) => `header ${name}`),
    ...(release === null ? [] : [`release in ${release === "body" ? "the body" : release.header}`]),
  ];
}

/** How often it was tried, and how it went: ` (tried 12 times)`. */
export function triesText({ tries, inARow }: Course, { consecutive }: Limits): string {
  const often = tries === 1 ? "tried once" : `tried ${tries} times`;
  return inARow === BEGINNING.inARow ? often : `${often}, passed ${inARow} of ${consecutive} times in a row`;
}

/** The first lines of an answer, as bytes: its status, what tells most of its head, its body. `text`: whether the body is any. */
export function linesOf({ statusLine, headers, body }: Answer): {
  readonly head: string;
  readonly body: ByteString;
  readonly text: boolean;
} {
  const told = headers.filter(([name]) => TOLD.has(name)).map(([name, value]) => `${name}: ${value}`);
  const start = body.slice(0, SHOWN_BYTES) as ByteString;
  return { head: [statusLine, ...told].join("\n"), body: start, text: isText(start) };
}

const TOLD: ReadonlySet<string> = new Set(["location", "content-type", "server", "retry-after", "www-authenticate"]);
const SHOWN_BYTES = 4096;

/** Pictures, archives and what is compressed are nothing to read. */
export function isText(bytes: ByteString): boolean {
  const odd = bytes.match(/[\0-\x08\x0e-\x1a\x1c-\x1f]/gu)?.length ?? 0;
  return !bytes.includes("\0") && odd * 20 <= bytes.length;
}

/** Why no program of a host can carry out a check, and what could. */
export function lackOf(check: Check): string {
  if (check.kind === "command") return "";
  const needs = needsOf(check);
  if (check.kind === "tcp") return "perl, python3, bash or nc";
  const able = Object.entries(ABLE).filter(([, can]) => needs.every((need) => can.includes(need)));
  const names = able.map(([name]) => name);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

const ABLE: Readonly<Record<string, readonly Need[]>> = {
  curl: ["http", "tls", "unix", "elsewhere", "private"],
  python3: ["http", "tls", "unix", "elsewhere", "private"],
  perl: ["http", "unix", "private"],
  "wget of GNU": ["http", "tls"],
  "wget of BusyBox": ["http"],
};
