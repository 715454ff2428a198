import type { ResolvedConfig } from "./config/resolved.ts";

/** What is deployed instead of the configured source: something that is built already. The configured `build` does not run. */
export interface InsteadOfSource {
  /** A directory as it is; absolute. */
  readonly directory?: string;
  readonly archive?: {
    /** Absolute. */
    readonly path: string;
    /** 64 hex digits. */
    readonly sha256: string;
    /** How many leading folders each name loses. Default: 0 */
    readonly strip?: number;
  };
}

/** Another environment, whose release is deployed as it is. */
export interface PromotionSource {
  /** Of the same application. */
  readonly config: ResolvedConfig;
  /** One of its releases, which was good there. Default: the one that is live and good on all its hosts. */
  readonly release?: string;
}

/** What `deploy` may be told: another source, a `message` for the ledger, and to go on where nothing has changed. */
export interface DeployOptions extends InsteadOfSource {
  readonly ref?: string;
  readonly message?: string;
  readonly force?: boolean;
  /** Takes nothing over from earlier releases (`reuse`): all tasks run, also where the same is live already. */
  readonly fresh?: boolean;
  /** A plan that `plan` saved, as an absolute path: carried out exactly, or refused with what is different now. */
  readonly plan?: string;
  /** Nothing new: brings the hosts that are behind to what is live and good on the others. */
  readonly onlyBehind?: boolean;
  /** With `onlyBehind`: which of the live releases, where the hosts serve several. */
  readonly to?: string;
  /** Promotion: exactly the tree of what another environment serves, by its digest, instead of the source. Nothing is built. */
  readonly from?: PromotionSource;
}

/** What `plan` may be told: what a deploy may, and to save what it found. */
export interface PlanOptions extends Omit<DeployOptions, "plan" | "message" | "onlyBehind" | "to"> {
  /** Saves the plan in this file, 0600, for {@link DeployOptions.plan}; absolute. */
  readonly out?: string;
  /** Overwrite that file. */
  readonly overwrite?: boolean;
}

/** What `pack` takes, and where it writes it. */
export interface PackOptions {
  /** The archive, absolute: a .tar.gz. */
  readonly out: string;
  /** Instead of the configured branch, tag or commit. */
  readonly ref?: string;
  /** Overwrite that file. */
  readonly overwrite?: boolean;
}
