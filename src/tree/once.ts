import type { FileEntry, TreeContents } from "./entry.ts";

/** Larger files are read for each host anew: there reading is what takes time, not opening. */
const SMALL = 64 * 1024;
/** Bytes that are kept. Every host is sent files in the same order, so what no longer fits is at the same place for each. */
const MOST = 32 * 1024 * 1024;

/** The same contents where many hosts are sent them: small files are opened once, not once for each host, as far as memory is to be had for it. */
export function readingOnce(contents: TreeContents): TreeContents {
  const kept = new Map<string, Promise<Uint8Array>>();
  let left = MOST;
  const keep = (entry: FileEntry): Promise<Uint8Array> => {
    left -= entry.size;
    const whole = join(contents.read(entry));
    kept.set(entry.sha256, whole);
    // Whoever asks next is to hear what is wrong by then.
    whole.catch(() => kept.delete(entry.sha256) && (left += entry.size));
    return whole;
  };
  async function* read(entry: FileEntry): AsyncGenerator<Uint8Array> {
    const known = kept.get(entry.sha256);
    if (known === undefined && (entry.size > SMALL || entry.size > left)) yield* contents.read(entry);
    else yield await (known ?? keep(entry));
  }
  return { ...contents, read };
}

async function join(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const [first] = all;
  return first !== undefined && all.length === 1 ? first : Buffer.concat(all);
}
