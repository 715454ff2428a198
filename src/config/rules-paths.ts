import type { EnvironmentView, HostView } from "./view.ts";
import { LAYOUT } from "./defaults.ts";
import { type Path, formatPath, quoted } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import { sharedEntries } from "./shared.ts";
import { isWithin, normalised } from "./relative-path.ts";
import type { EnvironmentRule } from "./rule.ts";

/** Rules about names in the app root and paths in the release that must not get in each other's way. */
export const pathRules: readonly EnvironmentRule[] = [
  eachHost(layoutIsDistinct),
  eachHost(sharedIsApart),
  eachHost(writableIsNotShared),
];

function eachHost(rule: (host: HostView) => readonly Problem[]): EnvironmentRule {
  return ({ hosts }: EnvironmentView) => hosts.flatMap(rule);
}

function layoutIsDistinct({ settings }: HostView): readonly Problem[] {
  const names = Object.entries({ ...LAYOUT, ...settings.value.layout });
  const clashes = names.filter(([, name], index) => names.findIndex(([, other]) => other === name) < index);
  return clashes.slice(0, 1).map(([key, name]) => {
    const [other = ""] = names.find(([, value]) => value === name) ?? [];
    const written = settings.value.layout?.[key as keyof typeof LAYOUT] === undefined ? other : key;
    return problem(
      settings.origin(["layout", written]),
      `${quoted(name)} cannot be the name of both \`${other}\` and \`${key}\``,
    );
  });
}

/** One shared path in another would be linked through a link. */
function sharedIsApart({ settings }: HostView): readonly Problem[] {
  const entries = sharedEntries(settings.value.shared);
  return entries.flatMap((entry, index) => {
    const at = settings.origin(["shared", ...entry.at]);
    const others = entries.slice(0, index);
    if (others.some(({ path }) => path === entry.path)) return [problem(at, `${quoted(entry.path)} is shared twice`)];
    return others.flatMap((other) => nesting(at, entry.path, other.path)).slice(0, 1);
  });
}

function nesting(at: Path, one: string, other: string): readonly Problem[] {
  const [inner, outer] = isWithin(one, other) ? [one, other] : [other, one];
  if (!isWithin(inner, outer)) return [];
  return [
    problem(at, `${quoted(inner)} is inside ${quoted(outer)}, which is shared as a whole\nRemove one of them from \`shared\`.`),
  ];
}

function writableIsNotShared({ settings }: HostView): readonly Problem[] {
  const shared = sharedEntries(settings.value.shared);
  return (settings.value.permissions?.writable ?? []).flatMap((path, index) => {
    const outer = shared.find((entry) => isWithin(normalised(path), entry.path));
    if (outer === undefined) return [];
    const at = settings.origin(["permissions", "writable", index]);
    return [
      problem(
        at,
        `\`${formatPath(at)}\` is in ${quoted(outer.path)}, which is shared: permissions in \`shared/\` are never touched`,
      ),
    ];
  });
}
