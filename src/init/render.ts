import { SCHEMA_FILE } from "../config/find.ts";
import type { Project } from "./project.ts";
import type { Migration, Recipe } from "./recipe.ts";
import { comment, flow, flowMap, indent, scalar } from "./yaml-text.ts";

/** What a configuration says besides what the kind of project decides. */
export interface Place {
  readonly app: string;
  readonly environment: string;
  readonly hosts: readonly string[];
  /** App root on the hosts. */
  readonly root: string;
  /** App root of the environment `local`, relative to the file. */
  readonly scratch: string;
}

/** The text of a commented configuration. */
export function render(recipe: Recipe, place: Place, project: Project): string {
  const moved = within(recipe, project.git?.prefix ?? "");
  const blocks = [
    [`# yaml-language-server: $schema=${schemaIn(project)}`, ...about(moved, place)],
    [...top(moved, place, project), ...filesOf(moved), ...tasksOf(moved, place)],
    environmentsOf(moved, place),
  ];
  return blocks.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/** Whether the tree is the directory itself. */
export function takesDirectory(recipe: Recipe, project: Project): boolean {
  return project.git === null || recipe.fromDirectory === true;
}

/** Where editors find the schema: in the package where the project has it among its own, else in a file beside the configuration. */
export function schemaIn(project: Project): string {
  return project.paths.has(`${PACKAGE}/package.json`) ? `${PACKAGE}/schema/${SCHEMA_FILE}` : SCHEMA_FILE;
}

/** Relative to the folder of the project. */
const PACKAGE = "node_modules/symlink-helper";

function about(recipe: Recipe, place: Place): readonly string[] {
  const lines = [`${recipe.title}.`, ...recipe.about, ...(recipe.notes ?? []).map((note) => `Note: ${note}`)];
  return lines.flatMap((line) => comment(named(line, place)));
}

function top(recipe: Recipe, place: Place, project: Project): readonly string[] {
  const { exclude, ...source } = sourceOf(recipe, place, project);
  const env = Object.entries(recipe.env ?? {}).map(([name, value]) => [name, scalar(value)] as const);
  return [
    `app: ${scalar(place.app)}`,
    `root: ${scalar(place.root)} # on every host: releases/, shared/ and current are made in it`,
    "keep: 5 # good releases, to go back to",
    `source: ${source.text}`,
    ...(exclude.length > 0 ? [`exclude: ${flow(exclude)} # as in a .gitignore: what no host needs`] : []),
    ...(env.length > 0 ? [`env: ${flowMap(env)} # for every task`] : []),
  ];
}

function sourceOf(
  recipe: Recipe,
  place: Place,
  project: Project,
): { readonly text: string; readonly exclude: readonly string[] } {
  const own = recipe.exclude ?? [];
  const everything = own[0] === "/*";
  if (project.git === null || recipe.fromDirectory === true) {
    const besides = [`/${place.scratch}`, "/symlink-helper.yaml", ...schemaBeside(project)].filter(
      (path) => !everything && !own.includes(path),
    );
    return {
      text: "{ directory: . } # as it is on disk; better: { git: ., ref: main }, a commit",
      exclude: [...own, ...besides],
    };
  }
  const { branch, prefix } = project.git;
  const git =
    prefix === ""
      ? "."
      : prefix
          .split("/")
          .map(() => "..")
          .join("/");
  const ref = branch === null ? [] : [["ref", scalar(branch)] as const];
  return { text: `${flowMap([["git", git], ...ref])} # what is committed there, and nothing else`, exclude: own };
}

function schemaBeside(project: Project): readonly string[] {
  return schemaIn(project) === SCHEMA_FILE ? [`/${SCHEMA_FILE}`] : [];
}

function filesOf(recipe: Recipe): readonly string[] {
  const { sharedDirs = [], sharedFiles = [], writable = [], group } = recipe;
  const shared = [
    ...(sharedDirs.length > 0 ? [`dirs: ${flow(sharedDirs)}`] : []),
    ...(sharedFiles.length > 0 ? [`files: ${flow(sharedFiles)} # symlink-helper shared put brings them to every host`] : []),
  ];
  const permissions = [
    ...(writable.length > 0 ? [`writable: ${flow(writable)}`] : []),
    ...(group === undefined
      ? []
      : [`# group: ${group} # if the web server is another user, who writes there; the deploy user must be a member`]),
  ];
  return [
    ...(shared.length > 0 ? ["shared: # outlives releases, and is linked into each", ...indent(shared)] : []),
    ...(permissions.length > 0 ? ["permissions:", ...indent(permissions)] : []),
  ];
}

function tasksOf(recipe: Recipe, place: Place): readonly string[] {
  const { build = [], prepare = [], migrate, reload = [] } = recipe;
  const lines = [
    ...listOf("build", "on this machine, before anything is sent", build),
    ...listOf("prepare", "on each host, in the new release, before anything is switched", prepare),
    ...(migrate === undefined ? [] : migrationOf(migrate)),
    ...reloadOf(reload.map((command) => named(command, place))),
  ];
  const written = build.length > 0 || prepare.length > 0 || migrate !== undefined;
  if (written) return ["tasks:", ...indent(lines)];
  return lines.length > 0 ? ["# tasks:", ...lines.map((line) => line.replace("# ", "#   "))] : [];
}

function listOf(point: string, when: string, commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : [`${point}: # ${when}`, ...indent(commands.map((command) => `- ${scalar(command)}`))];
}

function migrationOf({ run, undo }: Migration): readonly string[] {
  return [
    "beforeSwitch: # when all hosts are ready, on the first of them",
    `  run: ${scalar(run)}`,
    "  on: first",
    "  timeout: 10m",
    ...(undo === undefined
      ? ["  # undo: … # what takes it back, should the deploy fail after it"]
      : [`  # undo: ${undo} # should the deploy fail after it`]),
  ];
}

function reloadOf(commands: readonly string[]): readonly string[] {
  if (commands.length === 0) return [];
  return [
    "# afterSwitch: # adapt, and take the # away: what must be told of the new release. If it fails, the deploy is taken back",
    ...commands.map((command) => `#   - ${command.startsWith("{") ? command : scalar(command)}`),
  ];
}

function environmentsOf(recipe: Recipe, place: Place): readonly string[] {
  const files = (recipe.sharedFiles ?? []).map((path) =>
    flowMap([
      ["path", scalar(path)],
      ["whenMissing", "skip"],
    ]),
  );
  return [
    "environments:",
    `  ${scalar(place.environment)}:`,
    "    hosts:",
    ...place.hosts.map((host) => `      - ${scalar(host)}${isPlaceholder(host) ? " # put your host here" : ""}`),
    "  # To try it on this machine, without a server, without services and without a database.",
    "  local:",
    "    hosts: [local]",
    `    root: ${scalar(`./${place.scratch}`)}`,
    ...(files.length > 0 ? [`    shared: { files: [${files.join(", ")}] }`] : []),
    "    tasks: { beforeSwitch: [], afterSwitch: [] }",
  ];
}

/** A host that nobody has: its name ends in a domain that is kept free for that (RFC 6761). */
function isPlaceholder(host: string): boolean {
  return /\.invalid(?::\d+)?$/u.test(host);
}

function named(text: string, { app, root }: Place): string {
  // As words: SCRIPT_FILENAME is a name of nginx.
  return text.replaceAll(/\b(?:NAME|ROOT)\b/gu, (word) => (word === "NAME" ? app : root));
}

/** The recipe where the project is a folder of its repository: the release is all of it, and the project a folder in it. */
function within(recipe: Recipe, prefix: string): Recipe {
  if (prefix === "" || recipe.fromDirectory === true) return recipe;
  const below = (paths: readonly string[] | undefined): readonly string[] => (paths ?? []).map((path) => `${prefix}/${path}`);
  const pattern = (path: string): string => path.replace(/^(!?)\//u, `$1/${prefix}/`);
  const there = (command: string): string => `cd ${quote(prefix)} && ${command}`;
  const { migrate } = recipe;
  return {
    ...recipe,
    about: recipe.about.map((line) => line.replaceAll("ROOT/current", `ROOT/current/${prefix}`)),
    exclude: (recipe.exclude ?? []).map(pattern),
    sharedDirs: below(recipe.sharedDirs),
    sharedFiles: below(recipe.sharedFiles),
    writable: below(recipe.writable),
    build: (recipe.build ?? []).map(there),
    prepare: (recipe.prepare ?? []).map(there),
    ...(migrate === undefined
      ? {}
      : { migrate: { run: there(migrate.run), ...(migrate.undo === undefined ? {} : { undo: there(migrate.undo) }) } }),
    notes: [...(recipe.notes ?? []), `This is the folder ${prefix} of its repository: the release is the whole repository.`],
  };
}

function quote(text: string): string {
  return /^[\w./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
