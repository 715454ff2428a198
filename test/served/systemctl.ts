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
 * by the commands that the unit names. Returns the directory that it is in.
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
  return ground.write("bin/systemctl", text, 0o755).replace("/systemctl", "");
}
