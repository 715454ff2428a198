import type { Caller } from "../command-line.ts";
import type { Theme } from "../theme.ts";

export interface DocumentOptions {
  readonly theme: Theme;
  readonly caller: Caller;
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
  /** Columns of the terminal, where there is one. */
  readonly width?: number | undefined;
}
