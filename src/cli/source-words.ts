import { resolve } from "node:path";
import type { DeployOptions } from "../api.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import { shellWord } from "../report/command-line.ts";
import { archiveProblem } from "../tree/archive/file.ts";
import { nonEmptyText, valued, wholeNumber } from "./options.ts";

/** Options that say what is deployed. */
export interface SourceFlags {
  readonly ref?: string;
  readonly directory?: string;
  readonly archive?: string;
  readonly sha256?: string;
  readonly strip?: number;
  readonly from?: string;
  readonly release?: string;
}

export const sourceFlags = {
  ref: valued("REF", "Commit, branch or tag instead of the configured one", nonEmptyText),
  directory: valued("DIR", "This directory, already built, instead of the source", nonEmptyText),
  archive: valued("FILE", "This .tar, .tar.gz, .tar.zst or .zip instead of it", nonEmptyText),
  sha256: valued("HEX", "The digest that the archive must have", digest),
  strip: valued("N", "Take so many leading folders off its names", wholeNumber(0)),
  from: valued("ENVIRONMENT", "Exactly the files of what is live there, instead of it", nonEmptyText),
  release: valued("RELEASE", "With --from: this one, which was good there", nonEmptyText),
};

function digest(input: string): string {
  if (!/^[\dA-Fa-f]{64}$/u.test(input)) throw new Error("wants 64 hex digits, as `sha256sum FILE` prints them");
  return input;
}

/** The same for the API; `from` is where relative paths begin. */
export function sourceOptions(flags: SourceFlags, from: string): Pick<DeployOptions, "ref" | "directory" | "archive"> {
  const { ref, directory, archive, sha256 = "", strip } = flags;
  const stripped = strip === undefined ? {} : { strip };
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(directory === undefined ? {} : { directory: resolve(from, directory) }),
    ...(archive === undefined ? {} : { archive: { path: resolve(from, archive), sha256, ...stripped } }),
  };
}

/** What is deployed of another environment, once its configuration is read. */
export function promotionOf({ release }: SourceFlags, config: ResolvedConfig | null): Pick<DeployOptions, "from"> {
  return config === null ? {} : { from: { config, ...(release === undefined ? {} : { release }) } };
}

/** What is wrong with them together. `from` is where relative paths begin. */
export function sourceProblem(
  { archive, sha256, strip, from: environment, release }: SourceFlags,
  from: string,
): { readonly problem?: UserError } {
  if (release !== undefined && environment === undefined)
    return wrong("--release says which release of another environment is deployed.", "Say of which: --from ENVIRONMENT");
  if (archive !== undefined && sha256 === undefined) {
    // Of a file that is not there nobody can give the digest.
    const missing = archiveProblem(archive, from);
    if (missing !== null) return { problem: missing };
    return wrong(
      "--archive needs --sha256, so that nobody can put another file in its place.",
      `To get it: sha256sum ${shellWord(archive)}`,
    );
  }
  if (archive !== undefined || (sha256 === undefined && strip === undefined)) return {};
  return wrong(`${sha256 === undefined ? "--strip" : "--sha256"} is about an archive.`, "Say which: --archive FILE");
}

function wrong(message: string, remedy: string): { readonly problem: UserError } {
  return { problem: new UserError({ kind: "usage", message, remedy }) };
}
