/** How the program was called, so that the commands we tell people to type can be pasted as they are. */
export interface Caller {
  /** `symlink-helper`, or `slh`. */
  readonly program: string;
  /** What `--config` was given; null where the file was found by itself. */
  readonly config: string | null;
  /** The options that say which hosts a command is for, as words: what people type next is for the same. Default: all. */
  readonly only?: readonly string[];
}

/** Where nobody says how the program was called: by its full name, from the folder of the configuration. */
export const plainCaller: Caller = { program: "symlink-helper", config: null };

/**
 * Makes the commands that a person is told to type: `("lock release", "--force")` is `slh lock release production --force`. The one
 * way to make one, so that none lacks the environment or the configuration.
 */
export type Commands = (name: string, ...options: readonly string[]) => string;

/** The commands of one environment, for whoever called the program. */
export function commandsFor(caller: Caller, environment: string): Commands {
  return (name, ...options) => commandLine(caller, [...name.split(" "), environment, ...options]);
}

/** A command of ours as a person would type it, with every word quoted that a shell would not leave alone. */
export function commandLine(caller: Caller, words: readonly string[]): string {
  const config = caller.config === null ? [] : ["--config", caller.config];
  const said = words.filter((word) => word !== "");
  // What stands behind `--` is none of our options.
  const end = said.includes("--") ? said.indexOf("--") : said.length;
  const all = [...said.slice(0, end), ...(caller.only ?? []), ...config, ...said.slice(end)];
  return [caller.program, ...all].map(shellWord).join(" ");
}

/** For people only: what hosts are told is never put together here. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
