import { type Path, formatPath, quoted } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import type { EnvironmentRule, RuleContext } from "./rule.ts";
import type { EnvironmentView } from "./view.ts";
import { hostRules } from "./rules-hosts.ts";
import { sourceRules } from "./rules-source.ts";
import { pathRules } from "./rules-paths.ts";
import { checkRules } from "./rules-checks.ts";
import { notifyRules } from "./rules-notify.ts";
import { reloadRules } from "./rules-reload.ts";
import { reuseRules } from "./rules-reuse.ts";
import { closest } from "./suggest.ts";
import { posix } from "node:path";
import { taskRules } from "./rules-tasks.ts";

/** Everything that is wrong, or probably not meant, in one environment although each setting is fine by itself. */
export function environmentProblems(view: EnvironmentView, context: RuleContext): readonly Problem[] {
  return RULES.flatMap((rule) => rule(view, context));
}

const RULES: readonly EnvironmentRule[] = [
  appIsNamed,
  ...sourceRules,
  rootIsGiven,
  rootIsAPlace,
  ...hostRules,
  ...pathRules,
  ...taskRules,
  ...checkRules,
  ...reloadRules,
  ...reuseRules,
  ...notifyRules,
];

function appIsNamed({ settings, at }: EnvironmentView, { lost }: RuleContext): readonly Problem[] {
  if (settings.value.app !== undefined || isLost(lost, "app")) return [];
  return [problem(at, "The application has no name\nWrite `app: NAME` at the top of the file.", "key")];
}

function rootIsGiven({ hosts, at }: EnvironmentView, { lost }: RuleContext): readonly Problem[] {
  const without = hosts.filter((host) => host.settings.value.root === undefined);
  if (without.length === 0 || isLost(lost, "root")) return [];
  const where = without.length === hosts.length ? at : (without[0]?.at ?? at);
  return [
    problem(
      where,
      `\`${formatPath(where)}\` has no \`root\`: the directory for releases\nWrite \`root: /var/www/NAME\`, here or at the top of the file.`,
      "key",
    ),
  ];
}

function rootIsAPlace({ hosts }: EnvironmentView, { directory }: RuleContext): readonly Problem[] {
  return hosts.flatMap(({ settings, address }) => {
    const root = settings.value.root;
    if (root === undefined) return [];
    const at = settings.origin(["root"]);
    if (address.kind === "ssh" && !root.startsWith("/")) {
      return [
        problem(
          at,
          `\`${formatPath(at)}\` must be an absolute path for hosts that are reached over SSH, but is ${quoted(root)}\nOnly for \`local\` may it be relative to this file.`,
        ),
      ];
    }
    return posix.resolve(directory, root) === "/"
      ? [problem(at, `\`${formatPath(at)}\` must not be \`/\`: a directory of its own is needed`)]
      : [];
  });
}

/** Whether a setting of this name, or what was meant to be one, was left out anywhere. */
function isLost(lost: readonly Path[], name: string): boolean {
  return lost.some((path) => closest(String(path.at(-1)), [name]) !== null);
}
