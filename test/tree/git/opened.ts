import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { expect } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { FileEntry, TreeContents } from "../../../src/tree/entry.ts";
import { openSource } from "../../../src/tree/source.ts";
import type { SourceOptions, SourcePorts } from "../../../src/tree/source.ts";
import { ports } from "./support.ts";

export async function open(
  repository: string,
  ref = "main",
  given: SourcePorts = ports(),
  options: Partial<SourceOptions> = {},
): Promise<TreeContents> {
  return openSource({ kind: "git", repository, ref, exclude: [], ...options }, given);
}

export function files(contents: TreeContents): string[] {
  return contents.tree.entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path);
}

export async function read(contents: TreeContents, path: string): Promise<string> {
  const entry = contents.tree.entries.find((each): each is FileEntry => each.kind === "file" && each.path === path);
  if (entry === undefined) throw new Error(`No file ${path}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of contents.read(entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export async function failure(opening: Promise<unknown>): Promise<UserError> {
  const error = await opening.then(
    () => new Error("Opened"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error as Error;
  expect(error.kind).toBe("source");
  expect(error.remedy).not.toBe("");
  return error;
}

export function gitProgram(): string {
  return execFileSync("sh", ["-c", "command -v git"]).toString().trim();
}

export function left({ temporary }: SourcePorts): string[] {
  return existsSync(temporary) ? readdirSync(temporary) : [];
}
