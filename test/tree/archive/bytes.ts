import { crc32 } from "node:zlib";

/** An entry as a program that means harm would write it. */
export interface Raw {
  readonly name: string;
  /** Type flag of tar. Default: `0`, a file. */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly target?: string;
  readonly mode?: number;
  /** What the header says, where it lies. */
  readonly size?: number;
}

/** A tar file, byte for byte, with whatever names. */
export function tarOf(entries: readonly Raw[], end = true): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(end ? 1024 : 0)]);
}

function blocksOf({ name, type = "0", content = "", target = "", mode = 0o644, size }: Raw): Buffer[] {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  header.write("0000000\0".repeat(2), 108);
  header.write(`${(size ?? body.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${(1_700_000_000).toString(8).padStart(11, "0")}\0`, 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(target, 157, 100);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, body, Buffer.alloc(-body.length & 511)];
}

/** A zip file, not packed, with whatever names, flags and checksums. */
export function zipOf(entries: readonly (Raw & { readonly flags?: number; readonly crc?: number })[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", mode = 0o100644, flags = 0, crc, size } of entries) {
    const body = Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt32LE(crc ?? crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(size ?? body.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const outer = Buffer.alloc(14);
    outer.writeUInt32LE((mode << 16) >>> 0, 6);
    outer.writeUInt32LE(offset, 10);
    const one = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, Buffer.from(name), body]);
    central.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0003"), common, outer, Buffer.from(name)]));
    local.push(one);
    offset += one.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}
