import { DEFAULTS } from "./defaults.ts";
import { normalised } from "./relative-path.ts";
import type { SourceConfig } from "./resolved.ts";
import type { WrittenSource } from "./written-source.ts";
import { posix } from "node:path";

/** Makes local paths absolute; `ref` takes the place of the one in the file. */
export function resolveSource(written: WrittenSource = {}, directory: string, ref: string | undefined): SourceConfig {
  if (written.directory !== undefined) return { kind: "directory", path: posix.resolve(directory, written.directory) };
  const folder = normalised(written.subdirectory ?? "");
  const part = folder === "" ? {} : { subdirectory: folder };
  const { archive, sha256 = "", strip } = written;
  if (archive !== undefined)
    return {
      kind: "archive",
      path: posix.resolve(directory, archive),
      sha256,
      ...(strip === undefined ? {} : { strip }),
      ...part,
    };
  const repository = written.git ?? ".";
  return {
    kind: "git",
    repository: isRemote(repository) ? repository : posix.resolve(directory, repository),
    ref: ref ?? written.ref ?? DEFAULTS.ref,
    ...part,
  };
}

// As git tells them apart: a colon before the first slash means another machine, as in `git@example.org:shop.git`.
function isRemote(repository: string): boolean {
  return /^[^/]*:/u.test(repository);
}
