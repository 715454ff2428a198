import { UserError } from "../../errors.ts";
import { sourceProblem } from "../problem.ts";

/** An archive that is not unpacked, and why: nothing of it was deployed. */
export function refusal(why: string, remedy = "Make it anew, from a directory that holds what is to be deployed."): UserError {
  return sourceProblem(`The archive is refused: ${why}.`, remedy);
}

/** What a library or the file system threw, as a problem of the user's. Ours, and an abort, stay what they are. */
export function unpackProblem(error: unknown, path: string, signal?: AbortSignal): unknown {
  if (error instanceof UserError || signal?.aborted === true) return error;
  const { code = "", syscall, message } = innermost(error);
  if (code === "ENOSPC" || code === "EDQUOT") return noRoom(path);
  const name = badName(message);
  if (name !== null) return name;
  if (code === "EEXIST") return refusal("two of its names are one on this file system, which takes no notice of case", RENAME);
  if (code === "ENAMETOOLONG") return refusal("a name in it is longer than this file system can hold", RENAME);
  if (syscall !== undefined)
    return sourceProblem(`${path} could not be unpacked: ${message}.`, "Put that right, then run it again.");
  const why = CAUSES.find(([pattern]) => pattern.test(message))?.[1] ?? `it is damaged (${message.replace(/\.$/u, "")})`;
  return sourceProblem(
    `${path} cannot be unpacked: ${why}.`,
    "Make it anew or fetch it again, and give the digest of what you got.",
  );
}

/** What the library for zip says of a name that it passes on to nobody, in the words that we have for the names in a tar. */
function badName(message: string): UserError | null {
  const [, what = "", name = ""] = /^(invalid relative path|absolute path): (.*)$/su.exec(message) ?? [];
  if (what === "") return null;
  return refusal(
    `${JSON.stringify(name)} in it ${what === "absolute path" ? "is an absolute path" : "leads out of the archive"}`,
  );
}

/** Node 22 and later wrap what fails within a web stream into an error that says nothing. */
function innermost(error: unknown): NodeJS.ErrnoException {
  const { cause, message } = error as Error;
  return message === "" && cause instanceof Error ? innermost(cause) : (error as NodeJS.ErrnoException);
}

const RENAME = "Rename one of them.";

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/truncated|unexpected end of file|unexpected eof|end of central directory|bytes expected/iu, "it is truncated"],
  [/encrypt/iu, "it is encrypted"],
];

function noRoom(path: string): UserError {
  return sourceProblem(
    `There is no room on this machine to unpack ${path}.`,
    "Make room, or set TMPDIR to a directory on a larger file system.",
  );
}
