import type { EnvironmentView } from "./view.ts";
import type { Path } from "./path.ts";
import type { Problem } from "./problem.ts";

/** What rules know besides the environment. */
export interface RuleContext {
  /** Folder of the configuration file, absolute. */
  readonly directory: string;
  /** Paths that were left out because they have problems of their own: what is missing because of that is no further problem. */
  readonly lost: readonly Path[];
}

/** Looks at one thing that settings of an environment have to do with each other. */
export type EnvironmentRule = (view: EnvironmentView, context: RuleContext) => readonly Problem[];
