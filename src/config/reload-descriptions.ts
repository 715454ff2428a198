import type { Description } from "./descriptions.ts";

/** What each setting of a `reload` means. */
export const RELOAD_DESCRIPTIONS: Readonly<Record<string, Description>> = {
  "task.reload.systemd": { text: "A unit of systemd: `systemctl reload-or-restart`." },
  "task.reload.user": {
    text: "Whether that is a unit of the own systemd of whoever runs the task.",
    otherwise: false,
  },
  "task.reload.restart": {
    text: "`systemctl restart` for a unit that cannot reload, or whose reload stays where it was started.",
    otherwise: false,
  },
  "task.reload.phpFpm": { text: "The unit of PHP-FPM, such as `php8.2-fpm`, or its pid file." },
  "task.reload.nginx": { text: "`true`: `nginx -s reload`." },
  "task.reload.pm2": { text: "The name of an application in PM2, started with paths through `current`." },
  "task.reload.puma": { text: "The pid file of Puma: it restarts itself on the same sockets." },
  "task.reload.phased": {
    text: "Whether its workers are replaced one after the other instead, which needs `directory` in the configuration of Puma.",
    otherwise: false,
  },
  "task.reload.gunicorn": { text: "The pid file of Gunicorn, which needs `chdir` through `current`." },
  "task.reload.supervisor": { text: "A program, or `group:*`, of supervisord: `supervisorctl restart`." },
  "task.reload.config": { text: "The file that `supervisorctl` is to read." },
  "task.reload.sudo": { text: "Whether that one command runs as root, through `sudo -n`.", otherwise: false },
};
