import {
  type Alias,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
  isAlias,
  isMap,
  isScalar,
  isSeq,
} from "yaml";
import { type Anchors, anchorsOf } from "./yaml-anchors.ts";
import { type Path, formatPath, pathKey, quoted } from "./path.ts";
import type { Place } from "./places.ts";
import type { Range } from "./source-text.ts";

/** Something wrong with the notation, at a stretch of the text. */
export interface NotationProblem {
  readonly range: Range;
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What {@link readNodes} found. Places are by `pathKey`. */
export interface Found {
  readonly value: unknown;
  readonly places: ReadonlyMap<string, Place>;
  readonly problems: readonly NotationProblem[];
  /** Whether parts of the value are not there, because aliases lead nowhere or too far. */
  readonly broken: boolean;
}

interface Walk {
  readonly places: Map<string, Place>;
  readonly problems: NotationProblem[];
  readonly anchors: Anchors;
  /** What is being read right now: an alias to one of these would never end. */
  readonly open: Set<ParsedNode>;
  values: number;
  broken: boolean;
}

type PairOfMap = Pair<ParsedNode, ParsedNode | null>;

// Ten aliases of ten aliases of ten … make billions of values out of a few lines. A thousand hosts make some ten thousand.
const MOST_VALUES = 100_000;
const DEEPEST = 100;
const TOO_MUCH = "Here begin more values than any configuration needs: aliases of aliases multiply";

/**
 * Plain values out of parsed YAML, and the place of each. This is done here and not by the library because only here can an
 * alias and a merge key keep the place where they were written, and be refused before they are expanded.
 */
export function readNodes(root: ParsedNode | null): Found {
  if (root === null) return { value: null, places: new Map(), problems: [], broken: false };
  const walk: Walk = { places: new Map(), problems: [], anchors: anchorsOf(root), open: new Set(), values: 0, broken: false };
  const value = readNode(walk, root, [], null);
  return { value, places: walk.places, problems: walk.problems, broken: walk.broken };
}

function readNode(walk: Walk, node: ParsedNode, path: Path, key: Range | null): unknown {
  if (isAlias(node)) return readAlias(walk, node, path, key);
  if (isTooMuch(walk, node, path)) return null;
  walk.places.set(pathKey(path), placeOf(node, key));
  if (isScalar(node)) return node.value;
  walk.open.add(node);
  const value = isMap(node) ? readMap(walk, node, path) : readList(walk, node, path);
  walk.open.delete(node);
  return value;
}

function isTooMuch(walk: Walk, node: ParsedNode, path: Path): boolean {
  walk.values += 1;
  if (walk.values <= MOST_VALUES && walk.open.size <= DEEPEST) return false;
  if (walk.values !== Infinity) complain(walk, rangeOf(node), path, TOO_MUCH);
  walk.values = Infinity;
  walk.broken = true;
  return true;
}

function placeOf(node: ParsedNode, key: Range | null): Place {
  const value = rangeOf(node);
  const plain = isScalar(node) && node.type === "PLAIN" ? (node.source ?? null) : null;
  // Nothing is written where the value of `key:` would be.
  const shown = value.start === value.end && key !== null ? key : value;
  return { key, value: shown, plain, collection: !isScalar(node) };
}

function readList(walk: Walk, node: YAMLSeq.Parsed, path: Path): readonly unknown[] {
  return node.items.map((item, index) => readNode(walk, item, [...path, index], null));
}

function readAlias(walk: Walk, alias: Alias.Parsed, path: Path, key: Range | null): unknown {
  const target = follow(walk, alias, path);
  if (target === null) return null;
  const value = readNode(walk, target, path, key);
  // What is wrong with the whole of it is shown where it is used, what is wrong inside it where that was written.
  const place = walk.places.get(pathKey(path));
  if (place !== undefined) walk.places.set(pathKey(path), { ...place, value: rangeOf(alias) });
  return value;
}

function follow(walk: Walk, alias: Alias.Parsed, path: Path): ParsedNode | null {
  const target = walk.anchors.find(alias);
  if (target !== null && !walk.open.has(target)) return target;
  walk.broken = true;
  const name = quoted(alias.source);
  if (target === null) complain(walk, rangeOf(alias), path, `No anchor above is called ${name}`, walk.anchors.advice(alias));
  else complain(walk, rangeOf(alias), path, `The alias ${name} stands inside the very value it repeats`);
  return null;
}

function readMap(walk: Walk, node: YAMLMap.Parsed, path: Path): Record<string, unknown> {
  const seen = new Set<string>();
  const pairs = (node.items as readonly PairOfMap[]).filter((pair) => acceptKey(walk, seen, pair.key, path));
  // Merged ones first, so that what stands in the map itself takes their place, wherever `<<` is.
  const merged = pairs.filter((pair) => isMergeKey(pair.key)).map((pair) => mergedValues(walk, pair, path));
  const own = pairs.filter((pair) => !isMergeKey(pair.key)).map((pair) => readPair(walk, pair, path));
  return Object.assign({}, ...merged, ...own) as Record<string, unknown>;
}

function readPair(walk: Walk, { key, value }: PairOfMap, path: Path): Record<string, unknown> {
  const at = [...path, nameOf(key)];
  if (value !== null) return { [nameOf(key)]: readNode(walk, value, at, rangeOf(key)) };
  walk.places.set(pathKey(at), { key: rangeOf(key), value: rangeOf(key), plain: null, collection: false });
  return { [nameOf(key)]: null };
}

/** `<<: *base` and `<<: [*one, *two]`: what is in `one` comes before what is in `two`. */
function mergedValues(walk: Walk, { key, value }: PairOfMap, path: Path): Record<string, unknown> {
  const place = walk.places.get(pathKey(path));
  const parts = isSeq(value) ? value.items.toReversed() : [value];
  const values = parts.map((part) => (part === null ? null : readMerged(walk, part, path)));
  if (place !== undefined) walk.places.set(pathKey(path), place);
  if (values.every((each) => typeof each === "object" && each !== null && !Array.isArray(each))) {
    return Object.assign({}, ...values) as Record<string, unknown>;
  }
  complain(walk, rangeOf(key), path, "`<<` takes in a map or a list of maps, and nothing else");
  return {};
}

// An alias that leads nowhere has been told already.
function readMerged(walk: Walk, node: ParsedNode, path: Path): unknown {
  return isAlias(node) ? (readAlias(walk, node, path, null) ?? {}) : readNode(walk, node, path, null);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

// `constructor` and the like are found in every JavaScript object: as names they would be met where nobody wrote them.
function acceptKey(walk: Walk, seen: Set<string>, key: ParsedNode, path: Path): boolean {
  const name = nameOf(key);
  const at = [...path, name];
  if (name in {} || name === "prototype") complain(walk, rangeOf(key), at, `${quoted(name)} cannot be used as a name`);
  else if (seen.has(name)) complain(walk, rangeOf(key), at, `${quoted(name)} is set twice in this map`, "Remove one of them.");
  else {
    seen.add(name);
    return true;
  }
  return false;
}

function nameOf(key: ParsedNode): string {
  return String((key as Scalar).value);
}

function rangeOf(node: ParsedNode): Range {
  return { start: node.range[0], end: node.range[1] };
}

function complain(walk: Walk, range: Range, path: Path, message: string, hint: string | null = null): void {
  walk.problems.push({ range, path: formatPath(path), message, hint });
}
