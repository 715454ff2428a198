import { createHash } from "node:crypto";
import { repeatedName } from "../config/json-syntax.ts";
import type { PlanDocument } from "../report/documents.ts";

/**
 * The text of a saved plan: the document, and a digest of all that it says. What is carried out is what the document was made from; the
 * digest sees to it that what somebody read and approved says the same. It proves nothing of who wrote it.
 */
export function planText(document: PlanDocument): string {
  return `${JSON.stringify({ ...document, digest: digestOf(document) }, null, 2)}\n`;
}

/** What holds a plan that is not as it was saved. */
export interface EditedPlan {
  readonly edited: string;
}

/** Reads a saved plan; null: it is none, or of a version that this program does not know. */
export function parsePlan(text: string): PlanDocument | EditedPlan | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMap(value) || !isText(value["digest"])) return null;
    // The digest is of what this program reads, which is the last one; a person reads the first.
    const twice = repeatedName(text);
    if (twice !== null)
      return { edited: `${twice} stands in it twice, and what was read and approved need not be what would be done` };
    const { digest, ...document } = value;
    if (digestOf(document) !== digest) return { edited: CHANGED };
    return isPlan(document) ? document : null;
  } catch {
    return null;
  }
}

const CHANGED = "somebody changed what it says, and what was approved is not what would be done";

/** Of what is said, not of how it is written: lines and the order of keys mean nothing in JSON. */
function digestOf(document: object): string {
  const sorted = JSON.stringify(document, (_, value: unknown) => (isMap(value) ? inOrder(value) : value));
  return createHash("sha256").update(sorted).digest("hex");
}

function inOrder(map: Fields): Fields {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type Fields = Readonly<Record<string, unknown>>;

function isPlan(value: unknown): value is PlanDocument {
  if (!isMap(value)) return false;
  const { schema, tree, environment, outcome, revision, asked, hosts, leftOut } = value;
  const texts = [tree, environment, outcome].every(isText) && (revision === null || isText(revision));
  const some = leftOut === undefined || isList(leftOut, isText);
  return schema === 1 && texts && some && (asked === undefined || isAsked(asked)) && isList(hosts, isHost);
}

function isAsked(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { ref, directory, archive, fresh, from } = value;
  const sure = [ref, directory].every((one) => one === undefined || isText(one));
  if (from !== undefined && !(isMap(from) && isText(from["environment"]) && isText(from["release"]))) return false;
  return sure && (archive === undefined || isArchive(archive)) && (fresh === undefined || typeof fresh === "boolean");
}

function isArchive(value: unknown): boolean {
  return (
    isMap(value) && isText(value["path"]) && isText(value["sha256"]) && (value["strip"] ?? 0) === Number(value["strip"] ?? 0)
  );
}

function isHost(value: unknown): boolean {
  if (!isMap(value) || !isText(value["host"])) return false;
  const { basis, shared, reuse, prune } = value;
  return (
    isBasis(basis) &&
    isList(shared, isRow) &&
    (reuse === undefined || reuse === null || isList(reuse, isRow)) &&
    isList(prune, isText)
  );
}

function isBasis(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { current, releases, ledger, fingerprint, settings } = value;
  const known = [current, ledger].every((one) => one === null || isText(one));
  return known && isList(releases, isText) && isText(fingerprint) && isText(settings);
}

function isRow(value: unknown): boolean {
  return isMap(value) && isText(value["path"]);
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown, is: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
