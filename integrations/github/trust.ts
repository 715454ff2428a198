/** What started the job, as the runner tells of it. */
export interface Trigger {
  /** `GITHUB_EVENT_NAME` */
  readonly name: string;
  /** `GITHUB_REPOSITORY` */
  readonly repository: string;
  /** What is in the file of `GITHUB_EVENT_PATH`; null where it cannot be read. */
  readonly payload: unknown;
}

/**
 * Why the code of this job may be a stranger's; null where it is not. Whoever can open a pull request must not be able to run commands on
 * hosts: a configuration is commands.
 */
export function strangers({ name, repository, payload }: Trigger): string | null {
  if (name === "pull_request_target")
    return "`pull_request_target` gives the secrets of the repository to a job that anybody starts with a pull request";
  if (name === "issue_comment")
    return has(payload, "issue", "pull_request") || payload === null
      ? "anybody can comment on a pull request, and what is checked out for it may be anybody's"
      : null;
  if (name === "workflow_run") return ofRun(repository, payload);
  if (!name.startsWith("pull_request")) return null;
  return at(payload, "pull_request", "head", "repo", "full_name") === repository
    ? null
    : "this pull request comes from a fork: its code, configuration and all, is a stranger's";
}

function ofRun(repository: string, payload: unknown): string | null {
  const event = at(payload, "workflow_run", "event");
  // Anybody starts these, whosever code they say that they are about.
  if (event === "pull_request_target" || event === "issue_comment")
    return `the workflow that started this one ran for \`${event}\`: what it left behind may be anybody's`;
  const own = at(payload, "workflow_run", "head_repository", "full_name") === repository;
  if (own || (typeof event === "string" && !event.startsWith("pull_request"))) return null;
  return "the workflow that started this one ran for a pull request of a fork: what it left behind is a stranger's";
}

function has(value: unknown, ...path: readonly string[]): boolean {
  return at(value, ...path) !== undefined;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((part, key) => (part as Readonly<Record<string, unknown>> | null | undefined)?.[key], value);
}
