/** What is known of a project before anything is decided: names that exist in its folder, and the texts of a few files. */
export interface Project {
  /** Paths relative to the folder, of files and directories; only those of {@link PROBES} and the names directly in it. */
  readonly paths: ReadonlySet<string>;
  /** By path; a file that cannot be read is missing. */
  readonly texts: ReadonlyMap<string, string>;
  /** Name of the folder. */
  readonly folder: string;
  /** Null where there is no git repository. */
  readonly git: GitFacts | null;
}

export interface GitFacts {
  /** Null where no branch is checked out. */
  readonly branch: string | null;
  readonly hasCommits: boolean;
  /** From the top of the repository to the folder: `apps/web`, empty at the top. */
  readonly prefix: string;
  /** Paths of the project that git leaves alone. */
  readonly ignored: ReadonlySet<string>;
}

/** Paths below the first level that tell something. */
export const PROBES: readonly string[] = [
  "app/assets",
  "bin/console",
  "config/application.rb",
  "config/credentials.yml.enc",
  "dist/index.html",
  "build/index.html",
  "out/index.html",
  "public/index.html",
  "public/index.php",
  "_site/index.html",
  "site/index.html",
  "www/index.html",
  "node_modules/symlink-helper/package.json",
];

/** Files that are read, where they exist. */
export const READ: readonly string[] = [
  "package.json",
  "composer.json",
  "Gemfile",
  "Gemfile.lock",
  "go.mod",
  "manage.py",
  "pyproject.toml",
  "requirements.txt",
  "astro.config.mjs",
  "astro.config.ts",
  "next.config.js",
  "next.config.mjs",
  "next.config.ts",
];

/** The settings of a Django project, as its `manage.py` names them: `shop.settings` is `shop/settings.py`. */
export function djangoSettings(manage: string): string | null {
  const module = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/u.exec(manage)?.[1];
  return module === undefined ? null : `${module.replaceAll(".", "/")}.py`;
}

export function has(project: Pick<Project, "paths">, ...paths: readonly string[]): boolean {
  return paths.some((path) => project.paths.has(path));
}

export function textOf(project: Project, path: string): string {
  return project.texts.get(path) ?? "";
}
