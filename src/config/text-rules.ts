import { didYouMean } from "./suggest.ts";
import { formatSeconds, seconds } from "./duration.ts";

/**
 * A check of one text: what is wrong with it, as the end of a sentence that its name begins ("must be …"), with a hint after a
 * line break; null if nothing is.
 */
export type Rule<T = string> = (value: T) => string | null;

/** Every text of the configuration: it must be able to arrive literally, as bytes and as an argument. */
export function literal(text: string): string | null {
  if (text.includes("\0")) return "must not contain a NUL character: no argument and no file name can hold one";
  return /\p{Cs}/u.test(text) ? "must not contain half of a surrogate pair: it has no bytes" : null;
}

/** One line that people are shown. */
export function shown(text: string): string | null {
  if (text.trim() === "") return "must not be empty";
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? "must not contain control characters" : null;
}

/** One word: shown in output and typed on command lines. */
export function word(text: string): string | null {
  if (text === "") return "must not be empty";
  if (text.startsWith("-")) return "must not begin with `-`: it would be taken for an option";
  return /[\s\p{C}]/u.test(text) ? "must be one word, without spaces and control characters" : null;
}

export function role(text: string): string | null {
  const reserved = text === "all" || text === "first";
  return reserved ? `must not be \`${text}\`: in \`on:\` that word means something else` : word(text);
}

/** A shell command: anything but nothing. */
export function command(text: string): string | null {
  return text.trim() === "" ? "must be a command, but is empty\nLeave it out where there is nothing to run." : null;
}

/** A user or group of a host. */
export function account(text: string): string | null {
  if (text.trim() === "") return "must not be empty";
  if (text.startsWith("-")) return "must not begin with `-`: it would be taken for an option";
  return /[\p{Cc}:/]/u.test(text) ? "must be the name of an account: it cannot contain `:`, `/` or control characters" : null;
}

/** A user of a host in a command line that the login shell there reads, whichever it is. */
export function plainAccount(text: string): string | null {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/u.test(text)
    ? null
    : "must be the plain name of a user: letters, digits, `.`, `_` and `-`";
}

export function environmentVariable(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) {
    return "must be letters, digits and underscores, and not begin with a digit: shells know no other variables";
  }
  return name.startsWith("SLH_") ? "must not begin with `SLH_`: those variables tell tasks about their deploy" : null;
}

/** One part of a path in the app root. Quite plain, because other programs have to be told of it too. */
export function layoutName(text: string): string | null {
  if (text === ".symlink-helper") return "must not be `.symlink-helper`: the ledger is kept there";
  const plain = /^[A-Za-z0-9._][A-Za-z0-9._-]*$/u.test(text) && text !== "." && text !== "..";
  return plain ? null : "must be a plain name of letters, digits, `.`, `_` and `-`, without `/`";
}

/** App root. Whether it must be absolute depends on the host. */
export function root(text: string): string | null {
  if (text === "") return "must not be empty";
  if (text.startsWith("~")) {
    return "must not begin with `~`: it is taken literally and never becomes a home directory\nWrite the whole path, such as /home/deploy/app.";
  }
  return text.startsWith("/") && text.split("/").includes("..") ? "must not contain `..`\nWrite the path that is meant." : null;
}

/** A file on a host, from the app root on where it is relative. */
export function logPath(text: string): string | null {
  if (text.startsWith("~")) return "must not begin with `~`: it is taken literally and never becomes a home directory";
  if (text.endsWith("/")) return "must be a file, but ends in `/`";
  return text === "" ? "must not be empty" : null;
}

/** A unit of systemd, with or without its kind: `nginx`, `shop@2.service`. */
export function systemdUnit(text: string): string | null {
  if (text.startsWith("-")) return "must not begin with `-`: it would be taken for an option";
  return /^[A-Za-z0-9:_.@\\*?[\]-]+$/u.test(text) ? null : "must be the name of a systemd unit";
}

/** A file or folder on the controller. */
export function localPath(text: string): string | null {
  if (text === "") return "must not be empty";
  return text.startsWith("~")
    ? "must not begin with `~`: it is taken literally and never becomes a home directory\nWrite the whole path, or one relative to this file."
    : null;
}

/** Where git finds a repository: a folder on the controller, or what `git clone` takes. */
export function repository(text: string): string | null {
  return text.startsWith("-") ? "must not begin with `-`: git would take it for an option" : localPath(text);
}

/** What git is to resolve to a commit. */
export function ref(text: string): string | null {
  if (text.trim() === "") return "must be a branch, tag or commit, but is empty";
  if (text.startsWith("-")) return "must not begin with `-`: git would take it for an option";
  return /\p{Cc}/u.test(text) ? "must not contain control characters" : null;
}

/** A SHA-256 as every program prints it. */
export function sha256(text: string): string | null {
  return /^[\dA-Fa-f]{64}$/u.test(text) ? null : "must be a SHA-256: 64 hex digits, as `sha256sum FILE` prints them";
}

/** A folder of a repository or an archive. */
export function sourceFolder(text: string): string | null {
  if (text === "") return "must not be empty";
  if (text.startsWith("/")) return "must be relative to the top of the source, without `/` at the beginning";
  return text.split("/").includes("..") ? "must stay in the source: `..` leads out of it" : null;
}

export function pattern(text: string): string | null {
  if (text.trim() === "") return "must be a gitignore pattern, but is empty";
  return /[\r\n]/u.test(text) ? "must be one gitignore pattern\nWrite one entry of the list for each." : null;
}

/** A mode for directories: three or four octal digits with which the deploy user can still work in them. */
export function directoryMode(text: string): string | null {
  if (!/^[0-7]{3,4}$/u.test(text)) return OCTAL;
  return (parseInt(text, 8) & 0o700) === 0o700
    ? null
    : "must begin with 7 for the owner, or nothing can be put into the directories";
}

/** A mode for files that are not executable. */
export function fileMode(text: string): string | null {
  return plainMode(text) ?? ((parseInt(text, 8) & 0o400) === 0 ? "must let the owner read the files" : null);
}

export function umask(text: string): string | null {
  const forOwner = (parseInt(text, 8) & 0o700) !== 0;
  return plainMode(text) ?? (forOwner ? "must not take anything from the owner: tasks could not use their own files" : null);
}

function plainMode(text: string): string | null {
  if (!/^[0-7]{3,4}$/u.test(text)) return OCTAL;
  return /^[1-7]...$/u.test(text) ? "must not set more than permissions: the first of four digits is 0 here" : null;
}

/** What a mode has to be. */
export const OCTAL = 'must be three or four octal digits in quotes, such as "0755"';

/** A time: seconds, or a text such as `30s`. The limits are in seconds. */
export function duration(least: number, most: number): Rule<string | number> {
  return (value) => {
    const time = seconds(value);
    if (time === null) return "must be a time such as 30s, 2m or 1h30m, or a whole number of seconds";
    if (time < least) return `must be at least ${formatSeconds(least)}`;
    return time > most ? `must be at most ${formatSeconds(most)}` : null;
  };
}

/** One of a few words, which can be asked for. */
export function oneOf(words: readonly string[]): Rule & { readonly words: readonly string[] } {
  const list = words.map((each) => `\`${each}\``);
  const all = [list.slice(0, -1).join(", "), list.at(-1)].filter(Boolean).join(" or ");
  const rule: Rule = (text) => (words.includes(text) ? null : `must be ${all}${didYouMean(text, words)}`);
  return Object.assign(rule, { words });
}
