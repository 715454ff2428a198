import type { Check, HttpCheck } from "./checks.ts";
import { parseEndpoint } from "./check-address.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Settled } from "./layers.ts";
import type { Path } from "./path.ts";
import { seconds } from "./duration.ts";
import { resolveOn, resolveTask } from "./tasks.ts";
import type { PlainText } from "./variables.ts";
import type { Duration } from "./written-values.ts";
import type { WrittenCheck, WrittenHttp } from "./written-checks.ts";
import type { WrittenSettings, WrittenTask } from "./written.ts";

/** The checks of one host. Each must be of one kind. */
export function resolveChecks(settings: Settled<WrittenSettings>, plain: PlainText): readonly Check[] {
  return listChecks(settings.value.check).map(({ check, at }) => resolveOne(check, settings.origin(["check", ...at]), plain));
}

/** The checks in the form of a list, and where each stands below `check`. */
export function listChecks(written: WrittenSettings["check"]): readonly { readonly check: WrittenCheck; readonly at: Path }[] {
  if (written === undefined) return [];
  if (!isList(written)) return [{ check: written, at: [] }];
  return written.map((check, index) => ({ check, at: [index] }));
}

function isList(written: WrittenCheck | readonly WrittenCheck[]): written is readonly WrittenCheck[] {
  return Array.isArray(written);
}

/** What is a task about a check that is a command. */
export function taskOf({ command = "", env, secrets, as, path, shell, in: place, timeout, on }: WrittenCheck): WrittenTask {
  return {
    run: command,
    timeout: timeout ?? DEFAULTS.checkTimeout,
    ...(env === undefined ? {} : { env }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(as === undefined ? {} : { as }),
    ...(path === undefined ? {} : { path }),
    ...(shell === undefined ? {} : { shell }),
    ...(place === undefined ? {} : { in: place }),
    ...(on === undefined ? {} : { on }),
  };
}

function resolveOne(written: WrittenCheck, at: Path, plain: PlainText): Check {
  const { http, tcp, on, within, interval, consecutive, timeout, as = null, path = [] } = written;
  const checked = {
    on: resolveOn(on),
    within: time(within, DEFAULTS.checkWithin),
    interval: time(interval, DEFAULTS.checkInterval),
    consecutive: consecutive ?? 1,
    timeout: time(timeout, DEFAULTS.checkTimeout),
  };
  if (http !== undefined) return { ...resolveHttp(typeof http === "string" ? { url: http } : http), ...checked, as, path };
  if (tcp === undefined) return { kind: "command", ...checked, task: resolveTask(taskOf(written), at, plain) };
  const { host, port } = parseEndpoint(tcp) ?? { host: tcp, port: null };
  return { kind: "tcp", host, port: port ?? 0, ...checked, as, path };
}

function resolveHttp(
  written: WrittenHttp,
): Omit<HttpCheck, "on" | "within" | "interval" | "consecutive" | "timeout" | "as" | "path"> {
  const { url, status = [], body = null, header = {}, release, send = {}, connect, unixSocket = null, ca = null } = written;
  return {
    kind: "http",
    url: new URL(url).href,
    status: [status].flat(),
    body,
    header,
    release: release === undefined ? null : release === "body" ? "body" : { header: release },
    send,
    connect: connect === undefined ? null : parseEndpoint(connect),
    unixSocket,
    ca,
  };
}

function time(written: Duration | undefined, otherwise: number): number {
  return written === undefined ? otherwise : (seconds(written) ?? otherwise);
}
