/** How much may come out of an archive. */
export interface Bounds {
  readonly bytes: number;
  readonly entries: number;
}

/** By its size: what unpacks to more is no release. Text packs to a tenth or so, a bomb to a thousandth. */
export function boundsOf(size: number): Bounds {
  return { bytes: Math.max(256 * 2 ** 20, size * 100), entries: 1_000_000 };
}
