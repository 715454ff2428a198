import type { ResolvedConfig } from "../config/resolved.ts";
import type { PromotedFrom } from "../release/ledger.ts";

export interface ReleaseFacts {
  readonly release: string;
  readonly revision: string | null;
  readonly tree: string;
  readonly label: string;
  readonly message: string;
  readonly by: string;
  readonly origin: string;
  /** Where its tree was live before; null where it was made from a source. */
  readonly promotedFrom: PromotedFrom | null;
  /** ISO 8601. */
  readonly at: string;
}

/** What we write into every release, where error trackers and people look: the same bytes on every host. */
export function releaseFiles(config: ResolvedConfig, facts: ReleaseFacts): { path: string; contents: string }[] {
  const { release, revision, tree, label, message, promotedFrom, by, origin, at } = facts;
  const { app, environment } = config;
  const document = {
    schema: 1,
    id: release,
    app,
    environment,
    revision,
    tree,
    source: label,
    ...(promotedFrom === null ? {} : { promotedFrom }),
    message,
    by,
    origin,
    createdAt: at,
  };
  const json = { path: ".release.json", contents: `${JSON.stringify(document, null, 2)}\n` };
  return revision === null ? [json] : [json, { path: "REVISION", contents: `${revision}\n` }];
}
