// The pages of docs/reference, by path: from what the program, built or not, says of itself.
import { commandsPage, exitCodesPage } from "./commands.mjs";
import { configurationPage } from "./configuration.mjs";
import { reportPage } from "./report.mjs";

/**
 * @typedef {object} Program
 * @property {import("./configuration.mjs").Schema} schema
 * @property {Readonly<Record<string, import("./configuration.mjs").Description>>} descriptions
 * @property {readonly import("./commands.mjs").CommandSpec[]} commands
 * @property {import("./commands.mjs").Rows} global
 * @property {(spec: import("./commands.mjs").CommandSpec) => import("./commands.mjs").Rows} ownFlagRows
 * @property {import("./commands.mjs").Rows} exitCodes
 * @property {readonly (readonly [outcome: string, code: number])[]} outcomes
 * @property {readonly string[]} sources of the types of the report
 */

/** Files with the types of documents, the report first. */
export const DOCUMENTS = [
  "report",
  "notification-document",
  "documents",
  "status-document",
  "history-document",
  "check-document",
  "verify-document",
  "shared-documents",
  "hands",
  "config-document",
  "init-document",
  "pipeline-document",
].map((name) => `src/report/${name}.ts`);

/** @param {Program} program @returns {Readonly<Record<string, string>>} */
export function referencePages({ schema, descriptions, commands, global, ownFlagRows, exitCodes, outcomes, sources }) {
  return {
    "docs/reference/configuration.md": configurationPage(schema, descriptions),
    "docs/reference/commands.md": commandsPage(commands, global, ownFlagRows),
    "docs/reference/exit-codes.md": exitCodesPage(exitCodes, outcomes),
    "docs/reference/report.md": reportPage(sources),
  };
}
