import { type Project, has, textOf } from "./project.ts";

/** What a `package.json` says, as far as it matters here. What cannot be read says nothing. */
export interface PackageJson {
  readonly name: string | null;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
  readonly workspaces: boolean;
}

export function packageJson(project: Project): PackageJson {
  const read = parsed(textOf(project, "package.json"));
  const { name, workspaces } = read;
  return {
    name: typeof name === "string" ? name : null,
    scripts: texts(read["scripts"]),
    dependencies: new Set(["dependencies", "devDependencies"].flatMap((key) => Object.keys(texts(read[key])))),
    workspaces: workspaces !== undefined || has(project, "pnpm-workspace.yaml"),
  };
}

/** A JSON object of the project, such as `composer.json`; empty where it is none. */
export function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The entries of a map that are texts. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** How a project's package manager, known by its lock file, is called. */
export interface PackageManager {
  /** `npm`, `pnpm`, `yarn` or `bun`. */
  readonly program: string;
  /** Installs all that the lock file names. */
  readonly install: string;
  /** The same, and runs no script of a package. */
  readonly withoutScripts: string;
  /** The same without what only development needs. */
  readonly production: string;
  readonly run: (script: string) => string;
  /** The lock file is missing: what is installed can differ from host to host. */
  readonly unlocked: boolean;
}

export function packageManager(project: Pick<Project, "paths">): PackageManager {
  const frozen = "install --frozen-lockfile";
  if (has(project, "pnpm-lock.yaml")) return made("pnpm", `pnpm ${frozen}`, `pnpm ${frozen} --prod`);
  if (has(project, "bun.lock", "bun.lockb")) return made("bun", `bun ${frozen}`, `bun ${frozen} --production`);
  if (has(project, "yarn.lock") && has(project, ".yarnrc.yml")) {
    const install = "yarn install --immutable";
    const yarn = made("yarn", install, "yarn workspaces focus --all --production");
    return { ...yarn, withoutScripts: `${install} --mode=skip-build` };
  }
  if (has(project, "yarn.lock")) return made("yarn", `yarn ${frozen}`, `yarn ${frozen} --production`);
  if (has(project, "package-lock.json", "npm-shrinkwrap.json")) return made("npm", "npm ci", "npm ci --omit=dev");
  return made("npm", "npm install", "npm install --omit=dev", true);
}

function made(program: string, install: string, production: string, unlocked = false): PackageManager {
  return {
    program,
    install,
    withoutScripts: `${install} --ignore-scripts`,
    production,
    run: (script) => `${program} run ${script}`,
    unlocked,
  };
}
