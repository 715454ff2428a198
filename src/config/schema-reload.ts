import { RELOADS, type ReloadKind } from "./reload.ts";
import { type Schema, exactlyOne, map, optional, text, truth } from "./schema-parts.ts";
import { logPath, systemdUnit, word } from "./text-rules.ts";
import type { WrittenReload } from "./written-reload.ts";

/** One unit: a pattern that matches none is a success for `systemctl`, and nothing was reloaded. */
function oneUnit(name: string): string | null {
  return /[*?[\]]/u.test(name)
    ? "must be one unit, not a pattern\n`systemctl` ends well for a pattern that matches none. Write a task for each."
    : systemdUnit(name);
}

/** An application of PM2, which may have spaces in its name. */
function application(name: string): string | null {
  return word(name.replaceAll(" ", "_"));
}

/** A file on a host, or a unit of systemd. */
function unitOrFile(name: string): string | null {
  return name.includes("/") ? logPath(name) : oneUnit(name);
}

/** One service, and how it is reloaded. What belongs to what, the rules see to. */
const anyReload: Schema<WrittenReload> = map({
  systemd: optional(text(oneUnit)),
  user: optional(truth()),
  restart: optional(truth()),
  phpFpm: optional(text(unitOrFile)),
  nginx: optional(truth()),
  pm2: optional(text(application)),
  puma: optional(text(logPath)),
  phased: optional(truth()),
  gunicorn: optional(text(logPath)),
  supervisor: optional(text(word)),
  config: optional(text(logPath)),
  sudo: optional(truth()),
});

export const reload: Schema<WrittenReload> = exactlyOne(
  anyReload,
  Object.keys(RELOADS) as ReloadKind[],
  "Write a task for each, in a list.",
);
