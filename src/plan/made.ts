import { textOf, type ByteString } from "../host/bytes.ts";
import { unescapePath } from "../tree/manifest.ts";
import type { PromotedFrom } from "../release/ledger.ts";
import type { ReleaseRecord } from "../release/record.ts";

/** Who made a release, when and from what: what every host that has it says of it. */
export interface Made {
  readonly revision: string | null;
  readonly label: string;
  readonly message: string;
  readonly promotedFrom: PromotedFrom | null;
  readonly by: string;
  readonly origin: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * From the `.release.json` that a host has, as it says it (escaped), where that is about this very release and tree; else from what its ledger
 * recorded. It is written into the release of other hosts as what it is here, so that they do not differ.
 */
export function madeOf(
  said: ByteString | null,
  about: { readonly release: string; readonly tree: string },
  record: ReleaseRecord,
): Made {
  const { id, tree, revision, source, message, by, origin, createdAt } = parsed(said);
  const same = id === about.release && tree === about.tree;
  const text = (value: unknown, other: string | null): string => (same && typeof value === "string" ? value : (other ?? ""));
  return {
    revision: same && (revision === null || typeof revision === "string") ? revision : record.revision,
    label: text(source, record.revision ?? about.release),
    message: text(message, record.message),
    promotedFrom: record.promotedFrom,
    by: text(by, record.by),
    origin: text(origin, record.origin),
    at: text(createdAt, record.createdAt),
  };
}

function parsed(said: ByteString | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(textOf((said === null ? null : unescapePath(said)) ?? ("{}" as ByteString)));
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
