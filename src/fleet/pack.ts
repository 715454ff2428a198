import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { Readable, Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { CommandContext, PackOptions } from "../api.ts";
import { buildSecretNames } from "../config/secrets.ts";
import { UserError } from "../errors.ts";
import { bytesOf } from "../host/bytes.ts";
import type { PackDocument } from "../report/pack-document.ts";
import { formatBytes } from "../report/units.ts";
import type { Tree, TreeContents } from "../tree/entry.ts";
import { type Bounds, boundsOf } from "../tree/archive/bounds.ts";
import { isCommitId } from "../tree/git/ref.ts";
import { shownPaths } from "../tree/names.ts";
import { writeTar } from "../tree/tar.ts";
import { NewFile } from "./new-file.ts";
import { withoutItself } from "./not-itself.ts";
import type { Ports } from "./ports.ts";
import { startRun, step, warn } from "./run.ts";
import { takeTree } from "./source.ts";

/**
 * Writes what a deploy would ship as one archive: built once, and what is deployed by it later, wherever, is that. No host is asked. The
 * same tree gives the same bytes, and its commit is in it.
 */
export async function pack(context: CommandContext, options: PackOptions, ports: Ports): Promise<PackDocument> {
  const config = await withoutItself(context.config, options.out);
  const run = startRun("pack", { ...context, config }, ports, buildSecretNames(config));
  await NewFile.refuseTaken(options.out, options.overwrite === true, "--out");
  const contents = await takeTree(run, options.ref === undefined ? {} : { ref: options.ref });
  try {
    for (const text of contents.warnings) warn(run, null, text);
    const { sha256, size } = await step(run, "pack", () => keep(contents, options, context.signal), describe);
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
      ...amountOf(contents.tree),
      warnings: run.warnings,
    };
  } finally {
    await contents.close();
  }
}

/** The file is begun when the tree is taken: begun before, it would be told as a file that nobody committed. */
async function keep(contents: TreeContents, { out, overwrite = false }: PackOptions, signal: AbortSignal): Promise<Written> {
  const file = await NewFile.at(out, overwrite, "--out");
  try {
    const written = await write(contents, file, signal);
    requireBounds({ bytes: amountOf(contents.tree).bytes, entries: contents.tree.entries.length }, written.size);
    await file.keep();
    return written;
  } finally {
    await file.drop();
  }
}

function amountOf({ entries }: Tree): Pick<PackDocument, "files" | "bytes"> {
  const files = entries.filter((entry) => entry.kind === "file");
  return { files: files.length, bytes: files.reduce((sum, entry) => sum + entry.size, 0) };
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
  // Whoever unpacks cannot tell U+FFFD in a name from what stands for bytes that are no text.
  const odd = names.filter((name) => !isUtf8(Buffer.from(name, "latin1")) || name.includes(NO_TEXT));
  if (odd.length === 0) return;
  throw new UserError({
    kind: "source",
    message: `These names are not text in UTF-8, and cannot be in an archive: ${shownPaths(odd)}.`,
    remedy: "Rename or `exclude` them; a deploy from the source itself takes them as they are.",
  });
}

const NO_TEXT = bytesOf("\u{FFFD}");

/** Better said here than by the deploy, which would not unpack it. */
function requireBounds({ bytes, entries }: Bounds, size: number): void {
  const most = boundsOf(size);
  if (bytes <= most.bytes && entries + 1 <= most.entries) return;
  const what = bytes <= most.bytes ? `${entries} entries` : `${formatBytes(bytes)} in ${formatBytes(size)}`;
  throw new UserError({
    kind: "source",
    message: `No deploy would unpack this archive: ${what} is more than files pack to.`,
    remedy: "`exclude` what is not needed; a deploy from the source itself takes it as it is.",
  });
}

function describe({ sha256, size }: Written): string {
  return `${formatBytes(size)}, sha256 ${sha256}`;
}

/** Those of a release are decided where it is deployed: of these only the exec bit counts. */
const MODES = { dir: 0o755, file: 0o644 };
