import type { SharedEntry } from "../config/resolved.ts";
import { bytesOf as utf8, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";

/** What is wanted to be seen of a host: src/target/facts.sh. */
export interface Look {
  /** How many of the ledger's last lines, besides those about releases that exist. */
  readonly ledgerLines: number;
  /** Whether to tell the directory digests of a release that may serve as base. */
  readonly base: boolean;
  readonly shared: readonly SharedEntry[];
}

export function lookArguments({ ledgerLines, base, shared }: Look): ByteString[] {
  const entries = shared.flatMap(({ kind, path, whenMissing }) => [utf8(kind), utf8(path), utf8(whenMissing)]);
  return [utf8(String(ledgerLines)), utf8(base ? "yes" : "no"), ...entries];
}

/** Facts without lock and without any write. */
export function look(what: Look): ByteString {
  return callOf("slh_do_look", lookArguments(what));
}
