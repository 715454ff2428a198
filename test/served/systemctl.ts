import type { Ground } from "./ground.ts";

/** What systemd does for a unit: lines of sh. */
export interface Unit {
  readonly start?: string;
  readonly reload: string;
  /** Succeeds while it runs. */
  readonly isActive: string;
}

/**
 * There is no systemd on the hosts of the tests. This stands in for its `systemctl`, for what recipes type: it reloads or starts a unit
 * by the commands that the unit names. `sudo -n` before it finds it, too: the real one looks in places of its own, and is tried elsewhere
 * (test/e2e/become.test.ts). Returns the directory that both are in.
 */
export function writeSystemctl(ground: Ground, units: Readonly<Record<string, Unit>>): string {
  const cases = Object.entries(units).map(
    ([name, { start = "false", reload, isActive }]) => `  ${name})
    if ${isActive}; then ${reload}
    elif [ "$1" = reload-or-restart ]; then ${start}
    else echo "${name}.service is not active." >&2; exit 1; fi ;;`,
  );
  const text = `#!/bin/sh
[ "$1" != --user ] || shift
case $1 in reload | reload-or-restart) ;; *) exit 64 ;; esac
case $2 in
${cases.join("\n")}
  *) echo "Unit $2.service not found." >&2; exit 5 ;;
esac
`;
  ground.write("bin/sudo", '#!/bin/sh\n[ "$1" = -n ] && shift && exec "$@"\n', 0o755);
  return ground.write("bin/systemctl", text, 0o755).replace("/systemctl", "");
}
