import { findPhpFpm, type Ground } from "./ground.ts";

/** A PHP-FPM that runs on a host. */
interface PhpFpm {
  /** Path of the socket. */
  readonly socket: string;
  /** What makes it reload; the same as in Debian's unit. */
  readonly reload: string;
  /** Succeeds while it runs. */
  readonly isActive: string;
}

/** Starts PHP-FPM on the host with the php.ini that Debian gives it, so opcache is as it is by default. */
export async function startPhpFpm(ground: Ground, settings: string): Promise<PhpFpm> {
  const { directory } = ground;
  const socket = `${directory}/php.sock`;
  const global = settings.startsWith("[global]") ? settings : `[global]\n${settings}`;
  const config = ground.write(
    "php-fpm.conf",
    `${global}
pid = ${directory}/php-fpm.pid
error_log = ${directory}/php-fpm.log

[www]
user = www-data
group = www-data
listen = ${socket}
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 6
`,
  );
  await ground.must('"$1" --daemonize --fpm-config "$2"', findPhpFpm() ?? "", config);
  const pid = `"$(cat ${directory}/php-fpm.pid)"`;
  return { socket, reload: `kill -USR2 ${pid}`, isActive: `kill -0 ${pid}` };
}
