import type { HostTasks, Task } from "./resolved.ts";
import { type PlainText, resolveVariables } from "./variables.ts";
import type { WrittenEnvironment, WrittenSettings, WrittenTask, WrittenTasks } from "./written.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Path } from "./path.ts";
import type { Settled } from "./layers.ts";
import { normalised } from "./relative-path.ts";
import { parseTaskShell } from "./task-shell.ts";
import { listTasks } from "./view.ts";
import { reloadCommand } from "./reload.ts";
import { seconds } from "./duration.ts";

/** The tasks of one host. */
export function resolveTasks(settings: Settled<WrittenSettings>, plain: PlainText): HostTasks {
  const at = (point: keyof HostTasks): readonly Task[] => tasksAt(settings, point, plain);
  return {
    prepare: at("prepare"),
    beforeSwitch: at("beforeSwitch"),
    drain: at("drain"),
    undrain: at("undrain"),
    afterSwitch: at("afterSwitch"),
    finish: at("finish"),
    failed: at("failed"),
  };
}

/** The named ones of one host. */
export function resolveCommands(settings: Settled<WrittenSettings>, plain: PlainText): Readonly<Record<string, Task>> {
  const named = Object.entries(settings.value.commands ?? {}).map(([name, written]) => {
    const at = settings.origin(["commands", name]);
    return [name, resolveTask(typeof written === "string" ? { run: written } : written, at, plain)] as const;
  });
  return Object.fromEntries(named);
}

/** The tasks of the controller. They have no host whose `env` they could get, so it is put into each of them. */
export function resolveBuild(settings: Settled<WrittenEnvironment>, plain: PlainText): readonly Task[] {
  const shared = resolveVariables(settings.value.env, (name) => plain(settings.origin(["env", name])));
  return tasksAt(settings, "build", plain).map((task) => ({ ...task, env: { ...shared, ...task.env } }));
}

function tasksAt(settings: Settled<WrittenSettings>, point: keyof WrittenTasks, plain: PlainText): readonly Task[] {
  return listTasks(settings.value.tasks?.[point]).map(({ task, at }) =>
    resolveTask(task, settings.origin(["tasks", point, ...at]), plain),
  );
}

/** One task, with everything filled in. */
export function resolveTask(written: WrittenTask, at: Path, plain: PlainText): Task {
  return {
    run: written.run ?? reloadCommand(written.reload ?? {}),
    on: resolveOn(written.on),
    in: written.in ?? "release",
    env: resolveVariables(written.env, (name) => plain([...at, "env", name])),
    secrets: [...new Set(written.secrets)],
    as: written.as ?? null,
    path: written.path ?? [],
    shell: parseTaskShell(written.shell ?? ""),
    timeout: seconds(written.timeout ?? DEFAULTS.timeout) ?? DEFAULTS.timeout,
    undo: written.undo ?? null,
    makes: written.makes === undefined ? null : normalised(written.makes),
  };
}

/** Which hosts. */
export function resolveOn(on: string = "all"): Task["on"] {
  return on === "all" || on === "first" ? { kind: on } : { kind: "role", role: on };
}
