import { facts } from "../blocks.ts";
import type { LockDocument } from "../documents.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { groupBy, hostsOf } from "../group.ts";
import { lockLine } from "./lock-line.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** Who holds the lock of each host; one line where all say the same. */
export function lockLines(raw: LockDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter((host) => host.error === null);
  const groups = groupBy(reached, (host) => lockLine(host.lock, options.now));
  const title = options.theme("title", `${document.app} ${document.environment}`);
  const pairs = groups.map((group) => [hostsOf(group), lockLine(group[0].lock, options.now)] as const);
  return [title, ...facts(pairs, options.theme), ...unreachedLines(document.hosts, options)];
}
