/**
 * The programs with which the commands of a shell text begin, as far as that can be told by reading: each of them has to be there when
 * the text runs. Where the text itself may bring programs along (it sources a file, sets PATH, defines functions) or is more than a list
 * of plain commands, reading stops: nothing is named that might be found after all. Nor is what runs on a condition only: whoever asks
 * whether a program is there has thought of its absence.
 */
export function programsOf(text: string): string[] {
  const found = new Set<string>();
  const commands = commandsOf(text);
  let place: Place = { blocks: [], maybe: false };
  for (const [at, command] of commands.entries()) {
    const names = namesIn(command.words);
    if (unclear(names[0] ?? "", command.words)) break;
    place = enter(place, command);
    const spared = place.maybe || place.blocks.includes(true) || (command.end === "||" && !givesUp(commands.slice(at + 1)));
    for (const name of spared ? [] : names.filter(isProgram)) found.add(name);
    place = { ...place, maybe: maybeNext(place, command, names[0] ?? "") };
  }
  return [...found];
}

/** Where reading is: for each open block, and for the next command beside that, whether it may be left out when the text runs. */
interface Place {
  readonly blocks: readonly boolean[];
  readonly maybe: boolean;
}

/** The words of the shell in front of a command open, turn and close blocks. A condition always runs, what hangs on it does not. */
function enter(place: Place, { words }: Command): Place {
  let { blocks, maybe } = place;
  for (const word of words.slice(0, commandAt(words))) {
    if (word === "if" || word === "{") [blocks, maybe] = [[...blocks, maybe], false];
    else if (word === "then" || word === "elif" || word === "else") [blocks, maybe] = [[...blocks.slice(0, -1), true], false];
    else if (word === "fi") [blocks, maybe] = [blocks.slice(0, -1), false];
    else if (word === "}") [blocks, maybe] = [blocks.slice(0, -1), blocks.at(-1) === true];
  }
  return { blocks, maybe };
}

function maybeNext({ maybe }: Place, { end }: Command, name: string): boolean {
  if (end === "&&") return maybe || ASKING.has(name);
  return end === "||" || (end === "|" && maybe);
}

/** Whether the other way out of a command, behind its `||`, is to end: `npm ci || exit 1` needs npm all the same. */
function givesUp([next, ...others]: readonly Command[]): boolean {
  if (next === undefined) return false;
  if (LEAVING.has(namesIn(next.words)[0] ?? "")) return true;
  if (next.words[0] !== "{") return false;
  const closed = others.findIndex(({ words }) => words[0] === "}");
  return others.slice(0, Math.max(closed, 0)).some(({ words }) => LEAVING.has(namesIn(words)[0] ?? ""));
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

/** Programs that only ask: what stands behind their `&&` may well not be there. */
const ASKING: ReadonlySet<string> = new Set(["[", "[[", "test", "command", "type", "which", "hash"]);
const LEAVING: ReadonlySet<string> = new Set(["exit", "return", "false"]);

/** Programs that start the one that they are given, with options that take no word of their own and some that may be a number. */
const STARTING: ReadonlySet<string> = new Set(["env", "nohup", "nice", "ionice", "timeout", "command"]);
const THEIR_OWN = /^-(?:[nkc]|-?[a-z-]*\d+)$|^\d[\d.]*[smhd]?$|^[A-Za-z_]\w*=/;

/** Where the command itself begins: behind words of the shell and assignments. */
function commandAt(words: readonly string[]): number {
  const at = words.findIndex((word) => !ASSIGNMENT.test(word) && !PASSED_OVER.has(word));
  return at < 0 ? words.length : at;
}

/** The program of a command and, where it starts another one, that as well. */
function namesIn(words: readonly string[]): string[] {
  const [name, ...rest] = words.slice(commandAt(words));
  if (name === undefined) return [];
  const at = STARTING.has(name) ? rest.findIndex((word) => !THEIR_OWN.test(word)) : -1;
  // An option that we do not know may take the next word for itself.
  return at < 0 || rest[at]?.startsWith("-") === true ? [name] : [name, ...namesIn(rest.slice(at))];
}

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
