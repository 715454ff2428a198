import { createHash } from "node:crypto";
import { isFirst } from "../config/all-hosts.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import type { Tree } from "../tree/entry.ts";

/**
 * SHA-256 over everything that makes a release on this host what it is: tree, tasks, environment, shared entries, permissions and names.
 * Equal fingerprints mean that a deploy would change nothing. Values of secrets are not part of it, only their names.
 */
export function fingerprintOf(config: ResolvedConfig, host: ResolvedHost, tree: Tree): string {
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
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
