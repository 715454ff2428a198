import { parsed, texts } from "../package-json.ts";
import { type Project, has, textOf } from "../project.ts";
import type { Recipe } from "../recipe.ts";
import { assets, dotenv, unneeded } from "./parts.ts";

export function isLaravel(project: Project): boolean {
  return has(project, "artisan") || requires(project, "laravel/framework");
}

export function laravel(project: Project): Recipe {
  const { build, exclude } = assets(project);
  return {
    kind: "laravel",
    title: "A Laravel application",
    about: [...FPM, "Let the web server serve ROOT/current/public."],
    exclude: [...exclude, ...unneeded(project)],
    sharedDirs: ["storage/logs", "storage/app"],
    sharedFiles: [".env"],
    writable: ["storage/framework/cache", "storage/framework/sessions", "storage/framework/views", "bootstrap/cache"],
    group: "www-data",
    build,
    prepare: [COMPOSER, "php artisan storage:link --relative --force"],
    migrate: { run: "php artisan migrate --force", undo: "php artisan migrate:rollback --force" },
    reload: [...RELOAD, "php artisan queue:restart"],
    notes: ["`php artisan optimize` may follow in `prepare`, once shared/.env is on the host: it keeps what is in there."],
  };
}

export function isSymfony(project: Project): boolean {
  return requires(project, "symfony/framework-bundle") || has(project, "symfony.lock");
}

export function symfony(project: Project): Recipe {
  const { build, exclude } = assets(project);
  const migrations = requires(project, "doctrine/doctrine-migrations-bundle");
  const run = "php bin/console doctrine:migrations:migrate --no-interaction --allow-no-migration";
  return {
    kind: "symfony",
    title: "A Symfony application",
    about: [...FPM, "Let the web server serve ROOT/current/public."],
    exclude: [...exclude, ...unneeded(project)],
    sharedDirs: ["var/log"],
    sharedFiles: [".env.local"],
    writable: ["var/cache"],
    group: "www-data",
    env: { APP_ENV: "prod", APP_DEBUG: "0" },
    build,
    prepare: [COMPOSER, "php bin/console cache:warmup"],
    ...(migrations ? { migrate: { run } } : {}),
    reload: RELOAD,
  };
}

export function isPhp(project: Project): boolean {
  return has(project, "composer.json", "index.php", "public/index.php");
}

export function php(project: Project): Recipe {
  const { build, exclude } = assets(project);
  return {
    kind: "php",
    title: "A PHP application",
    about: [...FPM, `Let the web server serve ROOT/current${has(project, "public/index.php") ? "/public" : ""}.`],
    exclude: [...exclude, ...unneeded(project)],
    sharedFiles: dotenv(project),
    build,
    prepare: has(project, "composer.json") ? [COMPOSER] : [],
    reload: RELOAD,
  };
}

function requires(project: Project, name: string): boolean {
  return texts(parsed(textOf(project, "composer.json"))["require"])[name] !== undefined;
}

const COMPOSER = "composer install --no-dev --no-interaction --optimize-autoloader";

const FPM = [
  "Let nginx pass the real path to PHP-FPM, or opcache goes on with the old release:",
  "  fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;",
];

const RELOAD = ["sudo -n systemctl reload php8.2-fpm # needs a line in sudoers for exactly that"];
