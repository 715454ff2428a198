import type { TaskShell } from "./resolved.ts";

/** A directory of a search path on a host. */
export function searchDirectory(text: string): string | null {
  if (text.includes(":")) return "must be one directory: `:` separates them in PATH\nWrite one entry of the list for each.";
  if (/[\p{Cc}]/u.test(text)) return "must not contain control characters";
  if (text === "~" || text.startsWith("~/") || text.startsWith("/")) return null;
  return "must be absolute, or begin with `~/` for the home of whoever runs the task";
}

/** What runs tasks: the name of a shell, and whether it reads its start-up files. */
export function taskShell(text: string): string | null {
  return parseTaskShell(text) === null ? EXPECTED : null;
}

const EXPECTED =
  "must be a POSIX-like shell, such as `bash`, `bash -l` (reads its profile) or `bash -li` (and its .bashrc)\nWhere another shell has your programs on its PATH (fish, csh), name their directories under `path`.";

/** Null where it is none that our texts can be given to. */
export function parseTaskShell(text: string): TaskShell | null {
  const [, program, letters = ""] =
    /^((?:\/[^\s\p{C}]*\/)?(?:sh|ash|bash|dash|ksh|ksh93|mksh|zsh))((?: -(?:l|i|li|il))*)$/u.exec(text) ?? [];
  if (program === undefined) return null;
  const flags = (["l", "i"] as const).filter((letter) => letters.includes(letter)).join("");
  return { program, flags: (flags === "" ? "" : `-${flags}`) as TaskShell["flags"] };
}
