import { randomBytes } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Api } from "./api.ts";
import { check } from "./fleet/check.ts";
import { deploy } from "./fleet/deploy.ts";
import { acquireHold, lockDocument, releaseHold } from "./fleet/holds.ts";
import { pin, prune, setup } from "./fleet/housekeeping.ts";
import { history, releases, status } from "./fleet/inspect.ts";
import { plan } from "./fleet/plan.ts";
import type { Ports } from "./fleet/ports.ts";
import { rollback } from "./fleet/rollback.ts";
import { init } from "./init/init.ts";
import { readProgram } from "./host/program.ts";
import { run } from "./host/spawn.ts";
import { connect } from "./host/transport.ts";

export type { Api, CommandContext, DeployOptions, HistoryOptions, InitOptions, PruneOptions, RollbackOptions } from "./api.ts";
export type { Ports } from "./fleet/ports.ts";
export type * from "./config/resolved.ts";
export type * from "./report/check-document.ts";
export type * from "./report/documents.ts";
export type * from "./report/events.ts";
export type * from "./report/init-document.ts";
export type * from "./report/report.ts";

/** The commands over a given world. Tests give one with broken wires; everybody else takes {@link api}. */
export function createApi(ports: Ports): Api {
  return {
    init: (options) => init(options, ports),
    setup: (context) => setup(context, ports),
    check: (context) => check(context, ports),
    plan: (context, options) => plan(context, options, ports),
    deploy: (context, options) => deploy(context, options, ports),
    rollback: (context, options) => rollback(context, options, ports),
    releases: (context) => releases(context, ports),
    status: (context) => status(context, ports),
    history: (context, options) => history(context, options ?? {}, ports),
    pin: (context, release, pinned) => pin(context, release, pinned, ports),
    prune: (context, options) => prune(context, options, ports),
    lockStatus: (context) => lockDocument(context, ports),
    lockAcquire: (context, reason) => acquireHold(context, reason, ports),
    lockRelease: (context, options) => releaseHold(context, options.force === true, ports),
  };
}

/** The real world: this machine's processes, clock and chance. */
export function realPorts(): Ports {
  return {
    connect,
    run,
    program: readProgram(),
    temporary: tmpdir(),
    cache: join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "symlink-helper"),
    now: () => new Date(),
    elapsed: () => performance.now(),
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    sleep,
  };
}

export const api: Api = createApi(realPorts());

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
