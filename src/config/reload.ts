import { bytesOf, textOf } from "../host/bytes.ts";
import { quote } from "../host/quote.ts";
import type { WrittenReload } from "./written-reload.ts";

/** What can be reloaded, and what of a `reload` belongs to it besides `sudo`. */
export const RELOADS = {
  systemd: ["user", "restart"],
  phpFpm: [],
  nginx: [],
  pm2: [],
  puma: ["phased"],
  gunicorn: [],
  supervisor: ["config"],
} as const satisfies Partial<Record<keyof WrittenReload, readonly (keyof WrittenReload)[]>>;

export type ReloadKind = keyof typeof RELOADS;

/** The kinds that stand in a `reload`: one where it is right. */
export function kindsOf(reload: WrittenReload): readonly ReloadKind[] {
  return (Object.keys(RELOADS) as ReloadKind[]).filter((kind) => reload[kind] !== undefined);
}

/** The one command line that a `reload` stands for. It must have passed the rules. */
export function reloadCommand(reload: WrittenReload): string {
  const as = reload.sudo === true ? "sudo -n " : "";
  const [kind] = kindsOf(reload);
  switch (kind) {
    case "systemd":
      return `${manager(reload)} ${reload.restart === true ? "restart" : "reload-or-restart"} ${word(reload.systemd)}`;
    case "phpFpm":
      return isPath(reload.phpFpm) ? signal(as, "USR2", reload.phpFpm) : `${as}systemctl reload ${word(reload.phpFpm)}`;
    case "nginx":
      return `${as}nginx -s reload`;
    case "pm2":
      return `${as}pm2 reload ${word(reload.pm2)} --update-env`;
    case "puma":
      return signal(as, reload.phased === true ? "USR1" : "USR2", reload.puma);
    case "gunicorn":
      return signal(as, "HUP", reload.gunicorn);
    case "supervisor": {
      const config = reload.config === undefined ? "" : `-c ${place(reload.config)} `;
      return `${as}supervisorctl ${config}restart ${word(reload.supervisor)}`;
    }
    case undefined:
      throw new TypeError("The rules let a reload of nothing pass");
  }
  return kind satisfies never;
}

/** Without a login session nothing says where the user's own systemd listens. */
function manager({ user, sudo }: WrittenReload): string {
  if (user === true) return 'XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user';
  return sudo === true ? "sudo -n systemctl" : "systemctl";
}

/**
 * For a file that is missing or holds anything but one number, `kill` is given a word, which every `kill` refuses: for nothing at all that of
 * BusyBox succeeds, and 0 and -1 are all processes of the group, or of the user.
 */
function signal(as: string, name: string, file = ""): string {
  return `${as}kill -s ${name} "$(grep -x '[1-9][0-9]*' ${place(file)} || echo none)"`;
}

/** A file on the host, from the app root on where it is relative. */
function place(file: string): string {
  return file.startsWith("/") ? word(file) : `"$SLH_ROOT"/${word(file)}`;
}

/** What has no `/` in it is a name. */
function isPath(text = ""): boolean {
  return text.includes("/");
}

function word(text = ""): string {
  return textOf(quote(bytesOf(text)));
}
