import { type Diagnostic, inOrder } from "./diagnostics.ts";
import { type EnvironmentView, environmentViews, type NamedHosts } from "./view.ts";
import type { Found, InventoryRequest } from "./inventory/found.ts";
import { checkFound } from "./inventory/check.ts";
import type { ParsedFile, UnreadableFile } from "./parsed.ts";
import { chooseEnvironment, placeholderProblem, refProblem } from "./choose.ts";
import type { Path } from "./path.ts";
import type { Places } from "./places.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedConfig } from "./resolved.ts";
import { checkWritten } from "./check.ts";
import { environmentProblems } from "./rules.ts";
import { posix } from "node:path";
import { parseYaml } from "./yaml.ts";
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
  /** Without a name: the first one there is, for who asks which there are. */
  readonly orFirst?: boolean | undefined;
  readonly overrides?: Overrides | undefined;
  /** What the program came to that names the hosts of that environment. */
  readonly found?: Found;
}

/** An environment with its overrides, every part of which can be found in the file. */
export interface WrittenEnvironmentView {
  readonly view: EnvironmentView;
  readonly places: Places;
}

/** The configuration for one environment, or everything that is wrong with the file. */
export type Loaded =
  | {
      readonly ok: true;
      readonly config: ResolvedConfig;
      /** Names of all environments there are, in the order of the file. */
      readonly environments: readonly string[];
      readonly warnings: readonly Diagnostic[];
      /** The same as it was written, and where. */
      readonly written: WrittenEnvironmentView;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Makes a configuration of a text in YAML, in which no program names hosts. */
export function readConfig(text: string, options: ReadOptions): Loaded {
  return settleConfig(parseYaml(options.shownAs ?? options.file, text), options);
}

/** Makes a configuration of a file that was read, in which no program names hosts, or with what that `found`. */
export function settleConfig(parsed: ParsedFile | UnreadableFile, options: ReadOptions): Loaded {
  const settled = settleOrAsk(parsed, options);
  if (settled.ok !== "asks") return settled;
  throw new TypeError("A program names the hosts of this environment, and nobody has asked it");
}

/** A configuration that is right, as far as one can see before the hosts of the wanted environment are known. */
interface Asks {
  readonly ok: "asks";
  readonly request: InventoryRequest;
}

/**
 * Makes a configuration of a file that was read. All environments are checked, whichever is wanted, and all problems of the file
 * are told at once. Where a program names the hosts, it is to be asked, and this called again with what it `found`.
 */
export function settleOrAsk(parsed: ParsedFile | UnreadableFile, options: ReadOptions): Loaded | Asks {
  return parsed.value === undefined ? { ok: false, diagnostics: parsed.problems } : settle(parsed, options);
}

function settle({ value, places, problems: notation }: ParsedFile, options: ReadOptions): Loaded | Asks {
  const directory = posix.dirname(options.file);
  const { problems, config, lost, original } = checkWritten(value, places);
  const named = config === null ? null : namedHosts(environmentViews(config, original), options);
  const views = config === null ? [] : environmentViews(config, original, named?.hosts ?? null);
  const found = [
    ...problems,
    ...(named?.problems ?? []),
    ...views.flatMap((view) => environmentProblems(view, { directory, lost })),
  ];
  const diagnostics = inOrder([...notation, ...found.map(places.diagnose)]);
  if (diagnostics.some((each) => each.severity === "error")) return { ok: false, diagnostics };
  const view = choose(views, options);
  if ("severity" in view) return { ok: false, diagnostics: [places.diagnose(view)] };
  if (view.unasked && view.inventory !== null)
    return { ok: "asks", request: { environment: view.name, directory, inventory: view.inventory } };
  const plain = (at: Path): string | null => places.place(at)?.plain ?? null;
  const resolved = resolveEnvironment(view, { file: options.file, directory, ref: options.overrides?.ref, plain });
  const environments = views.map(({ name }) => name);
  return { ok: true, config: resolved, environments, warnings: diagnostics, written: { view, places } };
}

interface Named {
  readonly hosts: NamedHosts | null;
  readonly problems: readonly Problem[];
}

/** What was found, if that can be used, for the environment that it was found for. */
function namedHosts(views: readonly EnvironmentView[], { found, ...wanted }: ReadOptions): Named | null {
  const view = chooseEnvironment(views, wanted);
  if (found === undefined || "severity" in view) return null;
  return checkFound(view, found);
}

function choose(views: readonly EnvironmentView[], { overrides, ...wanted }: ReadOptions): EnvironmentView | Problem {
  const view = chooseEnvironment(views, wanted);
  if ("severity" in view) return view;
  const aboutRef = overrides?.ref === undefined ? null : refProblem(view, overrides.ref);
  return placeholderProblem(view) ?? aboutRef ?? view;
}
