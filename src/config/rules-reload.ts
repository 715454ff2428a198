import type { EnvironmentView } from "./view.ts";
import { type Problem, problem } from "./problem.ts";
import type { EnvironmentRule } from "./rule.ts";
import { RELOADS, type ReloadKind, kindsOf } from "./reload.ts";
import { type PlacedTask, tasksOf } from "./rules-tasks.ts";
import type { WrittenReload } from "./written-reload.ts";

/** Rules about what is reloaded. */
export const reloadRules: readonly EnvironmentRule[] = [whatBelongsTogether];

function whatBelongsTogether(view: EnvironmentView): readonly Problem[] {
  return tasksOf(view).flatMap((placed) => (placed.task.reload === undefined ? [] : reloadProblems(placed, placed.task.reload)));
}

const KINDS = Object.keys(RELOADS) as ReloadKind[];

function reloadProblems({ at }: PlacedTask, reload: WrittenReload): readonly Problem[] {
  const here = [...at, "reload"];
  const [kind] = kindsOf(reload);
  if (kind === undefined) return [];
  if (reload.nginx === false) return [problem([...here, "nginx"], "`nginx` can only be `true`\nLeave the task out.")];
  if (reload.user === true && reload.sudo === true)
    return [problem([...here, "sudo"], "`sudo` has no meaning for the systemd of a user\nWhose it is, `as` says.", "key")];
  return strangers(kind, reload).map(({ key, owner }) =>
    problem([...here, key], `\`${key}\` belongs to \`${owner}\`, and this is a reload of \`${kind}\``, "key"),
  );
}

/** What belongs to another kind. */
function strangers(kind: ReloadKind, reload: WrittenReload): readonly { readonly key: string; readonly owner: ReloadKind }[] {
  return KINDS.filter((each) => each !== kind).flatMap((owner) =>
    RELOADS[owner].filter((key) => reload[key] !== undefined).map((key) => ({ key, owner })),
  );
}
