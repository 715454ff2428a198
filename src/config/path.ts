/** Where a value stands in what was written: keys of maps and indexes of lists, from the top. */
export type Path = readonly (string | number)[];

/** One string per path, for use as a key: no two paths share one. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** For people: `environments.production.hosts[1].port`. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join("").replace(/^\./u, "");
}

function formatStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(step) ? `.${step}` : `[${quoted(step)}]`;
}

/** Text in quotes for a message: everything that a terminal might obey is escaped, and it is cut where it gets long. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(short).replace(/[\p{C}\u2028\u2029]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
