import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";

/** Requests for what a release was made of: see src/target/lend.sh. */
const call = (name: string, ...args: readonly string[]): ByteString => callOf(name, args.map(bytesOf));

/** Its manifest comes as output. */
export function lend(release: string): ByteString {
  return call("slh_do_lend", release);
}

/** With the names as stream; contents, `bytes` in all, come as output. */
export function lendFiles(release: string, bytes: number): ByteString {
  return call("slh_do_lend_files", release, String(Math.floor(bytes / PIECE)), String(bytes % PIECE));
}

/** With the names as stream; targets come as output, each ended by a NUL. */
export function lendLinks(release: string): ByteString {
  return call("slh_do_lend_links", release);
}

/** Names as those requests take them: ended by NUL, which no name has. */
export async function* namesOf(entries: readonly { readonly path: ByteString }[]): AsyncGenerator<Buffer> {
  for (let at = 0; at < entries.length; at += NAMES) {
    const names = entries.slice(at, at + NAMES).map(({ path }) => `${path}\0`);
    yield Buffer.from(names.join(""), "latin1");
  }
}

const NAMES = 1000;

/** Bytes in a piece of slh_pour. */
const PIECE = 1024 * 1024;
