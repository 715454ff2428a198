/**
 * A string in which every code unit is one byte (0 to 255): how file names and everything that is sent to a host are
 * held, because a POSIX file name is bytes and need not be text in any encoding. Comparing two of them with `<` compares bytes.
 */
export type ByteString = string & { readonly __bytes: unique symbol };

/** The UTF-8 bytes of ordinary text. */
export function bytesOf(text: string): ByteString {
  return Buffer.from(text, "utf8").toString("latin1") as ByteString;
}

/** Takes raw bytes as they are. */
export function bytesFrom(raw: Uint8Array): ByteString {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1") as ByteString;
}

/** The raw bytes, ready to be written to a pipe or file. */
export function rawBytes(bytes: ByteString): Buffer {
  return Buffer.from(bytes, "latin1");
}

/** For people: the bytes read as UTF-8; what is not valid UTF-8 shows as U+FFFD. */
export function textOf(bytes: ByteString): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
