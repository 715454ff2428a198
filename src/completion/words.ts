/** A word of a line as a shell splits it. */
export interface ShellWord {
  /** What the program would be given. */
  readonly value: string;
  /** The quote in which the line ends, if it is the last word and inside one; else empty. */
  readonly open: "" | "'" | '"';
}

/**
 * Splits the beginning of a command line as a shell does, without expanding anything. The last word is the one being typed: empty
 * where the line ends in a space.
 */
export function shellWords(line: string): readonly ShellWord[] {
  const words: string[] = [];
  let open: ShellWord["open"] = "";
  let word: string | null = "";
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? "";
    if (open === "" && /\s/u.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (open === "" && (char === "'" || char === '"')) [open, word] = [char, word ?? ""];
    else if (char === open) open = "";
    else if (char === "\\" && escapes(open, line[at + 1])) word = `${word ?? ""}${line[(at += 1)] ?? ""}`;
    else word = `${word ?? ""}${char}`;
  }
  return [...words.filter((each, at) => at > 0 || each !== ""), word ?? ""].map((value, at, all) => ({
    value,
    open: at === all.length - 1 ? open : "",
  }));
}

function escapes(open: ShellWord["open"], next: string | undefined): boolean {
  if (open === "'") return false;
  return open === "" || (next !== undefined && '"\\$`'.includes(next));
}

/**
 * A candidate as bash wants it: the part that stands for what it takes as the word (it begins behind the last character that breaks
 * words for it), quoted so that it arrives as it is.
 */
export function bashReply(candidate: string, word: ShellWord, breaks: string): string {
  if (word.open === "'") return candidate.replaceAll("'", String.raw`'\''`);
  if (word.open === '"') return candidate.replaceAll(/["\\$`]/gu, String.raw`\$&`);
  const broken = Math.max(...[":", "="].map((char) => (breaks.includes(char) ? word.value.lastIndexOf(char) : -1)));
  return candidate.slice(broken + 1).replaceAll(/[^\w@%+=:,./-]/gu, String.raw`\$&`);
}
