import type { LogsDocument } from "../hands.ts";
import { sanitizeDeep } from "../sanitize.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** What was lost on the way. The lines themselves were shown as they came. */
export function logsLines(raw: LogsDocument, options: DocumentOptions): readonly string[] {
  return unreachedLines(sanitizeDeep(raw.hosts.map(({ host, error }) => ({ host, error }))), options);
}
