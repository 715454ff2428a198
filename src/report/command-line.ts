/** How the program was called, so that the commands we tell people to type can be pasted as they are. */
export interface Caller {
  /** `symlink-helper`, or `slh`. */
  readonly program: string;
  /** What `--config` was given; null where the file was found by itself. */
  readonly config: string | null;
}

/** A command of ours as a person would type it, with every word quoted that a shell would not leave alone. */
export function commandLine(caller: Caller, words: readonly string[]): string {
  const config = caller.config === null ? [] : ["--config", caller.config];
  return [caller.program, ...words, ...config].map(shellWord).join(" ");
}

// For people only: what hosts are told is never put together here.
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
