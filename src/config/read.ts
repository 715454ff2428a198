import { type Diagnostic, inOrder } from "./diagnostics.ts";
import { type EnvironmentView, environmentViews } from "./view.ts";
import { type YamlFile, parseYaml } from "./yaml.ts";
import { chooseEnvironment, placeholderProblem, refProblem } from "./choose.ts";
import type { Path } from "./path.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedConfig } from "./resolved.ts";
import { checkWritten } from "./check.ts";
import { environmentProblems } from "./rules.ts";
import { posix } from "node:path";
import { resolveEnvironment } from "./resolve.ts";

/** What a command makes of a configuration for one run. */
export interface Overrides {
  /** Another commit than the configured one (`--ref`); only for git sources. */
  readonly ref?: string;
}

/** What is read, and for which environment. */
export interface ReadOptions {
  /** Absolute path of the file: relative paths in it start at its folder. */
  readonly file: string;
  /** What to call the file in messages; default: `file`. */
  readonly shownAs?: string;
  /** May be left out where the configuration has only one. */
  readonly environment?: string | undefined;
  readonly overrides?: Overrides | undefined;
}

/** The configuration for one environment, or everything that is wrong with the file. */
export type Loaded =
  | { readonly ok: true; readonly config: ResolvedConfig; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Makes a configuration of the text of a file. All environments are checked, whichever is wanted, and all problems of the file
 * are told at once.
 */
export function readConfig(text: string, options: ReadOptions): Loaded {
  const yaml = parseYaml(options.shownAs ?? options.file, text);
  return yaml.value === undefined ? { ok: false, diagnostics: yaml.problems } : settle(yaml, options);
}

function settle({ value, places, problems: notation }: YamlFile, options: ReadOptions): Loaded {
  const directory = posix.dirname(options.file);
  const { problems, config, lost, original } = checkWritten(value, places);
  const views = config === null ? [] : environmentViews(config, original);
  const found = [...problems, ...views.flatMap((view) => environmentProblems(view, { directory, lost }))];
  const diagnostics = inOrder([...notation, ...found.map(places.diagnose)]);
  if (diagnostics.some((each) => each.severity === "error")) return { ok: false, diagnostics };
  const view = choose(views, options);
  if ("severity" in view) return { ok: false, diagnostics: [places.diagnose(view)] };
  const plain = (at: Path): string | null => places.place(at)?.plain ?? null;
  const resolved = resolveEnvironment(view, { file: options.file, directory, ref: options.overrides?.ref, plain });
  return { ok: true, config: resolved, warnings: diagnostics };
}

function choose(views: readonly EnvironmentView[], { environment, overrides }: ReadOptions): EnvironmentView | Problem {
  const view = chooseEnvironment(views, environment);
  if ("severity" in view) return view;
  const aboutRef = overrides?.ref === undefined ? null : refProblem(view, overrides.ref);
  return placeholderProblem(view) ?? aboutRef ?? view;
}
