import type { Duration, Role, WrittenVariables } from "./written-values.ts";
import type { WrittenSecretText } from "./written-notify.ts";

/** A probe on the host: exactly one of `http`, `tcp` and `command`. */
export interface WrittenCheck {
  /** A URL that has to answer with a status from 200 to 299, or a map with `url`. */
  readonly http?: string | WrittenHttp;
  /** A port that has to take connections, as `host:port`. */
  readonly tcp?: string;
  /** What a POSIX shell runs, as for a task; it has to end with 0. */
  readonly command?: string;
  /** So long it may take until it passes. Default: "30s" */
  readonly within?: Duration;
  /** Between two attempts. Default: "1s" */
  readonly interval?: Duration;
  /** So often it has to pass in a row. Default: 1 */
  readonly consecutive?: number;
  /** So long one attempt may take. Default: "10s" */
  readonly timeout?: Duration;
  /** Which hosts, as for a task. Default: "all" */
  readonly on?: "all" | "first" | Role;
  /** Another user, through `sudo -n -u`. */
  readonly as?: string;
  /** Where to look for programs first, as for a task. Default: [] */
  readonly path?: readonly string[];
  /** Where a `command` runs: in the release, or in the app root. Default: "release" */
  readonly in?: "release" | "root";
  /** Variables for a `command`. Default: {} */
  readonly env?: WrittenVariables;
  /** Names of variables of the machine you deploy from, that a `command` gets. Default: [] */
  readonly secrets?: readonly string[];
  /** What runs a `command`, instead of the shell of the host. */
  readonly shell?: string;
}

/** What is asked by HTTP, and what has to be answered. */
export interface WrittenHttp {
  /** `http://…` or `https://…`, as the host itself reaches it. Redirects are not followed. */
  readonly url: string;
  /** One status, or several of which any will do. Otherwise any from 200 to 299. */
  readonly status?: number | readonly number[];
  /** A text that the body must hold, in its first 256 KiB. */
  readonly body?: string;
  /** Headers that the answer must have, and a text that each must hold; "" for any. Default: {} */
  readonly header?: Readonly<Record<string, string>>;
  /** Where the id of the new release must be found: `body`, or the name of a header. */
  readonly release?: string;
  /** Headers of the request, such as `Host`: text, or `{ secret: NAME }`. Default: {} */
  readonly send?: Readonly<Record<string, WrittenSecretText>>;
  /** Connect there, as `host` or `host:port`, whatever the URL says; certificate and `Host` are those of the URL. */
  readonly connect?: string;
  /** Connect to this socket on the host, an absolute path. Only for `http://`. */
  readonly unixSocket?: string;
  /** File on the host, an absolute path, with the certificates to trust. Otherwise those that the host trusts. */
  readonly ca?: string;
}
