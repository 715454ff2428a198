import type { ResolvedHost } from "../config/resolved.ts";
import type { Facts, HostProblem } from "./facts.ts";

/** What to do about it, for people. */
export const PHP_REMEDY =
  "Let nginx pass the real path, behind whatever it includes there: `fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;`. Or reload PHP-FPM in `afterSwitch`: `reload: { phpFpm: UNIT }`.";

/** Where PHP-FPM would go on with the old release, as its configuration and that of nginx say, and no task reloads it. It stops no deploy. */
export function phpDoubts({ tasks, layout }: ResolvedHost, { phpLinks }: Facts): HostProblem[] {
  if ([...tasks.afterSwitch, ...tasks.undrain, ...tasks.finish].some(({ run }) => RELOADS_PHP.test(run))) return [];
  return phpLinks.map(({ file, soon }) => ({
    code: "php-link",
    text: `PHP-FPM would serve the old release ${soon ? "for some minutes" : "for minutes, or for ever"} behind a switch: ${file} gives it paths through \`${layout.current}\`, and no task of \`afterSwitch\` reloads it`,
  }));
}

/** Any task that has to do with it: whoever wrote that knows. A unit in quotes is what the short form gives, whatever the unit is called. */
const RELOADS_PHP = /php[\w.@-]*fpm|reload[\w-]*php|systemctl reload '|USR2|cachetool|opcache/i;
