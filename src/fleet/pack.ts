import { isUtf8 } from "node:buffer";
import { isAbsolute, relative } from "node:path";
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { Readable, Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { CommandContext, PackOptions } from "../api.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { buildSecretNames } from "../config/secrets.ts";
import { UserError } from "../errors.ts";
import type { PackDocument } from "../report/pack-document.ts";
import { formatBytes } from "../report/units.ts";
import type { TreeContents } from "../tree/entry.ts";
import { isCommitId } from "../tree/git/ref.ts";
import { shownPaths } from "../tree/names.ts";
import { writeTar } from "../tree/tar.ts";
import { NewFile } from "./new-file.ts";
import type { Ports } from "./ports.ts";
import { startRun, step, warn } from "./run.ts";
import { takeTree } from "./source.ts";

/**
 * Writes what a deploy would ship as one archive: built once, and what is deployed by it later, wherever, is that. No host is asked. The
 * same tree gives the same bytes, and its commit is in it.
 */
export async function pack(context: CommandContext, options: PackOptions, ports: Ports): Promise<PackDocument> {
  const { config } = context;
  const run = startRun("pack", { ...context, config: without(config, options.out) }, ports, buildSecretNames(config));
  await NewFile.refuseTaken(options.out, options.overwrite === true, "--out");
  const contents = await takeTree(run, options.ref === undefined ? {} : { ref: options.ref });
  try {
    for (const text of contents.warnings) warn(run, null, text);
    const { sha256, size } = await step(run, "pack", () => keep(contents, options, context.signal), describe);
    const files = contents.tree.entries.filter((entry) => entry.kind === "file");
    return {
      schema: 1,
      app: config.app,
      environment: config.environment,
      file: options.out,
      sha256,
      size,
      tree: contents.tree.digest,
      revision: contents.revision,
      label: contents.label,
      files: files.length,
      bytes: files.reduce((sum, entry) => sum + entry.size, 0),
      warnings: run.warnings,
    };
  } finally {
    await contents.close();
  }
}

/** Where a directory is packed into itself, an earlier archive is none of its files. */
function without(config: ResolvedConfig, out: string): ResolvedConfig {
  if (config.source.kind !== "directory") return config;
  const path = relative(config.source.path, out);
  if (path.startsWith("..") || isAbsolute(path)) return config;
  return { ...config, exclude: [...config.exclude, `/${path.replaceAll(/[\\*?[\]!# ]/gu, "\\$&")}`] };
}

/** The file is begun when the tree is taken: begun before, it could be part of it. */
async function keep(contents: TreeContents, { out, overwrite = false }: PackOptions, signal: AbortSignal): Promise<Written> {
  const file = await NewFile.at(out, overwrite, "--out");
  try {
    const written = await write(contents, file, signal);
    await file.keep();
    return written;
  } finally {
    await file.drop();
  }
}

interface Written {
  readonly sha256: string;
  readonly size: number;
}

async function write(contents: TreeContents, file: NewFile, signal: AbortSignal): Promise<Written> {
  const { tree, revision } = contents;
  requireText(tree);
  const sum = createHash("sha256");
  let size = 0;
  await contents.ready?.(
    tree.entries.filter((entry) => entry.kind === "file"),
    signal,
  );
  const commit = revision !== null && isCommitId(revision) ? { commit: revision } : {};
  const tar = writeTar(tree.entries, { modes: MODES, time: tree.time, read: (entry) => contents.read(entry), ...commit });
  const end = new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        sum.update(chunk);
        size += chunk.length;
        file.write(chunk);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  await pipeline(Readable.from(tar), createGzip(), end, { signal });
  return { sha256: sum.digest("hex"), size };
}

/** What unpacks archives reads names as text: others would come out as other names. */
function requireText({ entries }: TreeContents["tree"]): void {
  const names = entries.flatMap((entry) => (entry.kind === "link" ? [entry.path, entry.target] : [entry.path]));
  const odd = names.filter((name) => !isUtf8(Buffer.from(name, "latin1")));
  if (odd.length === 0) return;
  throw new UserError({
    kind: "source",
    message: `These names are not text in UTF-8, and cannot be in an archive: ${shownPaths(odd)}.`,
    remedy: "Rename or `exclude` them; a deploy from the source itself takes them as they are.",
  });
}

function describe({ sha256, size }: Written): string {
  return `${formatBytes(size)}, sha256 ${sha256}`;
}

/** Those of a release are decided where it is deployed: of these only the exec bit counts. */
const MODES = { dir: 0o755, file: 0o644 };
