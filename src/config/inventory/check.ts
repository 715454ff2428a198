import * as v from "valibot";
import { issuePath, issueProblem } from "../issues.ts";
import { type Problem, problem, warning } from "../problem.ts";
import { hostList } from "../schema.ts";
import type { EnvironmentView, NamedHosts } from "../view.ts";
import { type Found, nameOf } from "./found.ts";

/** Checks what a program named against the same schema as a list in the file. Its problems are shown where it is called. */
export function checkFound(
  { name, settings, inventory }: EnvironmentView,
  found: Found,
): { readonly hosts: NamedHosts | null; readonly problems: readonly Problem[] } {
  const at = settings.origin(["hosts"]);
  if (!found.ok) return { hosts: null, problems: [problem([...at, found.about], found.text)] };
  const about = [...at, inventory?.ansible === undefined ? "command" : "ansible"];
  const warnings = found.warnings.map((text) => warning(about, text, "value"));
  const { success, output, issues = [] } = v.safeParse(hostList, found.hosts);
  if (success) return { hosts: { environment: name, hosts: output }, problems: warnings };
  const who = nameOf(inventory ?? {});
  const problems = issues.map((issue) => {
    const { message, hint } = issueProblem(issue, [...at, ...issuePath(issue)], null);
    const named = `That is host ${Number(issuePath(issue)[0] ?? 0) + 1} of those that ${who} named.`;
    return problem(about, [message, ...(hint === null ? [] : [hint]), named].join("\n"));
  });
  return { hosts: null, problems };
}
