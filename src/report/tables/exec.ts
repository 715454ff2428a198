import type { ExecDocument, HostExec } from "../hands.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import type { Cell } from "../table.ts";
import { count, formatDuration } from "../units.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** How a command ended on each host. What it printed was shown as it came. */
export function execLines(raw: ExecDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep({ ...raw, hosts: raw.hosts.map((host) => ({ ...host, output: "" })) });
  const { hosts, command } = document;
  const good = hosts.filter(({ code, error }) => code === 0 && error === null).length;
  const title = `${command.split("\n", 1)[0] ?? ""}: ${good} of ${count(hosts.length, "host")} ended with 0`;
  const rows = renderTable(COLUMNS, hosts.map(cells), { theme: options.theme, indent: 2, width: options.width });
  return ["", options.theme("title", title), ...rows, ...unreachedLines(hosts, options)];
}

function cells({ host, code, ms, error }: HostExec): readonly Cell[] {
  const role = code === 0 && error === null ? "good" : "error";
  return [host, { text: code === null ? "-" : String(code), role }, code === null ? "" : formatDuration(ms), error?.kind ?? ""];
}

const COLUMNS = [
  { title: "host" },
  { title: "code", align: "right" as const },
  { title: "took", align: "right" as const },
  { title: "" },
];
