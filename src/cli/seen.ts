import type { KeptNames } from "../completion/kept.ts";
import { allHosts } from "../config/all-hosts.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
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

export const NO_RELEASES: SeenReleases = { releases: [], gone: [], all: false };

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

/** Names of a configuration that may be typed, those of hosts that are left out, too; files before directories as they are mostly meant. */
export function namesIn(config: ResolvedConfig): KeptNames {
  const hosts = allHosts(config);
  const shared = hosts.flatMap((host) => host.shared).toSorted((a, b) => Number(a.kind === "dir") - Number(b.kind === "dir"));
  return {
    hosts: hosts.map(({ name }) => name),
    roles: unique(hosts.flatMap(({ roles }) => roles)),
    commands: unique(hosts.flatMap(({ commands }) => Object.keys(commands))),
    logs: unique(hosts.flatMap(({ logs }) => Object.keys(logs))),
    shared: unique(shared.map(({ path }) => path)),
  };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
