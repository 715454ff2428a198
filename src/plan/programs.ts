/**
 * The programs with which the commands of a shell text begin, as far as that can be told by reading: each of them has to be there when
 * the text runs. Where the text itself may bring programs along (it sources a file, sets PATH, defines functions) or is more than a list
 * of plain commands, reading stops: nothing is named that might be found after all.
 */
export function programsOf(text: string): string[] {
  const found = new Set<string>();
  for (const command of commandsOf(text)) {
    const name = command.words.find((word) => !ASSIGNMENT.test(word) && !PASSED_OVER.has(word)) ?? "";
    if (unclear(name, command.words)) break;
    // What may be missing has another command behind it.
    if (isProgram(name) && command.end !== "||") found.add(name);
  }
  return [...found];
}

interface Command {
  readonly words: readonly string[];
  /** What separates it from the next one. */
  readonly end: string;
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Words behind which a command stands as if they were not there. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "!",
  "{",
  "if",
  "then",
  "elif",
  "else",
  "while",
  "until",
  "do",
  "exec",
  "time",
  "fi",
  "done",
  "}",
]);

/** Words behind which something else than a command stands, or behind which other programs may be there than before. */
const UNCLEAR: ReadonlySet<string> = new Set([
  ".",
  "source",
  "eval",
  "for",
  "case",
  "select",
  "function",
  "alias",
  "nvm",
  "module",
]);

function unclear(name: string, words: readonly string[]): boolean {
  return UNCLEAR.has(name) || words.some((word) => /^PATH=|\(\)$|<<|^[^'"]*['"][^'"]*$/.test(word));
}

/** A plain name, or an absolute path. Relative ones lie in a release that is not there yet. */
function isProgram(name: string): boolean {
  return /^[A-Za-z0-9_][\w.+-]*$/.test(name) || /^(?:\/[\w.+-]+)+$/.test(name);
}

/** Splits at `;`, `&`, `|`, `&&`, `||`, parentheses and ends of lines that stand in no quotes. */
function commandsOf(text: string): Command[] {
  const commands: Command[] = [];
  let words: string[] = [];
  for (const token of text.replaceAll("\\\n", " ").match(TOKEN) ?? []) {
    if (!/^[;&|()\n]/.test(token)) {
      if (!token.startsWith("#")) words.push(token);
      continue;
    }
    if (token === "(" && words.length > 0) words.push("()");
    if (words.length > 0) commands.push({ words, end: token });
    words = [];
  }
  return words.length === 0 ? commands : [...commands, { words, end: "" }];
}

/** A separator, a comment, or a word in which quotes keep together what they hold. Redirections are words that name no program. */
const TOKEN =
  /&&|\|\||;;|[;|()\n]|(?<![<>])&(?!\d|>|-)|#[^\n]*|(?:'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|[<>]&[\d-]?|&>|[^\s;&|()'"\\#]|['"\\]|(?<=[^\s;&|()])#)+/g;
