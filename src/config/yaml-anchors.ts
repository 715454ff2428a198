import { type Alias, type ParsedNode, visit } from "yaml";
import { closest } from "./suggest.ts";

/** The anchors of a file. */
export interface Anchors {
  /** What an alias stands for: the last anchor of its name above it. */
  readonly find: (alias: Alias.Parsed) => ParsedNode | null;
  /** What to do about an alias that stands for nothing. */
  readonly similar: (alias: Alias.Parsed) => string;
}

/** Collects them before anything is read, because merge keys are read before what stands above them. */
export function anchorsOf(root: ParsedNode): Anchors {
  const anchored: { readonly name: string; readonly node: ParsedNode }[] = [];
  visit(root, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchored.push({ name: node.anchor, node: node as ParsedNode });
    },
  });
  return { find: (alias) => above(anchored, alias)?.node ?? null, similar: (alias) => similar(anchored, alias) };
}

type Anchored = readonly { readonly name: string; readonly node: ParsedNode }[];

function above(anchored: Anchored, alias: Alias.Parsed): Anchored[number] | undefined {
  return anchored.findLast(({ name, node }) => name === alias.source && node.range[0] < alias.range[0]);
}

function similar(anchored: Anchored, alias: Alias.Parsed): string {
  const name = closest(
    alias.source,
    anchored.map((each) => each.name),
  );
  return name === null || name === alias.source
    ? "An anchor such as `&name` stands above the aliases that repeat it."
    : `Did you mean \`*${name}\`?`;
}
