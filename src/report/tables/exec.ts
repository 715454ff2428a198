import type { ExecDocument, HostExec } from "../hands.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import type { Cell } from "../table.ts";
import { count, formatDuration } from "../units.ts";
import { type Alike, nameOf, othersLines, rowsAlike } from "./alike.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** How a command ended on each host. What it printed was shown as it came. */
export function execLines(raw: ExecDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep({ ...raw, hosts: raw.hosts.map((host) => ({ ...host, output: "" })) });
  const { hosts, command } = document;
  const good = hosts.filter(({ code, error }) => code === 0 && error === null).length;
  const title = `${command.split("\n", 1)[0] ?? ""}: ${good} of ${count(hosts.length, "host")} ended with 0`;
  const groups = rowsAlike(hosts, ({ code, error }) => JSON.stringify([code, error?.kind]));
  const cells = groups.map((group) => cellsOf(group, nameOf(group, groups)));
  const rows = renderTable(COLUMNS, cells, { theme: options.theme, indent: 2, width: options.width });
  return ["", options.theme("title", title), ...rows, ...othersLines(groups, options), ...unreachedLines(hosts, options)];
}

/** How long the slowest of them took. */
function cellsOf(group: Alike<HostExec>, name: string): readonly Cell[] {
  const [{ code, error }] = group;
  const role = code === 0 && error === null ? "good" : "error";
  const took = code === null ? "" : formatDuration(Math.max(...group.map(({ ms }) => ms)));
  return [name, { text: code === null ? "-" : String(code), role }, took, error?.kind ?? ""];
}

const COLUMNS = [
  { title: "host" },
  { title: "code", align: "right" as const },
  { title: "took", align: "right" as const },
  { title: "" },
];
