import type { Permissions } from "../config/resolved.ts";
import type { TreeEntry } from "./entry.ts";

/** Permission bits of what is shipped, before the exec bit. */
export interface Modes {
  readonly dir: number;
  readonly file: number;
}

/** The configured modes as numbers. */
export function modesOf(permissions: Pick<Permissions, "dirs" | "files">): Modes {
  return { dir: Number.parseInt(permissions.dirs, 8), file: Number.parseInt(permissions.files, 8) };
}

/** The mode an entry has on every host. An executable file gets x wherever it has r; a link's mode means nothing and is 0777. */
export function modeOf(entry: TreeEntry, permissions: Pick<Permissions, "dirs" | "files">): number {
  return entryMode(entry, modesOf(permissions));
}

/** The same, from numbers. */
export function entryMode(entry: TreeEntry, modes: Modes): number {
  if (entry.kind === "directory") return modes.dir;
  if (entry.kind === "link") return 0o777;
  return entry.executable ? modes.file | ((modes.file & 0o444) >> 2) : modes.file;
}
