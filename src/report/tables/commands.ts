import type { CommandsDocument } from "../hands.ts";
import { shortTask } from "../rows.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { renderTable } from "../table.ts";
import type { DocumentOptions } from "./options.ts";

/** What there is to run by its name. */
export function commandsLines(raw: CommandsDocument, options: DocumentOptions): readonly string[] {
  const { app, environment, commands } = sanitizeDeep(raw);
  const title = options.theme("title", `${app} ${environment}`);
  if (commands.length === 0) return [title, "  No commands. Write them under `commands:` of the configuration."];
  const rows = commands.map(({ name, run, hosts, as }) => [name, hosts.join(", "), as ?? "", shortTask(run)]);
  const columns = [{ title: "command" }, { title: "on" }, { title: "as" }, { title: "runs" }];
  return [title, ...renderTable(columns, rows, { theme: options.theme, indent: 2, width: options.width })];
}
