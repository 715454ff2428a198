import type { TaskShell } from "../config/resolved.ts";
import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf, searchPath } from "./quote.ts";

/** The requests about tasks; the others are in requests.ts, which passes these on. */
const call = (name: string, ...args: readonly (string | ByteString)[]): ByteString => callOf(name, args as ByteString[]);
const utf8 = bytesOf;

export interface TaskCall {
  /** Number by which the host tells about it. */
  readonly index: number;
  readonly timeout: number;
  readonly as: string | null;
  readonly directory: string;
  /** Variables and secrets, already shell text (`exports`). */
  readonly environment: ByteString;
  readonly umask: string;
  readonly run: string;
  /** Directories to look for programs in first; a leading `~/` is the home of whoever runs it. */
  readonly path?: readonly string[];
  /** Default: the shell of the runtime, which reads no start-up file. */
  readonly shell?: TaskShell | null;
}

export function task(what: TaskCall): ByteString {
  const { index, timeout, as, directory, umask, run, shell } = what;
  const [user, there, text] = [utf8(as ?? ""), utf8(directory), utf8(run)];
  return call("slh_task", String(index), String(timeout), user, there, taskEnvironment(what), umask, text, ...shellWords(shell));
}

/** Variables and search path. Behind the start-up files of a shell, so that what is configured holds. */
export function taskEnvironment({ environment, path = [] }: Pick<TaskCall, "environment" | "path">): ByteString {
  return `${environment}${path.length === 0 ? "" : searchPath(path)}` as ByteString;
}

export function shellWords(shell: TaskShell | null = null): ByteString[] {
  return shell === null ? [] : [utf8(shell.program), utf8(shell.flags)];
}

export interface Probe extends Pick<TaskCall, "as" | "environment" | "path" | "shell"> {
  /** Names of programs, of plain letters. */
  readonly programs: readonly string[];
}

/** Whether a task that runs so would find these programs. */
export function probe(what: Probe): ByteString {
  const [program = "", flags = ""] = shellWords(what.shell);
  return call("slh_do_probe", utf8(what.as ?? ""), taskEnvironment(what), program, flags, ...what.programs);
}

/** Shell text that sets and exports variables. Names are checked by the configuration. */
export function exports(variables: Readonly<Record<string, string>>): ByteString {
  return Object.entries(variables)
    .map(([name, value]) => callOf(`export ${name}=`, [utf8(value)]).replace("= ", "="))
    .join("") as ByteString;
}
