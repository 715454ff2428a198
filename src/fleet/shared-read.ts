import { HostFailure } from "../errors.ts";
import * as requests from "../host/shared-requests.ts";
import type { Member } from "./member.ts";

/** What a host has at a path of shared/. */
export interface SharedContent {
  readonly state: "file" | "directory" | "missing";
  readonly bytes: number;
  readonly sha256: string;
}

/** Asks for it; the content goes to `take`, in pieces, where it has no more than `most` bytes. */
export async function readShared(
  member: Member,
  path: string,
  most: number,
  take: (piece: Buffer) => void = () => undefined,
): Promise<SharedContent> {
  const lines = await member.ask(requests.getShared(path, most), { onOutput: take });
  const [, state, bytes, sha256 = ""] = lines.find((line) => line.startsWith("got "))?.split(" ") ?? [];
  if (state !== "file" && state !== "directory" && state !== "missing")
    throw new HostFailure({ host: member.name, kind: "host", message: "It gave no answer that can be read", remedy: "" });
  return { state, bytes: Number(bytes), sha256 };
}

/** It was written to while it was read. */
export function changedMeanwhile(member: Member, path: string): HostFailure {
  const message = `${path} was changed while it was read`;
  return new HostFailure({ host: member.name, kind: "transfer", message, remedy: "Try again." });
}
