import type { ReleasesDocument } from "../report/documents.ts";
import type { StatusDocument } from "../report/status-document.ts";
import type { Report } from "../report/report.ts";

/** Ids of releases that an answer holds: completions offer them. */
export interface SeenReleases {
  readonly releases: readonly string[];
  /** Releases that are no more. */
  readonly gone: readonly string[];
  /** These are all there are. */
  readonly all: boolean;
}

export function seenInReport({ release, previous, hosts }: Report): SeenReleases {
  return { releases: present([release, previous]), gone: hosts.flatMap(({ pruned }) => pruned), all: false };
}

/** Null for documents that tell of no release. */
export function seenInDocument(command: string, document: object): SeenReleases | null {
  if (command === "releases") return seenInReleases(document as ReleasesDocument);
  if (command !== "status") return null;
  const { hosts } = document as StatusDocument;
  return { releases: present(hosts.flatMap(({ live, rollbackTo }) => [live, rollbackTo])), gone: [], all: false };
}

function seenInReleases({ hosts }: ReleasesDocument): SeenReleases {
  const releases = hosts.flatMap((host) => host.releases.map(({ id }) => id));
  return { releases, gone: [], all: hosts.every(({ error }) => error === null) };
}

function present(ids: readonly (string | null)[]): readonly string[] {
  return ids.filter((id) => id !== null);
}
