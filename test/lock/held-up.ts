import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { until } from "../hosts/until.ts";
import type { Scene } from "./scene.ts";

/** A place where a runtime waits: at a step, the first time it comes there, until it is let go. */
export interface HeldUp {
  /** Body of slh_step for the controller whose runtime shall wait there. */
  readonly step: string;
  /** Resolves once the runtime waits. */
  reached(): Promise<void>;
  letGo(): void;
}

/** `as` says how it waits: by sleeping, or by stopping itself, the whole shell, until somebody sends SIGCONT. `name` tells it from others. */
export function holdUp(scene: Scene, step: string, as: "asleep" | "stopped" = "asleep", name = "somebody"): HeldUp {
  const file = join(scene.directory, `${name} waits`);
  const once = join(scene.directory, `${name} was there`);
  const wait = as === "stopped" ? "kill -s STOP $$" : `while [ -e '${file}' ]; do sleep 0.1; done`;
  return {
    step: `[ "$1" != ${step} ] || [ -e '${once}' ] || { : >'${once}'; : >'${file}'; ${wait}; }`,
    reached: () => until(`the runtime is at ${step}`, () => existsSync(file)).then(() => undefined),
    letGo: () => rmSync(file, { force: true }),
  };
}
