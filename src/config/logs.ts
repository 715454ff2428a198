import { posix } from "node:path";
import type { LogSource } from "./resolved.ts";
import type { WrittenLog } from "./written-logs.ts";
import type { WrittenSettings } from "./written.ts";

/** The logs of one host by name; relative paths start at its app root. */
export function resolveLogs(written: WrittenSettings["logs"] = {}, root: string): Readonly<Record<string, LogSource>> {
  return Object.fromEntries(Object.entries(written).map(([name, log]) => [name, resolveLog(log, root)]));
}

function resolveLog(written: WrittenLog, root: string): LogSource {
  const { file = "", unit, user = false } = typeof written === "string" ? { file: written } : written;
  return unit === undefined ? { kind: "file", path: posix.resolve(root, file) } : { kind: "unit", unit, user };
}
