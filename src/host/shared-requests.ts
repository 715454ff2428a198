import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";

/** Requests about single files of shared/ and about what a release is made of: see src/target/shared.sh, put.sh and verify.sh. */
const call = (name: string, ...args: readonly string[]): ByteString => callOf(name, args.map(bytesOf));

export function listShared(paths: readonly string[]): ByteString {
  return call("slh_do_shared_list", ...paths);
}

/** Contents come as output, where they are no more than `most` bytes. */
export function getShared(path: string, most: number): ByteString {
  return call("slh_do_shared_get", path, String(most));
}

export function lookBeforePut(path: string, sha256: string): ByteString {
  return call("slh_do_put_look", path, sha256);
}

/** With the content as stream. */
export function receivePut(path: string, sha256: string): ByteString {
  return call("slh_do_put_receive", path, sha256);
}

/** `before`: SHA-256 of what is to be replaced, `-` where there is nothing; `stamp`: end of the name under which that is kept. */
export function commitPut(path: string, sha256: string, before: string, stamp: string): ByteString {
  return call("slh_do_put_commit", path, sha256, before, stamp);
}

export function putDone(ledgerLine: string): ByteString {
  return call("slh_do_put_done", ledgerLine);
}

export function putBack(path: string, sha256: string): ByteString {
  return call("slh_do_put_back", path, sha256);
}

/** `release` empty: the live one. */
export function verify(release: string, shared: readonly string[], writable: readonly string[]): ByteString {
  return call("slh_do_verify", release, String(shared.length), ...shared, ...writable);
}

export interface Named {
  readonly kind: "F" | "L" | "D";
  readonly path: ByteString;
}

/** Entries that are asked for by name. */
export function verifyEach(release: string, entries: readonly Named[]): ByteString {
  return callOf("slh_do_verify_each", [bytesOf(release), ...entries.flatMap(({ kind, path }) => [bytesOf(kind), path])]);
}
