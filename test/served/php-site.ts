import { parse } from "yaml";
import { blocksOf, labelled } from "../docs/markdown.ts";
import { PHP_FAILS, phpApplication } from "./applications.ts";
import type { Ground } from "./ground.ts";
import { startNginx } from "./nginx.ts";
import { startPhpFpm } from "./php-fpm.ts";
import type { Recipe, Site } from "./replace.ts";
import { writeSystemctl } from "./systemctl.ts";

const PAGE = "docs/how-to/php.md";

/** A host that is set up as the how-to says, but for what is said here to the contrary. */
export interface PhpOptions {
  /** Settings of PHP-FPM instead of those of the how-to. */
  readonly fpm?: string;
  /** Takes the path through the link, as nginx does where nobody thought of it. */
  readonly throughLink?: boolean;
}

/** What the how-to for PHP says. */
export function phpRecipe(options: PhpOptions & { readonly reload?: boolean } = {}): Recipe {
  const { afterSwitch } = parse(blocksOf(PAGE)[0]?.text ?? "").tasks;
  return {
    programs: ["nginx", "php-fpm"],
    serve: async (ground) => servePhp(ground, options),
    application: phpApplication,
    afterSwitch: [...(options.reload === false ? [] : [afterSwitch]), PHP_FAILS],
  };
}

/** Lets the host serve PHP. */
export async function servePhp(ground: Ground, options: PhpOptions = {}): Promise<Site> {
  const fpm = await startPhpFpm(ground, options.fpm ?? labelled(PAGE, "fpm"));
  const site = labelled(PAGE, "nginx")
    .replace("/var/www/blog", ground.appRoot)
    .replace("/run/php/php8.3-fpm.sock", fpm.socket)
    .replaceAll("$realpath_root", options.throughLink === true ? "$document_root" : "$realpath_root");
  const bin = writeSystemctl(ground, { "php8.3-fpm": { isActive: fpm.isActive, reload: fpm.reload } });
  // Where the administrator of a host has it, and so where the preflight looks.
  ground.write("sites/blog.conf", site);
  await ground.must('mount --bind "$1/sites" /etc/nginx/sites-enabled', ground.directory);
  return { url: await startNginx(ground, site), bin };
}
