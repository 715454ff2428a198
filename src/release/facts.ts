import type { LedgerEntry } from "./ledger.ts";

/** `file`: also whatever else is no directory. */
export type InPlace = "directory" | "file";

/** What one host was seen to have, all at one moment. Everything this folder decides, it decides from this. */
export interface HostFacts {
  /** The release that `current` resolves to; null where there is no `current`. The truth about what is live. */
  readonly live: string | null;
  /** What `current` says where it is a link, but not to a release; else null. */
  readonly elsewhere?: string | null;
  /** The release that such a link leads into, at whatever depth. */
  readonly within?: string | null;
  /** What is at `current` where that is no link; else null. */
  readonly inPlace?: InPlace | null;
  /** Directories in `releases/` that have a release's name, in any order. */
  readonly releases: readonly ReleaseFact[];
  /** The ledger: the truth about the past, in its own order. */
  readonly entries: readonly LedgerEntry[];
  /** Lines of the ledger that could not be read. Where there are some, silence of the ledger proves nothing. */
  readonly damaged?: number;
}

export interface ReleaseFact {
  readonly id: string;
  /** Its seal is recorded on the host: it was complete once. */
  readonly sealed: boolean;
  /** Seconds since it ceased to be live, by the host's own clock; null where it never was, or nobody knows. */
  readonly leftAgo: number | null;
  readonly bytes: number | null;
}

/** What stands at `current` that is no release, for people; null where nothing is there. */
export function noRelease({ elsewhere = null, inPlace = null }: Pick<HostFacts, "elsewhere" | "inPlace">): string | null {
  if (inPlace !== null) return `\`current\` is a ${inPlace}, not a link`;
  return elsewhere === null ? null : `\`current\` points to ${elsewhere}, which is no release`;
}

/** Whether what is served there is `id`, or something in it. */
export function serves(facts: HostFacts, id: string): boolean {
  return id === facts.live || id === facts.within;
}

/** The directory of `id`, where there is one. */
export function releaseFact(facts: HostFacts, id: string): ReleaseFact | undefined {
  return facts.releases.find((release) => release.id === id);
}
