import { type Problem, problem } from "./problem.ts";
import type { EnvironmentView } from "./view.ts";
import { closest } from "./suggest.ts";
import { quoted } from "./path.ts";
import { ref as refRule } from "./text-rules.ts";

/** The environment that was asked for; which one that is need not be said where there is only one. */
export function chooseEnvironment(
  views: readonly EnvironmentView[],
  { environment: wanted, orFirst = false }: { readonly environment?: string | undefined; readonly orFirst?: boolean | undefined },
): EnvironmentView | Problem {
  const names = views.map((view) => view.name);
  const chosen = wanted === undefined && (views.length === 1 || orFirst) ? views[0] : views.find((view) => view.name === wanted);
  if (chosen !== undefined) return chosen;
  const list = `Environments: ${names.join(", ")}.`;
  if (wanted === undefined)
    return problem(["environments"], `There are ${names.length} environments, so one has to be named\n${list}`, "key");
  const near = closest(wanted, names);
  const suggestion = near === null ? "" : `Did you mean \`${near}\`? `;
  return problem(["environments"], `There is no environment ${quoted(wanted)}\n${suggestion}${list}`, "key");
}

/**
 * A host that `init` wrote in place of one that it was not told. The names below `.invalid` belong to nobody (RFC 6761), so to wait
 * for an answer from one would only hide what is missing.
 */
export function placeholderProblem({ hosts }: EnvironmentView): Problem | null {
  const host = hosts.find(({ address }) => address.host.endsWith(".invalid"));
  if (host === undefined) return null;
  return problem(
    host.hostAt,
    `${quoted(host.written.host)} stands for a host of yours\nPut one here, such as deploy@web1.example.org.`,
  );
}

/** What is wrong with a ref that was given on the command line. */
export function refProblem({ name, settings }: EnvironmentView, ref: string): Problem | null {
  const broken = refRule(ref);
  if (broken !== null) return problem(null, `\`--ref\` ${broken.replace(", but is empty", "")}`);
  if (settings.value.source?.directory === undefined) return null;
  const at = settings.origin(["source", "directory"]);
  return problem(
    at,
    `\`--ref\` chooses a commit of a git source, but the source of ${quoted(name)} is a directory\nLeave out \`--ref\`.`,
  );
}
