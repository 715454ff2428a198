import type { Event } from "./events.ts";
import { safeJson } from "./sanitize.ts";

/** One event as one line of JSON without a line end; `at` is when it happened, ISO 8601. Field names are a contract. */
export function formatNdjson(event: Event, at: string): string {
  return safeJson({ schema: 1, at, ...event });
}
