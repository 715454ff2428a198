/** Bytes in decimal units, as disks and networks are sold: `312 B`, `18 kB`, `4.1 MB`. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** step;
  const rounded = step > 0 && amount < 9.95 ? amount.toFixed(1) : Math.round(amount).toString();
  return rounded === "1000" && step < BYTE_UNITS.length - 1 ? `1.0 ${BYTE_UNITS[step + 1]}` : `${rounded} ${BYTE_UNITS[step]}`;
}

/** A span of milliseconds, as precise as anybody needs: `34ms`, `0.8s`, `12.4s`, `2m 05s`, `1h 02m`. */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
}

/**
 * How long ago an ISO 8601 time was: `just now`, `3m ago`, `2h ago`, `5d ago`, and from a month on the date. `now` in milliseconds.
 * Clocks of two machines differ: a time in the near future is `just now`, one further ahead is shown as it is.
 */
export function formatAge(iso: string | null, now: number): string {
  if (iso === null) return "-";
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const seconds = (now - at) / 1000;
  if (Math.abs(seconds) < 60) return "just now";
  if (seconds < 0 || seconds >= 30 * DAY) return formatTime(iso);
  if (seconds < HOUR) return `${Math.floor(seconds / 60)}m ago`;
  return seconds < DAY ? `${Math.floor(seconds / HOUR)}h ago` : `${Math.floor(seconds / DAY)}d ago`;
}

/** An ISO 8601 time in UTC, to the minute, `2026-11-23 11:45`, or the second. What is no such time is shown as it is. */
export function formatTime(iso: string, precision: "minute" | "second" = "minute"): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return new Date(at)
    .toISOString()
    .slice(0, precision === "minute" ? 16 : 19)
    .replace("T", " ");
}

/** `1 host`, `3 hosts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function two(amount: number): string {
  return amount.toString().padStart(2, "0");
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];
const HOUR = 3600;
const DAY = 24 * HOUR;
