import { createHash, type Hash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import type { CommandContext, SharedGetOptions } from "../api.ts";
import { HostFailure, UserError, type FailureKind } from "../errors.ts";
import type { ErrorReport } from "../report/report.ts";
import type { SharedGetDocument } from "../report/shared-documents.ts";
import { groupBy } from "../report/group.ts";
import { formatBytes } from "../report/units.ts";
import { withHosts } from "./holds.ts";
import { NewFile } from "./new-file.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import type { FleetRun } from "./run.ts";
import { changedMeanwhile, readShared, type SharedContent } from "./shared-read.ts";
import { LARGEST, sharedTarget, startSharedRun } from "./shared-target.ts";

/** What is given as text, at most: beyond that it goes to a file. */
const LARGEST_TEXT = 16 * 1024 * 1024;

/** The content of a file of shared/, from the hosts if they have the same, else from the one that is named. */
export async function sharedGet(context: CommandContext, options: SharedGetOptions, ports: Ports): Promise<SharedGetDocument> {
  const path = sharedTarget(options.path);
  const run = startSharedRun("shared get", context, options.host, ports);
  const file = options.to === undefined ? null : await NewFile.at(options.to, options.force === true, "--to");
  const seen = new Map<Member, SharedContent>();
  let fetched: Fetched | null = null;
  try {
    await withHosts(
      run,
      (member) => member.phase("look", async () => seen.set(member, await readShared(member, path, 0))),
      async (members) => {
        const member = oneSource(run, members, seen, path);
        const content = seen.get(member);
        if (content !== undefined) fetched = await fetch(member, path, content, file);
      },
    );
    const { text = null, content } = fetched ?? ({} as Partial<Fetched>);
    if (content === undefined) throw new Error("nothing was fetched");
    await file?.keep();
    const hosts = [...seen.keys()].map(({ name }) => name);
    const { app, environment } = context.config;
    return {
      schema: 1,
      app,
      environment,
      path,
      hosts,
      bytes: content.bytes,
      sha256: content.sha256,
      to: options.to ?? null,
      text,
    };
  } finally {
    await file?.drop();
  }
}

interface Fetched {
  readonly content: SharedContent;
  readonly text: string | null;
}

/** Throws UserError where hosts do not have one and the same file. */
function oneSource(run: FleetRun, members: readonly Member[], seen: ReadonlyMap<Member, SharedContent>, path: string): Member {
  for (const { name, error } of members) if (error !== null) throw failureOf(name, error);
  const having = groupBy([...seen], ([, content]) => `${content.state} ${content.sha256}`);
  const [[first] = [], ...others] = having;
  if (first === undefined) throw new Error("no hosts");
  if (others.length > 0) {
    const who = having.map((group) => group.map(([{ name }]) => name).join(", "));
    const message = `The hosts do not have the same ${path}: ${who.join(" | ")}.`;
    const remedy = `Choose one with --host NAME. To see in what they differ: ${run.commands("shared diff", path)}`;
    throw new UserError({ kind: "hosts-differ", message, remedy });
  }
  const [member, { state }] = first;
  if (state === "file") return member;
  const message = state === "missing" ? `There is no ${path} in shared/.` : `${path} is a directory.`;
  throw new UserError({ kind: "no-such-file", message, remedy: `What is there: ${run.commands("shared list")}` });
}

/** Without one of the hosts it is not known whether they have the same. */
function failureOf(host: string, { kind, message, remedy }: ErrorReport): HostFailure {
  const other = "To take it from another host: --host NAME";
  return new HostFailure({
    host,
    kind: kind as FailureKind,
    message: `${host}: ${message}`,
    remedy: `${remedy} ${other}`.trim(),
  });
}

async function fetch(member: Member, path: string, content: SharedContent, file: NewFile | null): Promise<Fetched> {
  const most = file === null ? LARGEST_TEXT : LARGEST;
  if (content.bytes > most) throw tooLarge(path, content.bytes, most, file !== null);
  const sum: Hash = createHash("sha256");
  const pieces: Buffer[] = [];
  const got = await member.phase("get", () =>
    readShared(member, path, most, (piece) => {
      sum.update(piece);
      if (file === null) pieces.push(Buffer.from(piece));
      else file.write(piece);
    }),
  );
  if (sum.digest("hex") !== content.sha256 || got.sha256 !== content.sha256) throw changedMeanwhile(member, path);
  const whole = Buffer.concat(pieces);
  if (file === null && !isUtf8(whole))
    throw new UserError({ kind: "not-text", message: `${path} is not text.`, remedy: "Write it to a file: --to FILE" });
  return { content, text: file === null ? whole.toString("utf8") : null };
}

function tooLarge(path: string, bytes: number, most: number, toFile: boolean): UserError {
  const message = `${path} has ${formatBytes(bytes)}, and more than ${formatBytes(most)} is not fetched ${toFile ? "in this way" : "as text"}.`;
  return new UserError({
    kind: "too-large",
    message,
    remedy: toFile ? "Copy it with scp or rsync." : "Write it to a file: --to FILE",
  });
}
