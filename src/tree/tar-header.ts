import type { ByteString } from "../host/bytes.ts";

/**
 * One member's headers in the GNU form of tar: the only one that both GNU and BusyBox tar read and that holds names as bytes. (The pax
 * form wants UTF-8, libraries write that one, and plain ustar ends at 255 bytes.) Owner is 0 and nobody's name.
 */
export interface Member {
  /** As it is to stand in the archive. */
  readonly name: ByteString;
  readonly type: "file" | "directory" | "link";
  readonly mode: number;
  readonly size: number;
  /** Unix seconds. */
  readonly time: number;
  /** Of a link; empty for others. */
  readonly target: ByteString;
}

/** tar counts in blocks of this many bytes. */
export const blockSize = 512;

const types = { file: "0", directory: "5", link: "2", longName: "L", longTarget: "K" } as const;
const field = 100;

/** The header of a member, led by the records for a name or target that does not fit into it. */
export function memberHeader(member: Member): Buffer {
  return Buffer.concat([
    ...(member.target.length > field ? [longRecord("longTarget", member.target)] : []),
    ...(member.name.length > field ? [longRecord("longName", member.name)] : []),
    header(types[member.type], member),
  ]);
}

/** The commit of all that is in the archive, as `git archive` says it (pax, "Global Extended Header"): `git get-tar-commit-id` finds it. */
export function commitHeader(commit: string): Buffer {
  const name = "pax_global_header" as ByteString;
  const text = ` comment=${commit}\n`;
  // The record begins with its own length, which for a commit has two digits.
  const record = Buffer.from(`${text.length + 2}${text}`, "latin1");
  const size = record.length;
  return Buffer.concat([header("g", { name, mode: 0o644, size, time: 0, target: "" as ByteString }), record, padding(size)]);
}

/** Zeros that fill the last block of `size` bytes. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

function longRecord(type: "longName" | "longTarget", value: ByteString): Buffer {
  const size = value.length + 1;
  const name = "././@LongLink" as ByteString;
  const record = header(types[type], { name, mode: 0, size, time: 0, target: "" as ByteString });
  return Buffer.concat([record, Buffer.from(`${value}\0`, "latin1"), padding(size)]);
}

// Offsets and widths of the fields: "Basic Tar Format" in the manual of GNU tar.
function header(type: string, member: Omit<Member, "type">): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(member.name.slice(0, field), 0, "latin1");
  writeNumber(block, member.mode, 100, 8);
  writeNumber(block, 0, 108, 8);
  writeNumber(block, 0, 116, 8);
  writeNumber(block, member.size, 124, 12);
  writeNumber(block, member.time, 136, 12);
  block.write(type, 156, "latin1");
  block.write(member.target.slice(0, field), 157, "latin1");
  block.write("ustar  \0", 257, "latin1");
  writeChecksum(block);
  return block;
}

// The sum of all bytes, with the field itself taken as spaces.
function writeChecksum(block: Buffer): void {
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

// Octal digits and a NUL; what is too great for them (8 GiB in a size) in base 256, most significant byte first, marked by the top bit.
function writeNumber(block: Buffer, value: number, offset: number, width: number): void {
  if (value < 8 ** (width - 1)) {
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, offset, "latin1");
    return;
  }
  block.writeUInt8(0x80, offset);
  block.writeBigUInt64BE(BigInt(value), offset + width - 8);
}
