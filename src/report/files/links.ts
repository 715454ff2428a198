import type { Report } from "../report.ts";
import { safeJson, sanitize } from "../sanitize.ts";
import { count } from "../units.ts";
import { cut } from "./cut.ts";
import { headlineOf } from "./headline.ts";

/** Addresses that a CI system gave to its job. */
export interface JobPages {
  /** Of the job itself. */
  readonly run: string | null;
  /** The commit that it checked out, and the page of its repository that shows what lies between two commits, without them at its end. */
  readonly compare: { readonly commit: string; readonly address: string } | null;
}

/**
 * What GitLab shows as links on the page of a job: how it ended, and what lies between what was live and what is. Nothing but addresses
 * that the CI system itself gave are in it: whatever a host says is a label at most.
 */
export function linksOfReport(report: Report, dryRun: boolean, pages: JobPages): string {
  const { commits, revision } = report;
  const changed = commits === undefined || commits === null ? 0 : commits.added.count + commits.removed.count;
  const links = [link(headlineOf(report, dryRun), pages.run)];
  // Another commit may be one of another repository.
  if (commits && changed > 0 && pages.compare?.commit === revision)
    links.push(link(`What changed: ${count(changed, "commit")}`, `${pages.compare.address}${commits.from}...${commits.to}`));
  return document(links);
}

/** The answer of a command that looks. */
export function linksOfAnswer(title: string, well: boolean, { run }: JobPages): string {
  return document([link(`${title}: ${well ? "done" : "not as it should be"}`, run)]);
}

interface Link {
  readonly external_link: { readonly label: string; readonly url: string };
}

function link(label: string, url: string | null): Link | null {
  if (url === null || !/^https?:\/\/\S+$/u.test(url)) return null;
  return { external_link: { label: cut(sanitize(label), LONGEST), url } };
}

function document(links: readonly (Link | null)[]): string {
  const there = links.filter((each) => each !== null);
  return `${safeJson(there.length === 0 ? {} : { "Symlink Helper": there }, 2)}\n`;
}

const LONGEST = 200;
