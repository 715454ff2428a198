import { createHash } from "node:crypto";
import { isFirst } from "../config/all-hosts.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import type { Tree } from "../tree/entry.ts";

/**
 * SHA-256 over everything that makes a release on this host what it is: tree, tasks, environment, shared entries, permissions and names.
 * Equal fingerprints mean that a deploy would change nothing. Values of secrets are not part of it, only their names. `skipped`: paths
 * of shared entries that are not there and get no link.
 */
export function fingerprintOf(config: ResolvedConfig, host: ResolvedHost, tree: Tree, skipped: readonly string[]): string {
  const { root, layout, shared, permissions, reuse, tasks, env, path, shell, roles } = host;
  const first = isFirst(config, host);
  const parts = {
    tree: tree.digest,
    build: config.build,
    root,
    layout,
    shared,
    permissions,
    reuse,
    tasks,
    env,
    path,
    shell,
    roles,
    first,
    ...(skipped.length === 0 ? {} : { skipped }),
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
