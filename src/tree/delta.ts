import { bytesOf } from "../host/bytes.ts";
import type { ByteString } from "../host/bytes.ts";
import type { CopiedFile, Transfer } from "./difference.ts";
import { escapePath, manifestLine, rootLine } from "./manifest.ts";

/**
 * A transfer as lines for the host. Paths are escaped and manifest lines written as in manifest.ts; a release id has no space in it.
 *
 *     + D - 0 <digest> .         always the first line: the root, with the tree's digest
 *     = <release> <directory>    a directory that is, with all below it, as in that release: the lines of that release's manifest for
 *                                it and all below it are the new release's too (all of them for `.`). Everything there is copied from
 *                                that release, except for odd names and links, which come in the stream
 *     ~ <release> <manifest line of a file>
 *                                copied from the same path in that release
 *     > <release> <from>         the file of the next line is copied from path <from> in that release …
 *     : <manifest line of a file>
 *                                … as this one; always right behind a `>`
 *     + <manifest line>          comes in the stream
 *
 * The kinds come in the order =, ~ and >, +, each sorted by path. With every `+` line come `+` lines of all directories above it, so
 * the stream can be unpacked into an empty directory; the directory of a `~` or `:` file has a `+` line too, and the one that holds an
 * `=` directory also. Where an odd name or a link is within an `=` directory, the `+` lines of it and of the directories above it repeat what that
 * release's manifest says. Of the new tree's manifest, that is, `=` gives some lines, `~`, `:` and `+` give the others, and duplicates
 * are equal; sorted by path byte for byte, without duplicates, behind the root's line, they are formatManifest of the tree.
 *
 * Every path in `=`, `~`, `>` and `:` lines is the same escaped and as it is, since none is odd.
 */
export function formatDelta(transfer: Transfer): ByteString {
  const lines = [
    `+ ${rootLine(transfer.digest)}`,
    ...transfer.same.map(({ release, directory }) => `= ${word(release)} ${escapePath(directory)}`),
    ...transfer.copy.map(copyLines),
    ...transfer.send.map((entry) => `+ ${manifestLine(entry)}`),
  ];
  return `${lines.join("\n")}\n` as ByteString;
}

function copyLines({ release, from, entry }: CopiedFile): string {
  if (from === entry.path) return `~ ${word(release)} ${manifestLine(entry)}`;
  return `> ${word(release)} ${escapePath(from)}\n: ${manifestLine(entry)}`;
}

function word(release: string): ByteString {
  if (/[\s\\]|^$/u.test(release)) throw new Error(`Not a release id: ${JSON.stringify(release)}`);
  return bytesOf(release);
}
