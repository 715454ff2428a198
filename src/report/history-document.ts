import type { ErrorReport } from "./report.ts";

/** The answer of `history`. */
export interface HistoryDocument {
  readonly schema: 1;
  readonly app: string;
  readonly environment: string;
  /** Hosts of the environment that the command was not for (`--hosts`, `--role`). Absent: it was for all. */
  readonly leftOut?: readonly string[];
  /** One row for what one run did, newest last. */
  readonly rows: readonly HistoryRow[];
  /** How many more there are before these, left out because of a limit. */
  readonly earlier?: number;
  /** Whether some ledger is longer than what is looked at of it: there were runs before all of these. */
  readonly truncated?: boolean;
  readonly errors: readonly { readonly host: string; readonly error: ErrorReport }[];
}

/** One run, as the ledgers of the hosts tell it. */
export interface HistoryRow {
  readonly at: string;
  readonly command: string;
  readonly result: string;
  readonly release: string | null;
  readonly from: string | null;
  readonly revision: string | null;
  /** Where what was deployed was live before, if it was taken from there. */
  readonly promotedFrom?: { readonly environment: string; readonly release: string };
  readonly by: string;
  readonly origin: string;
  readonly message: string;
  readonly reason: string;
  readonly hosts: readonly string[];
}
