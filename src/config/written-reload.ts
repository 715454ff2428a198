import type { Duration } from "./written-values.ts";

/** What still runs from another release behind the switch, as it is written. */
export interface WrittenOldProcesses {
  /** So long at most it is waited for, behind `afterSwitch`. `0` only looks. Default: "10s" */
  readonly within?: Duration;
  /**
   * What is still there then is told (`warn`), takes the deploy back (`fail`), or is not even looked for (`ignore`). Default:
   * "warn"
   */
  readonly whenLeft?: "warn" | "fail" | "ignore";
}

/** A service that is to go on with the release that is live now: one of `systemd` … `supervisor`, and what belongs to it. */
export interface WrittenReload {
  /** A unit of systemd: `systemctl reload-or-restart`. */
  readonly systemd?: string;
  /** Whether that is a unit of the own systemd of whoever runs the task. Default: false */
  readonly user?: boolean;
  /** `systemctl restart` for a unit that cannot reload, or whose reload stays where it was started. Default: false */
  readonly restart?: boolean;
  /** The unit of PHP-FPM, such as `php8.2-fpm`, or its pid file. */
  readonly phpFpm?: string;
  /** `true`: `nginx -s reload`. */
  readonly nginx?: boolean;
  /** The name of an application in PM2, started with paths through `current`. */
  readonly pm2?: string;
  /** The pid file of Puma: it restarts itself on the same sockets. */
  readonly puma?: string;
  /** Whether its workers are replaced one after the other instead, which needs `directory` in the configuration of Puma. Default: false */
  readonly phased?: boolean;
  /** The pid file of Gunicorn, which needs `chdir` through `current`. */
  readonly gunicorn?: string;
  /** A program, or `group:*`, of supervisord: `supervisorctl restart`. */
  readonly supervisor?: string;
  /** The file that `supervisorctl` is to read. */
  readonly config?: string;
  /** Whether that one command runs as root, through `sudo -n`. Default: false */
  readonly sudo?: boolean;
}
