const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** Whole seconds of a number of seconds, or of a text such as `30s`, `2m` or `1h30m`; null if it is neither. */
export function seconds(written: string | number): number | null {
  if (typeof written === "number") return Number.isSafeInteger(written) && written >= 0 ? written : null;
  const parts = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/u.exec(written);
  if (parts === null || written === "") return null;
  const [days = 0, hours = 0, minutes = 0, rest = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return days * UNITS.d + hours * UNITS.h + minutes * UNITS.m + rest;
}

/** The shortest way to write a number of seconds in one unit: `30s`, `2m`. */
export function formatSeconds(value: number): string {
  const [unit, size] = Object.entries(UNITS).find(([, size]) => value > 0 && value % size === 0) ?? ["s", 1];
  return `${value / size}${unit}`;
}
