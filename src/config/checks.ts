import type { Task } from "./resolved.ts";
import type { WrittenSecretText } from "./written-notify.ts";

/** A probe on the host itself that decides whether the release that was switched to is served, with everything filled in. */
export type Check = HttpCheck | TcpCheck | CommandCheck;

/** What they all have. Times are in seconds. */
interface Checked {
  /** Which hosts, as for a task. */
  readonly on: Task["on"];
  /** So long it may take until it passes. No attempt begins later, but for the first. */
  readonly within: number;
  /** Between two attempts. */
  readonly interval: number;
  /** So often it has to pass in a row. */
  readonly consecutive: number;
  /** So long one attempt may take. */
  readonly timeout: number;
}

/** Those that we ourselves carry out there, with a program of the host. */
interface Probed extends Checked {
  /** Another user, through `sudo -n`. */
  readonly as: string | null;
  /** Before the directories of the host. */
  readonly path: readonly string[];
}

/** An address that has to give a certain answer. */
export interface HttpCheck extends Probed {
  readonly kind: "http";
  /** http or https, without a user and without a fragment. */
  readonly url: string;
  /** Which are good; empty: any from 200 to 299. */
  readonly status: readonly number[];
  /** A text that the body must hold; null: it is not looked at. */
  readonly body: string | null;
  /** Headers that the answer must have, and what each must hold. */
  readonly header: Readonly<Record<string, string>>;
  /** Where the id of the release must be; null: anywhere or nowhere. */
  readonly release: "body" | { readonly header: string } | null;
  /** Headers of the request. */
  readonly send: Readonly<Record<string, WrittenSecretText>>;
  /** Where to connect, instead of where the URL leads; null: there. */
  readonly connect: { readonly host: string; readonly port: number | null } | null;
  /** Path of a socket to connect to instead. */
  readonly unixSocket: string | null;
  /** File on the host with the certificates to trust; null: what the host trusts. */
  readonly ca: string | null;
}

/** A port that has to take connections. */
export interface TcpCheck extends Probed {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
}

/** A command that has to end with 0. */
export interface CommandCheck extends Checked {
  readonly kind: "command";
  readonly task: Task;
}
