import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { appName, detect, recipeFor } from "../../src/init/detect.ts";
import { lookAt } from "../../src/init/look.ts";
import type { Project } from "../../src/init/project.ts";
import type { Recipe } from "../../src/init/recipe.ts";
import { run } from "../../src/host/spawn.ts";
import { FIXTURES, fixtures } from "./fresh.ts";

const projectOf = async (name: string): Promise<Project> => lookAt(join(FIXTURES, name), run);

const composer = "composer install --no-dev --no-interaction --optimize-autoloader";
const venv = [
  "python3 -m venv .venv",
  ".venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt",
];
const rows: readonly [fixture: string, kind: string, app: string, recipe: Partial<Recipe>][] = [
  ["node", "node", "shop", { build: ["npm ci", "npm run build"], prepare: ["npm ci --omit=dev"], sharedFiles: [".env"] }],
  ["monorepo", "node", "all", { prepare: ["yarn workspaces focus --all --production"], env: { NODE_ENV: "production" } }],
  [
    "next",
    "next",
    "web",
    { build: ["pnpm install --frozen-lockfile", "pnpm run build"], exclude: ["node_modules", ".next/cache"] },
  ],
  ["next-export", "site", "web", { build: ["yarn install --frozen-lockfile", "yarn run build"], exclude: ["/*", "!/out"] }],
  ["nuxt", "nuxt", "web", { build: ["bun install --frozen-lockfile", "bun run build"], exclude: ["/*", "!/.output"] }],
  ["vite", "site", "site", { build: ["npm ci", "npm run build"], exclude: ["/*", "!/dist"] }],
  ["laravel", "laravel", "blog", { sharedDirs: ["storage/logs", "storage/app"], build: ["npm install", "npm run build"] }],
  ["symfony", "symfony", "api", { prepare: [composer, "php bin/console cache:warmup"], writable: ["var/cache"] }],
  ["php", "php", "guestbook", { prepare: [composer], build: [] }],
  ["rails", "rails", "rails", { sharedFiles: ["config/master.key"], migrate: { run: "bundle exec rails db:migrate" } }],
  ["rack", "rack", "rack", { env: { RACK_ENV: "production" } }],
  ["jekyll", "jekyll", "jekyll", { exclude: ["/*", "!/_site"] }],
  [
    "django",
    "django",
    "django",
    { prepare: [...venv, ".venv/bin/python manage.py collectstatic --noinput"], sharedDirs: ["media"] },
  ],
  ["python", "python", "python", { prepare: venv }],
  [
    "go",
    "go",
    "greeter",
    { exclude: ["/*", "!/bin", "!/templates"], build: ["mkdir -p bin && go build -trimpath -o bin/ ./..."] },
  ],
  ["hugo", "hugo", "hugo", { build: ["hugo --minify"], exclude: ["/*", "!/public"] }],
  ["older-hugo", "hugo", "older-hugo", { build: ["hugo --minify"] }],
  ["static", "static", "static", { about: ["Let the web server serve ROOT/current."] }],
  ["built", "static", "built", { exclude: ["/*", "!/_site"] }],
  ["plain", "plain", "plain", {}],
];

describe("what a project is, and what it needs, is told from its files", () => {
  test.each(rows)("%s: %s", async (fixture, kind, app, recipe) => {
    const project = await projectOf(fixture);
    expect([detect(project), appName(project)]).toEqual([kind, app]);
    expect(recipeFor(detect(project), project)).toMatchObject(recipe);
  });

  test("all projects that there are", () => expect(fixtures.toSorted()).toEqual(rows.map(([name]) => name).toSorted()));

  test.each([
    ["monorepo", "husky"],
    ["monorepo", "monorepo"],
    ["laravel", "optimize"],
    ["plain", "prepare"],
  ])("and %s is told about %s", async (fixture, word) => {
    const project = await projectOf(fixture);
    expect(recipeFor(detect(project), project).notes?.join("\n")).toContain(word);
  });
});

describe("a file that is not what its name says", () => {
  const project = (texts: Record<string, string>): Project => ({
    paths: new Set(Object.keys(texts)),
    texts: new Map(Object.entries(texts)),
    folder: "-- it's",
    git: null,
  });

  test.each([
    ["no JSON", { "package.json": "{" }, "node"],
    ["a list", { "package.json": "[1]" }, "node"],
    ["numbers where texts belong", { "package.json": '{ "name": 1, "scripts": { "build": 2 }, "dependencies": [3] }' }, "node"],
    ["no JSON of PHP's", { "composer.json": "null" }, "php"],
    ["empty", { "go.mod": "" }, "go"],
    ["a comment that names Rails", { Gemfile: '# gem "rails"' }, "rack"],
  ])("stops nothing: %s", (_, texts, kind) => {
    expect(detect(project(texts))).toBe(kind);
    expect(appName(project(texts))).toBe("it-s");
  });
});
