import type { ResolvedConfig } from "../config/resolved.ts";

/** What `config` shows. Secrets are `***` everywhere in it. */
export interface ConfigDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Absolute. */
  readonly file: string;
  /** By name, in the form in which they are written; local paths are absolute. */
  readonly settings: readonly ConfigSetting[];
  /** As the program uses it: times in seconds, everything filled in. */
  readonly config: ResolvedConfig;
}

/** One setting as it holds, and where its value comes from. */
export interface ConfigSetting {
  /** As in the documentation, such as `shared.dirs`; variables and options with their names: `env.NODE_ENV`. */
  readonly setting: string;
  readonly value: unknown;
  /** Where it was set: nowhere, in the file, in its environment, at the host, on the command line. */
  readonly from: "default" | "file" | "environment" | "host" | "option";
  /** In the file, from 1; null where that is not known (TOML, programs) or there is none. */
  readonly line: number | null;
  readonly column: number | null;
  /** For which hosts this holds; null: for all. */
  readonly hosts: readonly string[] | null;
}
