import type { Check } from "../config/checks.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { runsOn } from "../config/runs-on.ts";

/** A check, by its number among all of its host. */
export interface Numbered {
  readonly index: number;
  readonly check: Check;
}

/** The checks of a host that are made there. */
export function checksOn(config: ResolvedConfig, host: ResolvedHost): readonly Numbered[] {
  return host.check.map((check, index) => ({ index, check })).filter(({ check }) => runsOn(config, host, check.on));
}
