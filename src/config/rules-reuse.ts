import type { EnvironmentView, HostView } from "./view.ts";
import { quoted } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import type { EnvironmentRule } from "./rule.ts";
import { TASK_POINTS } from "./defaults.ts";
import { isWithin, normalised } from "./relative-path.ts";
import { didYouMean } from "./suggest.ts";
import { sharedEntries } from "./shared.ts";
import { listTasks } from "./view.ts";

/** Rules about what is taken over from earlier releases, and the tasks that make it. */
export const reuseRules: readonly EnvironmentRule[] = [eachHost(reuseIsApart), eachHost(makersPrepare), eachHost(madeIsReused)];

function eachHost(rule: (host: HostView) => readonly Problem[]): EnvironmentRule {
  return ({ hosts }: EnvironmentView) => hosts.flatMap(rule);
}

/** What is shared is the same in all releases already, and what the application writes to is not what was sealed. */
function reuseIsApart({ settings }: HostView): readonly Problem[] {
  const { reuse = [], shared, permissions } = settings.value;
  const paths = reuse.map(({ path }) => normalised(path));
  const elsewhere = [
    ...sharedEntries(shared).map(({ path }) => ({ path, why: "is shared: releases have it in common already" })),
    ...(permissions?.writable ?? []).map((path) => ({
      path: normalised(path),
      why: "is writable for the application, which may have changed it",
    })),
  ];
  return paths.flatMap((path, index) => {
    const at = settings.origin(["reuse", index, "path"]);
    if (paths.slice(0, index).some((other) => overlap(path, other)))
      return [problem(at, `${quoted(path)} is in \`reuse\` already, or inside of what is`)];
    const clash = elsewhere.find((other) => overlap(path, other.path));
    return clash === undefined ? [] : [problem(at, `${quoted(path)} cannot be reused: ${quoted(clash.path)} ${clash.why}`)];
  });
}

function overlap(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function makersPrepare({ settings }: HostView): readonly Problem[] {
  return TASK_POINTS.filter((point) => point !== "prepare").flatMap((point) =>
    listTasks(settings.value.tasks?.[point]).flatMap(({ task, at }) =>
      task.makes === undefined
        ? []
        : [
            problem(
              settings.origin(["tasks", point, ...at, "makes"]),
              "`makes` belongs to tasks of `prepare`: later ones change nothing in a release",
              "key",
            ),
          ],
    ),
  );
}

/** A host without any `reuse` makes all by itself, and its tasks may be those of others. */
function madeIsReused({ settings }: HostView): readonly Problem[] {
  const { reuse, tasks } = settings.value;
  if (reuse?.length === 0) return [];
  const paths = (reuse ?? []).map(({ path }) => normalised(path));
  return listTasks(tasks?.prepare).flatMap(({ task: { makes }, at }) => {
    if (makes === undefined || paths.includes(normalised(makes))) return [];
    const hint = didYouMean(makes, paths) || "\nWithout one the task always runs: add the entry, or leave out `makes`.";
    return [
      problem(
        settings.origin(["tasks", "prepare", ...at, "makes"]),
        `No entry of \`reuse\` has the path ${quoted(makes)}${hint}`,
      ),
    ];
  });
}
