import type { Duration } from "./written-values.ts";

/** Somebody who is told how deploys and rollbacks end: exactly one of `slack`, `webhook` and `command`. */
export interface WrittenNotify {
  /** A text for people to an incoming webhook that understands Slack's: a URL, or `{ secret: NAME }` of a variable that holds it. */
  readonly slack?: WrittenSecretText;
  /** The report as JSON, posted to a URL, or to what `{ secret: NAME }` holds. */
  readonly webhook?: WrittenSecretText;
  /** What a POSIX shell runs on the machine you deploy from, in the directory of this file, with the JSON on its standard input. */
  readonly command?: string;
  /** When: `success`, `failure`, `return`, or a list of these. Default: ["success","failure","return"] */
  readonly on?: NotifyEvent | readonly NotifyEvent[];
  /** So long at most, and so long at most the end of the command is delayed. Default: "10s" */
  readonly timeout?: Duration;
  /** Name of the variable with which a `webhook` is signed, in the header `X-Slh-Signature`. */
  readonly secret?: string;
  /** Further headers of a `webhook`: text, or `{ secret: NAME }`. Default: {} */
  readonly headers?: Readonly<Record<string, WrittenSecretText>>;
  /** Names of variables that a `command` gets besides those that are no secrets. Default: [] */
  readonly secrets?: readonly string[];
}

/**
 * How a deploy or rollback ended, for those who are told. `success`: it is live and good. `failure`: it failed, hosts differ, or it was
 * interrupted when something had been begun. `return`: it was live, failed, and was taken back.
 */
export type NotifyEvent = "success" | "failure" | "return";

/** A text, or the name of the variable of the machine you deploy from that holds it: that is a secret then. */
export type WrittenSecretText = string | WrittenSecretName;

/** The name of a variable instead of a text. */
export interface WrittenSecretName {
  /** Name of a variable of the machine you deploy from. */
  readonly secret: string;
}
