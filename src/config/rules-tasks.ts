import type { EnvironmentView, HostView } from "./view.ts";
import { type Path, quoted } from "./path.ts";
import { type Problem, problem, warning } from "./problem.ts";
import type { EnvironmentRule, RuleContext } from "./rule.ts";
import { TASK_POINTS } from "./defaults.ts";
import type { WrittenTask } from "./written.ts";
import type { WrittenVariables } from "./written-values.ts";
import { listChecks, taskOf } from "./resolve-checks.ts";
import { didYouMean } from "./suggest.ts";
import { listTasks } from "./view.ts";
import { looksSecret } from "./secrets.ts";

/** Rules about tasks and what they are given. */
export const taskRules: readonly EnvironmentRule[] = [rolesExist, secretsAreNotSet, secretsAreNotWritten, logsAreOneThing];

/** A task and where it stands. */
export interface PlacedTask {
  readonly task: WrittenTask;
  readonly at: Path;
}

function rolesExist(view: EnvironmentView, { lost }: RuleContext): readonly Problem[] {
  if (view.unasked || lost.some((path) => holdsRoles(path, view.name))) return [];
  const roles = [...new Set(view.hosts.flatMap((host) => host.written.roles ?? []))];
  return tasksOf(view)
    .filter(({ task: { on = "all" } }) => !["all", "first", ...roles].includes(on))
    .map(({ task, at }) => unknownRole([...at, "on"], task.on ?? "", roles, view.name));
}

/** Whether roles of an environment were in what stood at a path: its hosts, one of them, or the roles of one. */
function holdsRoles([top, name, hosts, _index, key]: Path, environment: string): boolean {
  return top === "environments" && name === environment && hosts === "hosts" && (key === undefined || key === "roles");
}

function unknownRole(at: Path, role: string, roles: readonly string[], environment: string): Problem {
  const known = roles.length === 0 ? "No host there has a role" : `Roles there: ${roles.join(", ")}`;
  const suggestion = didYouMean(role, ["all", "first", ...roles]) || `\n${known}; \`all\` and \`first\` need none.`;
  return problem(
    at,
    `No host of ${quoted(environment)} has the role ${quoted(role)}, so this would never run there${suggestion}`,
  );
}

function secretsAreNotSet(view: EnvironmentView): readonly Problem[] {
  return tasksOf(view).flatMap(({ task, at }) =>
    (task.secrets ?? [])
      .filter((name) => task.env?.[name] !== undefined)
      .map((name) =>
        problem([...at, "env", name], `${quoted(name)} is a secret of this task, so it cannot be set here too`, "key"),
      ),
  );
}

/** What stands in `env` is shown and recorded like any other text. */
function secretsAreNotWritten(view: EnvironmentView): readonly Problem[] {
  const ofHosts = view.hosts.flatMap(({ settings }) =>
    secretLooking(settings.value.env).map((name) => settings.origin(["env", name])),
  );
  const ofTasks = tasksOf(view).flatMap(({ task, at }) => secretLooking(task.env).map((name) => [...at, "env", name]));
  return [...ofHosts, ...ofTasks].map((at) => warning(at, `${quoted(String(at.at(-1)))} ${NOT_MASKED}`, "nothing"));
}

const NOT_MASKED = `looks like a secret, but what stands in \`env\` is not masked
Name it under \`secrets\` of the tasks that need it: it is then taken from the environment of this machine.`;

function secretLooking(variables: WrittenVariables = {}): readonly string[] {
  return Object.keys(variables).filter((name) => variables[name] !== "" && looksSecret(name));
}

/** Every task of an environment; those of its hosts once for each host, as each may have its own. */
export function tasksOf({ settings, hosts }: EnvironmentView): readonly PlacedTask[] {
  const build = listTasks(settings.value.tasks?.build).map(({ task, at }) => ({
    task,
    at: settings.origin(["tasks", "build", ...at]),
  }));
  return [...build, ...hosts.flatMap(hostTasks)];
}

function hostTasks({ settings }: HostView): readonly PlacedTask[] {
  const atPoints = TASK_POINTS.flatMap((point) =>
    listTasks(settings.value.tasks?.[point]).map(({ task, at }) => ({ task, at: settings.origin(["tasks", point, ...at]) })),
  );
  const named = Object.entries(settings.value.commands ?? {}).map(([name, written]) => ({
    task: typeof written === "string" ? { run: written } : written,
    at: settings.origin(["commands", name]),
  }));
  // Those that are no command have no more than `on`.
  const checks = listChecks(settings.value.check).map(({ check, at }) => ({
    task: taskOf(check),
    at: settings.origin(["check", ...at]),
  }));
  return [...atPoints, ...named, ...checks];
}

function logsAreOneThing({ hosts }: EnvironmentView): readonly Problem[] {
  return hosts.flatMap(({ settings }) =>
    Object.entries(settings.value.logs ?? {}).flatMap(([name, log]) => {
      const at = settings.origin(["logs", name]);
      if (typeof log === "string") return [];
      if ((log.file === undefined) === (log.unit === undefined))
        return [problem(at, "A log is either a `file` or a `unit` of systemd", "key")];
      return log.user === undefined || log.unit !== undefined
        ? []
        : [problem([...at, "user"], "`user` belongs to a `unit`, and this log is a file", "key")];
    }),
  );
}
