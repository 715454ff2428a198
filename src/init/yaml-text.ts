/** A text as YAML takes it, in a list or map of either style: plain where that is read as the same text, else in quotes. */
export function scalar(text: string): string {
  const plain = /^(?:[A-Za-z/]|\.[A-Za-z/])[\w ./@%+=()$&|-]*$/u.test(text) && !text.endsWith(" ") && !KEYWORDS.test(text);
  return plain ? text : JSON.stringify(text);
}

// Also what older readers of YAML take for something else than text.
const KEYWORDS = /^(?:true|false|yes|no|on|off|null|y|n)$/iu;

/** A list in one line. */
export function flow(items: readonly string[]): string {
  return `[${items.map(scalar).join(", ")}]`;
}

/** A map in one line. */
export function flowMap(entries: readonly (readonly [key: string, written: string])[]): string {
  return `{ ${entries.map(([key, written]) => `${key}: ${written}`).join(", ")} }`;
}

export function indent(lines: readonly string[], by = "  "): readonly string[] {
  return lines.map((line) => (line === "" ? line : `${by}${line}`));
}

/** Comment lines, those that are too long in several. */
export function comment(text: string): readonly string[] {
  const [, margin = "", rest = ""] = /^(\s*)(.*)$/su.exec(text) ?? [];
  const lines: string[] = [];
  for (const word of rest.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 118) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${margin}${word}`);
  }
  return lines;
}
