import type { Path } from "./path.ts";

/** A part of a value that no configuration can hold. */
export interface Fault {
  readonly path: Path;
  /** The end of a sentence that the name of the setting begins, with a hint after a line break. */
  readonly text: string;
}

/** A value as a configuration may hold it, and what could not be taken over. */
export interface Plain {
  readonly value: unknown;
  readonly faults: readonly Fault[];
}

/** What becomes of a value that is neither map nor list: itself, something plainer, or a fault. */
export type Leaf = (value: unknown) => { readonly value: unknown } | { readonly fault: string };

interface Walk {
  readonly leaf: Leaf;
  readonly faults: Fault[];
  /** What is being copied right now: one of these inside itself would never end. */
  readonly open: Set<object>;
  values: number;
}

// As for YAML: far beyond what anybody writes.
const MOST_VALUES = 100_000;
const DEEPEST = 100;

/**
 * A copy that is made of maps, lists, text, numbers, booleans and null, no two parts of which are the same object. What is
 * undefined in a map is as if it were not there, so that programs can leave settings out by a condition.
 */
export function plainValue(value: unknown, leaf: Leaf = javascriptLeaf): Plain {
  const walk: Walk = { leaf, faults: [], open: new Set(), values: 0 };
  return { value: copy(walk, value, []), faults: walk.faults };
}

function copy(walk: Walk, value: unknown, path: Path): unknown {
  if (Array.isArray(value))
    return inside(walk, value, path, () => Array.from(value, (item, at) => copy(walk, item, [...path, at])));
  if (isPlainObject(value)) return inside(walk, value, path, () => copyMap(walk, value, path));
  const taken = walk.leaf(value);
  return "fault" in taken ? complain(walk, path, taken.fault) : taken.value;
}

function inside(walk: Walk, value: object, path: Path, read: () => unknown): unknown {
  if (walk.open.has(value)) return complain(walk, path, "holds itself: a configuration has an end");
  walk.values += Object.keys(value).length;
  if (walk.open.size >= DEEPEST) return complain(walk, path, "is nested too deeply to be a configuration");
  if (walk.values > MOST_VALUES)
    return walk.faults.length > 0 ? null : complain(walk, path, "holds more values than any configuration needs");
  walk.open.add(value);
  const copied = read();
  walk.open.delete(value);
  return copied;
}

function copyMap(walk: Walk, value: object, path: Path): unknown {
  const pairs = Object.entries(value).filter(([, item]) => item !== undefined);
  for (const [name] of pairs.filter(([each]) => !isName(each))) complain(walk, [...path, name], "cannot be used as a name");
  return Object.fromEntries(
    pairs.filter(([name]) => isName(name)).map(([name, item]) => [name, copy(walk, item, [...path, name])]),
  );
}

// `constructor` and the like are found in every JavaScript object: as names they would be met where nobody wrote them.
function isName(name: string): boolean {
  return !(name in {} || name === "prototype");
}

function complain(walk: Walk, path: Path, text: string): null {
  walk.faults.push({ path, text });
  return null;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // One from another realm has an `Object.prototype` of its own, above which there is nothing either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function javascriptLeaf(value: unknown): { readonly value: unknown } | { readonly fault: string } {
  if (value === null || typeof value === "string" || typeof value === "boolean") return { value };
  if (typeof value === "number" && Number.isFinite(value)) return { value };
  const waited = value instanceof Promise ? "\nWait for it with `await`." : "";
  return { fault: `is ${nameOf(value)}, but a setting is text, a number, true or false, a list or a map${waited}` };
}

function nameOf(value: unknown): string {
  if (typeof value === "object" && value !== null) return `an object of the class ${value.constructor.name || "without a name"}`;
  return value === undefined || typeof value === "number" ? String(value) : `a ${typeof value}`;
}
