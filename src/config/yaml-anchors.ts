import { type Alias, type ParsedNode, visit } from "yaml";
import { closest } from "./suggest.ts";

/** The anchors of a file. */
export interface Anchors {
  /** What an alias stands for: the last anchor of its name above it. */
  readonly find: (alias: Alias.Parsed) => ParsedNode | null;
  /** What to do about an alias that stands for nothing. */
  readonly advice: (alias: Alias.Parsed) => string;
}

/** Collects them before anything is read, because merge keys are read before what stands above them. */
export function anchorsOf(root: ParsedNode): Anchors {
  const anchored = new Map<string, ParsedNode[]>();
  visit(root, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, [...(anchored.get(node.anchor) ?? []), node as ParsedNode]);
    },
  });
  const find = (alias: Alias.Parsed): ParsedNode | null =>
    anchored.get(alias.source)?.findLast((node) => node.range[0] < alias.range[0]) ?? null;
  return { find, advice: (alias) => advice(alias.source, [...anchored.keys()]) };
}

function advice(wanted: string, names: readonly string[]): string {
  const near = names.includes(wanted) ? null : closest(wanted, names);
  return near === null ? "An anchor such as `&name` stands above the aliases that repeat it." : `Did you mean \`*${near}\`?`;
}
