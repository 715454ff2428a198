// What the scripts have in common about the files of this repository.
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * All regular files below a directory, as sorted paths relative to it; none when it does not exist.
 *
 * @param {string} directory absolute, or relative to the checkout
 * @returns {string[]}
 */
export function filesBelow(directory) {
  const start = resolve(root, directory);
  if (!existsSync(start)) {
    return [];
  }
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(start, join(entry.parentPath, entry.name)))
    .toSorted();
}

/**
 * The lines of Node, besides the one that `npm test` runs on, that the fast tests run on: "22", "24" …
 *
 * @returns {string[]}
 */
export function runtimes() {
  return readdirSync(join(root, "test/runtimes")).toSorted();
}
