import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Everything below a directory, a line each: kind, mode, owner, size, times of change and of content, and where a link leads. */
export function listing(directory: string): string[] {
  const line = (path: string): string => {
    const { mode, uid, gid, size, ctimeNs, mtimeNs } = lstatSync(join(directory, path), { bigint: true });
    const to = (Number(mode) & 0o170000) === 0o120000 ? ` -> ${readlinkSync(join(directory, path))}` : "";
    return `${mode.toString(8)} ${uid}:${gid} ${size} ${ctimeNs} ${mtimeNs} ${path}${to}`;
  };
  return ["", ...readdirSync(directory, { recursive: true, encoding: "utf8" })].map(line).toSorted();
}

/** Id of what `current` points to. */
export function live(root: string): string | null {
  try {
    return readlinkSync(join(root, "current")).replace(/^releases\//, "");
  } catch {
    return null;
  }
}

/** Permission bits of a file or directory, as in `0755`. */
export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8).padStart(4, "0");
}
