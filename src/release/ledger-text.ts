import type { LedgerEntry, LedgerKind } from "./ledger.ts";

/**
 * One line of the ledger, without its newline: JSON in printable ASCII, so that no locale, encoding or line-minded tool on a host
 * can misread it. It begins `{"v":1,"kind":"…","release":"…",`, which `grep` and `awk` may rely on. Texts people wrote are cut.
 */
export function formatEntry(entry: LedgerEntry): string {
  const ordered = Object.fromEntries(NAMES.map((name) => [name, cut(entry[name], LIMITS[name])]));
  return JSON.stringify(ordered).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The facts of a ledger, in its order, and how many of its lines could not be read: torn, merged, binary, of an unknown version
 * or kind. Never throws. A line that is there twice counts once, as a message that was sent again does no harm. NULs, which a
 * power cut leaves where a file had grown, end a line like a newline does.
 */
export function parseLedger(text: string): { entries: LedgerEntry[]; damaged: number } {
  const lines = new Set(text.split(/[\n\0]+/).map((line) => line.trim()));
  lines.delete("");
  const entries = [...lines].map(readEntry).filter((entry) => entry !== null);
  return { entries, damaged: lines.size - entries.length };
}

type Field = keyof LedgerEntry;

/** Every field, in the order of the line, and what it must be. */
const FIELDS: { readonly [K in Field]-?: (value: unknown) => boolean } = {
  v: (value) => value === 1,
  kind: (value) => typeof value === "string" && Object.hasOwn(KINDS, value),
  release: (value) => value === "" || isEntryName(value),
  at: isString,
  by: isString,
  run: isString,
  generation: isCount,
  command: isString,
  from: (value) => value === null || isEntryName(value),
  revision: (value) => value === null || isString(value),
  tree: isString,
  fingerprint: isString,
  message: isString,
  reason: isString,
  origin: isString,
  bytes: isCount,
  hides: isTexts,
  hosts: isTexts,
  promotedFrom: isPromotion,
  recovered: isString,
};

const NAMES = Object.keys(FIELDS) as Field[];

const REQUIRED: ReadonlySet<Field> = new Set<Field>(["v", "kind", "release", "at", "by", "run", "generation", "command"]);

/** Code units. What is not named here is an id or a digest, and a cut one would be a false one. */
const LIMITS: { readonly [K in Field]?: number } = { message: 1000, reason: 1000, by: 200, origin: 500, command: 100 };

/** Which kinds may be about no release. */
const KINDS: { readonly [K in LedgerKind]: "release" | "any" } = {
  preparing: "release",
  sealed: "release",
  switching: "release",
  live: "release",
  good: "release",
  failed: "release",
  returned: "release",
  pruned: "release",
  pinned: "release",
  unpinned: "release",
  adopted: "release",
  foreign: "any",
  takeover: "any",
  held: "any",
  released: "any",
  "shared-put": "any",
};

function cut(value: unknown, limit = Infinity): unknown {
  if (typeof value !== "string" || value.length <= limit) return value;
  return `${value.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function readEntry(line: string): LedgerEntry | null {
  const raw = parseObject(line);
  if (raw === null || !NAMES.every((name) => isFine(raw, name))) return null;
  const known = NAMES.filter((name) => Object.hasOwn(raw, name)).map((name) => [name, raw[name]] as const);
  // Each field has just been looked at, by its name: what the compiler cannot follow.
  const entry = Object.fromEntries(known) as unknown as LedgerEntry;
  return entry.release === "" && KINDS[entry.kind] === "release" ? null : entry;
}

function isFine(raw: Readonly<Record<string, unknown>>, name: Field): boolean {
  return Object.hasOwn(raw, name) ? FIELDS[name](raw[name]) : !REQUIRED.has(name);
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isPromotion(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { environment, release } = value as Readonly<Record<string, unknown>>;
  return isString(environment) && isEntryName(release);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A name that a directory entry can have: a damaged ledger must not be able to point out of `releases/`. */
function isEntryName(value: unknown): boolean {
  return typeof value === "string" && /^(?!\.\.?$)[^/\0]{1,255}$/.test(value);
}
