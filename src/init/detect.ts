import { isNext, isNode, isNuxt, isSite, next, node, nuxt, site } from "./kinds/node.ts";
import { go, hugo, isGo, isHugo, isStatic, moduleName, plain, staticFiles } from "./kinds/others.ts";
import { isLaravel, isPhp, isSymfony, laravel, php, symfony } from "./kinds/php.ts";
import { django, isDjango, isPython, python } from "./kinds/python.ts";
import { isJekyll, isRack, isRails, jekyll, rack, rails } from "./kinds/ruby.ts";
import { packageJson, parsed } from "./package-json.ts";
import { type Project, textOf } from "./project.ts";
import { KINDS, type Kind, type Recipe } from "./recipe.ts";

/** The kind of a project: the first whose signs are there. Frameworks come before languages, and those before tools. */
export function detect(project: Project): Kind {
  return KINDS.find((kind) => RECIPES[kind].is(project)) ?? "plain";
}

/** What a configuration for a project of that kind says. */
export function recipeFor(kind: Kind, project: Project): Recipe {
  return RECIPES[kind].recipe(project);
}

interface Known {
  readonly is: (project: Project) => boolean;
  readonly recipe: (project: Project) => Recipe;
}

const RECIPES: { readonly [K in Kind]: Known } = {
  laravel: { is: isLaravel, recipe: laravel },
  symfony: { is: isSymfony, recipe: symfony },
  rails: { is: isRails, recipe: rails },
  django: { is: isDjango, recipe: django },
  next: { is: isNext, recipe: next },
  nuxt: { is: isNuxt, recipe: nuxt },
  site: { is: isSite, recipe: site },
  jekyll: { is: isJekyll, recipe: jekyll },
  hugo: { is: isHugo, recipe: hugo },
  go: { is: isGo, recipe: go },
  node: { is: isNode, recipe: node },
  php: { is: isPhp, recipe: php },
  rack: { is: isRack, recipe: rack },
  python: { is: isPython, recipe: python },
  static: { is: isStatic, recipe: staticFiles },
  plain: { is: () => true, recipe: plain },
};

/** A name for the application that can also be a folder: what the project calls itself, or its folder. */
export function appName(project: Project): string {
  const composer = parsed(textOf(project, "composer.json"))["name"];
  const names = [packageJson(project).name, typeof composer === "string" ? composer : null, moduleName(project), project.folder];
  return names.map(slug).find((name) => name !== "") ?? "app";
}

function slug(name: string | null): string {
  const last = name?.split("/").at(-1) ?? "";
  return last.replaceAll(/[^A-Za-z0-9._-]+/gu, "-").replaceAll(/^[^A-Za-z0-9]+|-+$/gu, "");
}
