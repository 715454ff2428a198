import {
  type Schema,
  byKind,
  choice,
  exactlyOne,
  list,
  map,
  namedMap,
  nonEmpty,
  numberOrText,
  optional,
  quotedText,
  refused,
  scalar,
  text,
  truth,
  wholeNumber,
} from "./schema-parts.ts";
import {
  OCTAL,
  type Rule,
  account,
  command,
  directoryMode,
  duration,
  environmentVariable,
  fileMode,
  layoutName,
  localPath,
  logPath,
  plainAccount,
  root,
  systemdUnit,
  umask,
  word,
} from "./text-rules.ts";
import { checks } from "./schema-checks.ts";
import type { WrittenLog } from "./written-logs.ts";
import { searchDirectory, taskShell } from "./task-shell.ts";
import { optionName, optionValue } from "./ssh-options.ts";
import { reload } from "./schema-reload.ts";
import { relativePath, sharedPath } from "./relative-path.ts";
import type {
  WrittenCommand,
  WrittenPermissions,
  WrittenReuse,
  WrittenShared,
  WrittenTask,
  WrittenTaskList,
  WrittenTasks,
} from "./written.ts";

const WEEK = 7 * 86_400;
const YEAR = 366 * 86_400;

/** A time of at least so many seconds. No timer of Node's waits longer than some weeks. */
export function time(least: number, most: number = WEEK): Schema<string | number> {
  return numberOrText(duration(least, most), "must be a time such as 30s, 2m or 1h30m");
}

const sharedEntry = byKind<WrittenShared>(
  {
    text: text(sharedPath),
    map: map({ path: text(sharedPath), whenMissing: optional(choice(["fail", "seed", "create", "skip"])) }),
  },
  "must be a path, or { path, whenMissing }",
);

const permissions: Schema<WrittenPermissions> = map({
  dirs: optional(mode(directoryMode)),
  files: optional(mode(fileMode)),
  group: optional(text(account)),
  writable: optional(list(text(relativePath))),
  umask: optional(mode(umask)),
});

const reuse: Schema<readonly WrittenReuse[]> = list(
  map({
    path: text(sharedPath),
    key: nonEmpty(list(text(relativePath)), "must name at least one file"),
    runtime: optional(text(command)),
  }),
);

function mode(rule: Rule): Schema<string> {
  return quotedText(rule, `${OCTAL}\nWithout quotes it is another number.`);
}

const variables = namedMap(
  environmentVariable,
  scalar(() => null, 'must be text\nWrite "" for an empty one.'),
);

/** Where tasks look for programs first. */
const searchPath = list(text(searchDirectory));

const everyTask = {
  env: optional(variables),
  secrets: optional(list(text(environmentVariable))),
  timeout: optional(time(1)),
};

const onHost = {
  run: optional(text(command)),
  reload: optional(reload),
  ...everyTask,
  on: optional(text(word)),
  in: optional(choice(["release", "root"])),
  as: optional(text(account)),
  path: optional(searchPath),
  shell: optional(text(taskShell)),
};

/** It either runs a command or reloads a service. */
function eitherWay<T extends WrittenTask>(task: Schema<T>): Schema<T> {
  return exactlyOne(task, ["run", "reload"], "Write two tasks, in a list.");
}

const hostTask: Schema<WrittenTask> = eitherWay(
  map({ ...onHost, undo: optional(text(command)), makes: optional(text(relativePath)) }),
);

const NOTHING_MADE = "belongs to tasks of `prepare`, which make what is in a release";

const namedCommand: Schema<WrittenCommand> = byKind<WrittenCommand>(
  {
    text: text(command),
    map: eitherWay(
      map({
        ...onHost,
        undo: optional(refused("has no meaning here: nothing takes back what a person runs by its name")),
        makes: optional(refused(NOTHING_MADE)),
      }),
    ),
  },
  "must be a command, or a map with `run` or `reload`",
);

const log: Schema<WrittenLog> = byKind<WrittenLog>(
  {
    text: text(logPath),
    map: map({ file: optional(text(logPath)), unit: optional(text(systemdUnit)), user: optional(truth()) }),
  },
  "must be a path, or a map with `file` or `unit`",
);

const ON_CONTROLLER = "has no meaning for `build`, which runs once, on this machine, before any host is involved";

const AS_STARTED =
  "has no meaning for `build`, which finds its programs as this program does\nSet PATH where you start symlink-helper, or call the shell in `run`.";

const buildTask: Schema<WrittenTask> = map({
  run: text(command),
  reload: optional(refused(ON_CONTROLLER)),
  ...everyTask,
  on: optional(refused(ON_CONTROLLER)),
  in: optional(refused(ON_CONTROLLER)),
  as: optional(refused(ON_CONTROLLER)),
  path: optional(refused(AS_STARTED)),
  shell: optional(refused(AS_STARTED)),
  undo: optional(refused(ON_CONTROLLER)),
  makes: optional(refused(NOTHING_MADE)),
});

const hostTasks = taskList(hostTask);
export const buildTasks: Schema<WrittenTaskList> = taskList(buildTask);

function taskList(task: Schema<WrittenTask>): Schema<WrittenTaskList> {
  const one = byKind<string | WrittenTask>(
    { text: text(command), map: task },
    "must be a command, or a map with `run` or `reload`",
  );
  return byKind<WrittenTaskList>(
    { text: text(command), map: task, list: list(one) },
    "must be a command, a map with `run` or `reload`, or a list of these",
  );
}

/** The tasks of hosts, and what may stand at `build`. */
export function tasks(build: { build: ReturnType<typeof optional<Schema<WrittenTaskList>>> }): Schema<WrittenTasks> {
  return map({
    ...build,
    prepare: optional(hostTasks),
    beforeSwitch: optional(hostTasks),
    drain: optional(hostTasks),
    afterSwitch: optional(hostTasks),
    undrain: optional(hostTasks),
    finish: optional(hostTasks),
    failed: optional(hostTasks),
  });
}

/** Whatever a host can have of its own, but for the tasks. */
export const settings = {
  root: optional(text(root)),
  layout: optional(
    map({ current: optional(text(layoutName)), releases: optional(text(layoutName)), shared: optional(text(layoutName)) }),
  ),
  keep: optional(wholeNumber(1, 1_000_000, "must be a whole number of at least 1")),
  shared: optional(map({ dirs: optional(list(sharedEntry)), files: optional(list(sharedEntry)) })),
  permissions: optional(permissions),
  reuse: optional(reuse),
  check: optional(checks),
  commands: optional(namedMap(word, namedCommand)),
  logs: optional(namedMap(word, log)),
  env: optional(variables),
  path: optional(searchPath),
  shell: optional(text(taskShell)),
  become: optional(text(plainAccount)),
  lease: optional(time(2)),
  grace: optional(time(0, YEAR)),
  oldProcesses: optional(map({ within: optional(time(0)), whenLeft: optional(choice(["warn", "fail", "ignore"])) })),
  confirm: optional(choice(["return", "keep"])),
  durability: optional(choice(["flush", "best-effort"])),
  ssh: optional(
    map({ config: optional(text(localPath)), options: optional(namedMap(optionName, scalar(optionValue, "must be text"))) }),
  ),
};
