/** How often, how long. Times are in seconds. */
export interface Limits {
  readonly within: number;
  readonly interval: number;
  readonly consecutive: number;
}

/** How far the attempts of one check have come. */
export interface Course {
  readonly tries: number;
  /** How many of the last ones passed without a failure between them. */
  readonly inARow: number;
}

/** What comes next: an end, or another attempt after so many milliseconds. */
export type Next = { readonly kind: "passed" } | { readonly kind: "failed" } | { readonly kind: "again"; readonly after: number };

export const BEGINNING: Course = { tries: 0, inARow: 0 };

/** An attempt has ended, so many milliseconds after the first one began. */
export function step({ tries, inARow }: Course, ok: boolean): Course {
  return { tries: tries + 1, inARow: ok ? inARow + 1 : 0 };
}

/** What follows on that. The first attempt is always made; no other begins when `within` is over. */
export function next({ inARow }: Course, { within, interval, consecutive }: Limits, elapsed: number): Next {
  if (inARow >= consecutive) return { kind: "passed" };
  const after = interval * 1000;
  return elapsed + after > within * 1000 ? { kind: "failed" } : { kind: "again", after };
}
