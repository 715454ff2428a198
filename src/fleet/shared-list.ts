import type { CommandContext } from "../api.ts";
import type { SharedEntry } from "../config/resolved.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import * as requests from "../host/shared-requests.ts";
import { pair } from "../plan/facts.ts";
import { unescapePath } from "../tree/manifest.ts";
import type { HostShared, SharedListDocument, SharedRow } from "../report/shared-documents.ts";
import { withHosts } from "./holds.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { startSharedRun } from "./shared-target.ts";

/** What of shared/ is configured, what of it is there, and what else is. */
export async function sharedList(
  context: CommandContext,
  { host }: { readonly host?: string },
  ports: Ports,
): Promise<SharedListDocument> {
  const run = startSharedRun("shared list", context, host, ports);
  const looked = await withHosts(run, async (member) => {
    const paths = member.host.shared.map(({ path }) => path);
    return member.phase("look", () => member.ask(requests.listShared(paths)));
  });
  const { app, environment } = context.config;
  const hosts = looked.map(({ member, result }) => hostShared(member, result ?? []));
  const told = hosts.filter(({ error }) => error === null);
  return { schema: 1, app, environment, agree: new Set(told.map(essence)).size <= 1, hosts };
}

/** Equal for hosts with the same entries and contents. */
function essence({ entries }: HostShared): string {
  return JSON.stringify(entries.map(({ path, found, sha256 }) => [path, found, sha256]));
}

function hostShared(member: Member, lines: readonly ByteString[]): HostShared {
  const { shared } = member.host;
  const said = lines.map(pair);
  const named = (word: string): string[] =>
    said.flatMap(([first, rest]) => (first === word ? [textOf(unescapePath(rest) ?? rest)] : []));
  const before = named("before");
  const entries = said.flatMap(([word, rest]) => (word === "entry" ? [rowOf(shared, rest, before)] : []));
  const known = new Set(shared.map(({ path }) => path.split("/")[0]));
  const own = (name: string): boolean => before.includes(name) || name.startsWith(".slh-put-");
  const unconfigured = named("top").filter((name) => !known.has(name) && !own(name));
  return { host: member.name, entries, unconfigured, error: member.error };
}

function rowOf(shared: readonly SharedEntry[], rest: ByteString, before: readonly string[]): SharedRow {
  const [found = "", linked, mode = "", , , size, time, sum = "-"] = rest.split(" ");
  const escaped = rest.split(" ").slice(8).join(" ") as ByteString;
  const path = textOf(unescapePath(escaped) ?? escaped);
  const { kind = "file", whenMissing = "fail" } = shared.find((entry) => entry.path === path) ?? {};
  const there = found === "file" || found === "directory";
  return {
    path,
    kind,
    whenMissing,
    found: found as SharedRow["found"],
    linked: linked === "yes",
    bytes: found === "file" && /^\d+$/.test(size ?? "") ? Number(size) : null,
    mode: there && mode !== "-" ? mode.padStart(4, "0") : null,
    modifiedAt: there && /^\d{1,12}$/.test(time ?? "") ? new Date(Number(time) * 1000).toISOString() : null,
    sha256: sum === "-" ? null : sum,
    before: before.filter((name) => name.startsWith(`${path}.slh-before-`)),
  };
}
