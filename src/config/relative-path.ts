/** A path in a release as it is kept: without `.`, doubled and trailing slashes. It may hold any character but NUL. */
export function normalised(path: string): string {
  return parts(path).join("/");
}

/** What is wrong with a path that names something in a release; null if nothing is. */
export function relativePath(path: string): string | null {
  if (path === "") return "must not be empty";
  if (path.startsWith("/")) return "must be relative to the release, without `/` at the beginning";
  if (parts(path).includes("..")) return "must stay in the release: `..` leads out of it";
  return parts(path).length === 0 ? "must name something in the release, not the release itself" : null;
}

/** The same for what is linked into each release, where two files are always the release's own. */
export function sharedPath(path: string): string | null {
  const own = [".release.json", "REVISION"].find((name) => parts(path)[0] === name);
  return own === undefined ? relativePath(path) : `must not be \`${own}\`: each release has its own`;
}

/** Whether a normalised path is, or is inside, another one. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function parts(path: string): readonly string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
