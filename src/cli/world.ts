import type { Api } from "../api.ts";
import type { Known } from "../completion/complete.ts";
import type { Seen } from "../completion/kept.ts";
import type { LoadedConfig } from "../library/load.ts";

/** Everything outside that the command line needs. `main.ts` fills it from the real process, tests by hand; nothing else reads `process`. */
export interface World {
  /** Without node and the program itself. */
  readonly args: readonly string[];
  /** The name we were called by, for commands that people are told to type. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of the command line start; null where that is gone. */
  readonly directory: string | null;
  readonly user: string;
  /** Of the controller. */
  readonly hostname: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** A person can be asked. */
  readonly interactive: boolean;
  /** Shows a question and waits for a line; empty at the end of input, or when the signal is aborted. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
  /** All of standard input. Throws a UserError where that is more than so many bytes. */
  readonly readInput: (most: number) => Promise<Uint8Array>;
  /** Calls back on each SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  readonly onSignal: (listener: (name: SignalName) => void) => () => void;
  /** Ends the process at once. */
  readonly leave: (code: number) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back every so many milliseconds until the returned function is called. Keeps nobody from ending. */
  readonly every: (ms: number, callback: () => void) => () => void;
  /** Something that nobody can guess. */
  readonly token: () => string;
  readonly version: () => Promise<string>;
  /** Loaded only when a command needs it: `--help` must not wait for it. */
  readonly api: () => Promise<Api>;
  readonly completions: Completions;
  readonly files: Files;
  /** Finds, reads and resolves the configuration. Throws a UserError with every problem of the file. */
  readonly loadConfig: (request: ConfigRequest) => Promise<LoadedConfig>;
}

/** What is kept on this machine for completions. Neither rejects. */
interface Completions {
  /** What is known of the configuration that `--config` names, or of the nearest one. Asks no host. */
  readonly known: (config: string | null) => Promise<Known>;
  readonly remember: (seen: Seen) => Promise<void>;
}

/** Files of this machine that the command line names to keep what is told. Neither throws. */
export interface Files {
  /** Puts a whole text in the place of what is there. The path is absolute. Why that cannot be done; null where it is done. */
  readonly write: (path: string, text: string) => string | null;
  /** What is there; empty where nothing is, or nothing that can be read. */
  readonly read: (path: string) => string;
  /** Takes away what an earlier run wrote. */
  readonly remove: (path: string) => void;
}

export interface OutputStream {
  /** Never fails: what cannot be written is lost, and the command goes on. */
  readonly write: (text: string) => void;
  /**
   * Why something was lost, once all is written; null where nothing was. That nobody reads any more (a closed pipe, a terminal that is
   * gone) is no loss.
   */
  readonly lost: () => Promise<string | null>;
  readonly isTTY: boolean;
  /** What is written stays in a file, and is read by whoever reads that. */
  readonly isFile: boolean;
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** Lines of the terminal; undefined where there is none. */
  readonly rows: number | undefined;
  /** Calls back whenever the terminal has another size, until the returned function is called. */
  readonly onResize: (listener: () => void) => () => void;
}

export type SignalName = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface ConfigRequest {
  /** What `--config` said; null to look for the nearest file upwards. */
  readonly file: string | null;
  /** Null where it was left out. */
  readonly environment: string | null;
  /** Without one: the first there is, by which one learns of the others. */
  readonly orFirst?: boolean;
  /** What `--ref` said, so that one that makes no sense here is told at once. */
  readonly ref: string | null;
  readonly directory: string | null;
  /** Ends the wait for a pipe or terminal that a configuration is read from; null where a signal still ends the whole program. */
  readonly signal: AbortSignal | null;
}
