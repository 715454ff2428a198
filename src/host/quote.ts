import { bytesOf, type ByteString } from "./bytes.ts";

/**
 * One value as one word of POSIX shell text, whatever its bytes: single quotes, with each single quote inside spelled `'\''`. Safe for
 * text that a POSIX shell evaluates; not for an ssh command line, which the login shell (fish, csh …) parses first.
 * Throws on NUL, which no shell can hold.
 */
export function quote(value: ByteString): ByteString {
  if (value.includes("\0")) throw new Error("A NUL byte cannot be passed to a shell");
  return `'${value.replaceAll("'", `'\\''`)}'` as ByteString;
}

/** A command line for `eval` on a host: a function of the runtime and its literal arguments. */
export function callOf(name: string, args: readonly ByteString[]): ByteString {
  return `${[name, ...args.map(quote)].join(" ")}\n` as ByteString;
}

/** Shell text that puts directories before what PATH says. `~/` stays the shell's business: it knows whose home is meant. */
export function searchPath(directories: readonly string[]): ByteString {
  const words = directories.map((directory) => {
    const text = bytesOf(directory);
    if (!/^~(?:\/|$)/.test(text)) return quote(text);
    return `"\${HOME}"${quote(text.slice(1) as ByteString)}`;
  });
  return `PATH=${words.join(":")}:"\${PATH}"\nexport PATH\n` as ByteString;
}
