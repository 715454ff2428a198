import type { Path } from "./path.ts";

/** Something wrong with a value of the configuration, before anybody has looked up where in the file it stands. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** Where it was written: where that is missing, the nearest map or list around it is shown. Null if it is not in the file. */
  readonly at: Path | null;
  /** Which part to underline: the key, or what it was set to; nothing where the line is better not shown. */
  readonly on: "key" | "value" | "nothing";
  /** What is wrong and why, as one sentence without a full stop. */
  readonly message: string;
  /** What to do about it, if that is known. */
  readonly hint: string | null;
}

/** An error about a value. A text after a line break is the hint: this is how the checks of the schema hand over both. */
export function problem(at: Path | null, text: string, on: Problem["on"] = "value"): Problem {
  const [message = "", ...rest] = text.split("\n");
  return { severity: "error", at, on, message, hint: rest.length > 0 ? rest.join("\n") : null };
}

/** The same for something that is allowed but probably not meant. */
export function warning(at: Path, text: string, on: Problem["on"]): Problem {
  return { ...problem(at, text, on), severity: "warning" };
}
