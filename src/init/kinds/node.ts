import { type PackageJson, type PackageManager, packageJson, packageManager } from "../package-json.ts";
import { type Project, has, textOf } from "../project.ts";
import type { Recipe } from "../recipe.ts";
import { RESTART, dotenv, unit, unneeded } from "./parts.ts";

export function isNext(project: Project): boolean {
  return packageJson(project).dependencies.has("next") && !exportsNext(project);
}

export function next(project: Project): Recipe {
  return served(project, "next", "A Next.js application", [".next/cache"], "/usr/bin/env npm run start");
}

export function isNuxt(project: Project): boolean {
  const { dependencies, scripts } = packageJson(project);
  return dependencies.has("nuxt") && !/nuxi? generate/u.test(scripts["build"] ?? "");
}

/** Nuxt's `.output` is complete: hosts install nothing. */
export function nuxt(project: Project): Recipe {
  const {
    prepare: _,
    env: __,
    ...recipe
  } = served(project, "nuxt", "A Nuxt application", [], "/usr/bin/env node .output/server/index.mjs");
  return { ...recipe, exclude: ["/*", "!/.output"], sharedFiles: [], ...builds(project) };
}

export function isNode(project: Project): boolean {
  return has(project, "package.json") && !isAssetsOnly(project);
}

export function node(project: Project): Recipe {
  return served(project, "node", "A Node application", [], startOf(packageJson(project)));
}

/** A `package.json` without anything to start, beside another language: it is for tools or assets. */
function isAssetsOnly(project: Project): boolean {
  const { scripts, dependencies } = packageJson(project);
  const starts = scripts["start"] !== undefined || SERVERS.some((name) => dependencies.has(name));
  return !starts && has(project, "composer.json", "Gemfile", "requirements.txt", "pyproject.toml", "index.php");
}

export function isSite(project: Project): boolean {
  const { dependencies, scripts } = packageJson(project);
  const server = SERVERS.some((name) => dependencies.has(name)) || /\b(?:node|tsx|bun)\s/u.test(scripts["start"] ?? "");
  return resultOf(project) !== null && !server;
}

/** A site that is built here, of which hosts get the result alone. */
export function site(project: Project): Recipe {
  const folder = resultOf(project) ?? "dist";
  const top = folder.split("/")[0] ?? folder;
  return {
    kind: "site",
    title: "A site that is built on your machine, in a clean export of the commit",
    about: [`Let the web server serve ROOT/current/${folder}.`],
    exclude: ["/*", `!/${top}`],
    ...builds(project),
    notes: remarks(project),
  };
}

const SERVERS = ["express", "fastify", "koa", "hono", "@nestjs/core", "@hapi/hapi", "@astrojs/node", "@sveltejs/adapter-node"];

/** Where the builders of sites put their result; the first that is there counts. */
const RESULTS: readonly (readonly [builder: string, folder: string])[] = [
  ["@11ty/eleventy", "_site"],
  ["gatsby", "public"],
  ["react-scripts", "build"],
  ["@docusaurus/core", "build"],
  ["@sveltejs/adapter-static", "build"],
  ["vitepress", "docs/.vitepress/dist"],
  ["astro", "dist"],
  ["@vue/cli-service", "dist"],
  ["parcel", "dist"],
  ["vite", "dist"],
];

function resultOf(project: Project): string | null {
  const { dependencies, scripts } = packageJson(project);
  if (scripts["build"] === undefined) return null;
  if (dependencies.has("next")) return exportsNext(project) ? "out" : null;
  if (dependencies.has("nuxt")) return isNuxt(project) ? null : ".output/public";
  return RESULTS.find(([builder]) => dependencies.has(builder))?.[1] ?? null;
}

function exportsNext(project: Project): boolean {
  const files = ["next.config.js", "next.config.mjs", "next.config.ts"];
  return files.some((file) => /output:\s*["']export["']/u.test(textOf(project, file)));
}

function builds(project: Project): Pick<Recipe, "build"> {
  const manager = packageManager(project);
  const script = packageJson(project).scripts["build"] === undefined ? [] : [manager.run("build")];
  return { build: [manager.install, ...script] };
}

function served(project: Project, kind: Recipe["kind"], title: string, caches: readonly string[], start: string): Recipe {
  const manager = packageManager(project);
  const hasBuild = packageJson(project).scripts["build"] !== undefined;
  return {
    kind,
    title,
    about: unit(start),
    exclude: ["node_modules", ...caches, ...unneeded(project)],
    sharedFiles: dotenv(project),
    // Not where there is a build: package managers would leave out what the build needs.
    ...(hasBuild ? builds(project) : { env: { NODE_ENV: "production" } }),
    prepare: [manager.production],
    reload: [
      RESTART,
      "for i in 1 2 3 4 5 6 7 8 9 10; do curl -fsS http://127.0.0.1:3000/health && exit 0; sleep 1; done; exit 1",
    ],
    notes: remarks(project, manager),
  };
}

function startOf({ scripts }: PackageJson): string {
  const start = scripts["start"] ?? "node index.js";
  return /^node [\w./-]+$/u.test(start) ? `/usr/bin/env ${start}` : "/usr/bin/env npm run start";
}

function remarks(project: Project, manager: PackageManager = packageManager(project)): readonly string[] {
  const { scripts, workspaces } = packageJson(project);
  return [
    ...(manager.unlocked
      ? ["There is no lock file: hosts may install different versions. Make one, commit it, and write `npm ci`."]
      : []),
    ...(workspaces ? ["This is a monorepo: the release is all of it, and every workspace is installed."] : []),
    ...(/husky/u.test(scripts["prepare"] ?? "")
      ? ["The script `prepare` calls husky, which hosts do not have: write `husky || true`."]
      : []),
  ];
}
