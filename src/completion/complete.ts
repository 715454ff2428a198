/** What completions know of a command: made from the same definition as its help. */
export interface Completed {
  readonly name: string;
  readonly brief: string;
  readonly options: readonly CompletedOption[];
  /** What stands in its place after the command: `environment`, `RELEASE` …; a word of its own where there is a choice. */
  readonly words: readonly Wanted[];
}

interface CompletedOption {
  /** `--ref`, and `-m` where there is a letter. */
  readonly names: readonly string[];
  readonly brief: string;
  /** Null for a switch. */
  readonly value: Wanted | null;
}

/** What a word is: by its placeholder, as help shows it. */
export interface Wanted {
  readonly placeholder: string;
  readonly choices?: readonly string[];
}

/** What is known of the project: from its configuration, and from what earlier commands saw on the hosts. */
export interface Known {
  readonly environments: readonly KnownEnvironment[];
  /** Newest first, by environment. */
  readonly releases: Readonly<Record<string, readonly string[]>>;
}

export interface KnownEnvironment {
  readonly name: string;
  /** Their names. */
  readonly hosts: readonly string[];
  readonly roles?: readonly string[];
  readonly commands?: readonly string[];
  readonly logs?: readonly string[];
  /** Paths of what is shared. */
  readonly shared?: readonly string[];
}

/** Where names of the configuration stand: as the value of an option, or at a place of a command. */
const NAMES: Readonly<Record<string, readonly [list: Exclude<keyof KnownEnvironment, "name">, about: string]>> = {
  "--host": ["hosts", "host"],
  "--hosts": ["hosts", "host"],
  "--role": ["roles", "role"],
  "ssh HOST": ["hosts", "host"],
  "run NAME": ["commands", "command"],
  "logs NAME": ["logs", "log"],
  "shared PATH": ["shared", "shared"],
};

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What may stand where the last of the words is: candidates, or the names of files, which shells know themselves. */
export type Answer = { readonly kind: "words"; readonly candidates: readonly Candidate[] } | { readonly kind: "files" };

/** `words`: what follows the program's name; the last one is being typed. `known` is asked only where it matters. */
export async function complete(
  words: readonly string[],
  commands: readonly Completed[],
  known: (before: readonly string[]) => Promise<Known>,
): Promise<Answer> {
  const [before, current] = [words.slice(0, -1), words.at(-1) ?? ""];
  const read = split(before, commands);
  const { command } = read;
  const value = valueAt(current, read, commands);
  if (value !== null) return answerTo(value, await known(before), read);
  if (current.startsWith("-") && !read.ended) return offer(optionsOf(command, commands));
  if (command !== null) return atPlace(command, read, await known(before));
  return offer(read.words.length > 0 ? [] : commands.map(({ name, brief }) => ({ word: name, about: brief })));
}

function offer(candidates: readonly Candidate[]): Answer {
  return { kind: "words", candidates };
}

/** The value of an option that is being typed, behind `--name=` or as a word of its own. */
function valueAt(current: string, read: Read, commands: readonly Completed[]): Asked | null {
  const joined = read.ended || read.pending !== null ? undefined : /^--[^=]+(?==)/u.exec(current)?.[0];
  const option = joined === undefined ? read.pending : optionNamed(joined, read.command, commands);
  if (option === null || option.value === null) return null;
  const head = joined === undefined ? "" : `${joined}=`;
  const { value, names } = option;
  return { wanted: value, place: names[0] ?? "", head: value.placeholder === "PATTERN" ? upToLast(current, head) : head };
}

/** Of several patterns it is the last that is being typed. */
function upToLast(current: string, head: string): string {
  const begun = /^(?:.*,)?!?/u.exec(current.slice(head.length))?.[0] ?? "";
  return `${head}${begun}`;
}

interface Asked {
  readonly wanted: Wanted;
  /** As in NAMES. */
  readonly place: string;
  /** What stands before it in the same word. */
  readonly head: string;
}

/** A release, or what to do, and an environment come in either order. */
function atPlace(command: Completed, read: Read, known: Known): Answer {
  const isEnvironment = (word: string): boolean => known.environments.some(({ name }) => name === word);
  const others = read.words.filter((word) => !isEnvironment(word)).length;
  const left = command.words.filter(({ placeholder }) => placeholder !== "environment").slice(others);
  const environment = command.words.filter(({ placeholder }) => placeholder === "environment").slice(read.words.length - others);
  const places = [...left.slice(0, 1), ...environment];
  const answers = places.map((wanted) =>
    answerTo({ wanted, place: `${command.name} ${wanted.placeholder}`, head: "" }, known, read),
  );
  return offer(answers.flatMap((answer) => (answer.kind === "words" ? answer.candidates : [])));
}

interface Read {
  readonly command: Completed | null;
  /** Words after the command that are no options. */
  readonly words: readonly string[];
  /** The option whose value comes next. */
  readonly pending: CompletedOption | null;
  /** There was a `--`: no options follow. */
  readonly ended: boolean;
}

function split(before: readonly string[], commands: readonly Completed[]): Read {
  let read: Read = { command: null, words: [], pending: null, ended: false };
  for (const word of before) read = next(read, word, commands);
  return read;
}

function next(read: Read, word: string, commands: readonly Completed[]): Read {
  if (read.pending !== null) return { ...read, pending: null };
  if (!read.ended && word === "--") return { ...read, ended: true };
  if (!read.ended && word.startsWith("-")) {
    const option = optionNamed(word, read.command, commands);
    return { ...read, pending: option === null || option.value === null ? null : option };
  }
  const command = read.command === null ? commands.find(({ name }) => name === word) : undefined;
  return command === undefined ? { ...read, words: [...read.words, word] } : { ...read, command };
}

function optionNamed(name: string, command: Completed | null, commands: readonly Completed[]): CompletedOption | null {
  const own = command === null ? commands.flatMap(({ options }) => options) : command.options;
  return own.find(({ names }) => names.includes(name)) ?? null;
}

function optionsOf(command: Completed | null, commands: readonly Completed[]): readonly Candidate[] {
  // Before the command stands what every command has.
  const shared = (commands[0]?.options ?? []).filter(({ names }) =>
    commands.every(({ options }) => options.some((option) => option.names[0] === names[0])),
  );
  return (command?.options ?? shared).map(({ names, brief }) => ({ word: names[0] ?? "", about: brief }));
}

function answerTo({ wanted: { placeholder, choices }, place, head }: Asked, known: Known, { words }: Read): Answer {
  const of = (list: readonly string[], about: string): Answer => ({
    kind: "words",
    candidates: [...new Set(list)].map((word) => ({ word: `${head}${word}`, about })),
  });
  if (choices !== undefined) return of(choices, "");
  const named = known.environments.filter(({ name }) => words.includes(name));
  const environments = named.length > 0 ? named : known.environments;
  const names = NAMES[place];
  if (names !== undefined)
    return of(
      environments.flatMap((environment) => environment[names[0]] ?? []),
      names[1],
    );
  switch (placeholder) {
    case "FILE":
      return { kind: "files" };
    case "environment":
      return of(named.length > 0 ? [] : known.environments.map(({ name }) => name), "environment");
    case "RELEASE":
      return of(
        environments.flatMap(({ name }) => known.releases[name] ?? []).toSorted((a, b) => (a < b ? 1 : -1)),
        "release",
      );
    default:
      return of([], "");
  }
}
