import { randomBytes } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Api } from "./api.ts";
import { check } from "./fleet/check.ts";
import { commandList, exec, runCommand } from "./fleet/exec.ts";
import { deploy } from "./fleet/deploy.ts";
import { acquireHold, lockDocument, releaseHold } from "./fleet/holds.ts";
import { pin, prune, setup } from "./fleet/housekeeping.ts";
import { bringBehind } from "./fleet/only-behind.ts";
import { history, releases, status } from "./fleet/inspect.ts";
import { openShell } from "./fleet/shell.ts";
import { withLeftOut } from "./fleet/left-out.ts";
import { logs } from "./fleet/logs.ts";
import { pack } from "./fleet/pack.ts";
import { plan } from "./fleet/plan.ts";
import type { Ports } from "./fleet/ports.ts";
import { rollback } from "./fleet/rollback.ts";
import { sharedDiff } from "./fleet/shared-diff.ts";
import { sharedGet } from "./fleet/shared-get.ts";
import { sharedList } from "./fleet/shared-list.ts";
import { sharedPut } from "./fleet/shared-put.ts";
import { verify } from "./fleet/verify.ts";
import { login } from "./host/login.ts";
import { init } from "./init/init.ts";
import { writesPipeline } from "./pipeline/pipeline.ts";
import { readProgram } from "./host/program.ts";
import { post } from "./host/post.ts";
import { run } from "./host/spawn.ts";
import { connect } from "./host/transport.ts";

export type * from "./api.ts";
export type { Ports } from "./fleet/ports.ts";
export { UserError, HostFailure } from "./errors.ts";
export type { FailureKind } from "./errors.ts";
export { loadConfig } from "./library/load.ts";
export type { LoadedConfig, LoadOptions } from "./library/load.ts";
export { createContext } from "./library/context.ts";
export type { ContextOptions } from "./library/context.ts";
export { defineConfig } from "./config/define.ts";
export type { ConfigContext, ConfigExport } from "./config/define.ts";
export type * from "./config/checks.ts";
export type * from "./config/resolved.ts";
export type * from "./config/written.ts";
export type * from "./config/written-inventory.ts";
export type * from "./config/written-checks.ts";
export type * from "./config/written-logs.ts";
export type * from "./config/written-strategy.ts";
export type * from "./config/written-notify.ts";
export type * from "./config/written-source.ts";
export type * from "./config/written-reload.ts";
export type * from "./config/written-values.ts";
export type * from "./config/notifications.ts";
export type * from "./report/config-document.ts";
export type * from "./report/check-document.ts";
export type * from "./report/documents.ts";
export type * from "./report/history-document.ts";
export type * from "./report/status-document.ts";
export type * from "./report/hands.ts";
export type * from "./report/events.ts";
export type * from "./report/init-document.ts";
export type * from "./report/notification-document.ts";
export type * from "./report/pack-document.ts";
export type * from "./pipeline/options.ts";
export type * from "./report/pipeline-document.ts";
export type * from "./report/report.ts";
export type * from "./report/shared-documents.ts";
export type * from "./report/verify-document.ts";

/** The commands over a given world. Tests give one with broken wires; everybody else takes {@link api}. */
export function createApi(ports: Ports): Api {
  return {
    init: (options) => init(options, ports),
    ci: (options) => writesPipeline(options, ports),
    setup: (context) => setup(context, ports),
    check: (context) => withLeftOut(context, check(context, ports)),
    plan: (context, options) => plan(context, options, ports),
    pack: (context, options) => pack(context, options, ports),
    deploy: (context, options) => (options.onlyBehind === true ? bringBehind : deploy)(context, options, ports),
    rollback: (context, options) => rollback(context, options, ports),
    releases: (context) => withLeftOut(context, releases(context, ports)),
    status: (context) => withLeftOut(context, status(context, ports)),
    history: (context, options) => withLeftOut(context, history(context, options ?? {}, ports)),
    pin: (context, release, pinned) => pin(context, release, pinned, ports),
    prune: (context, options) => prune(context, options, ports),
    sharedList: (context, options) => withLeftOut(context, sharedList(context, options ?? {}, ports)),
    sharedPut: (context, options) => sharedPut(context, options, ports),
    sharedGet: (context, options) => sharedGet(context, options, ports),
    sharedDiff: (context, options) => withLeftOut(context, sharedDiff(context, options, ports)),
    verify: (context, options) => withLeftOut(context, verify(context, options ?? {}, ports)),
    exec: (context, options) => withLeftOut(context, exec(context, options, ports)),
    commands: (context) => Promise.resolve(commandList(context)),
    run: (context, name, options) => withLeftOut(context, runCommand(context, name, options ?? {}, ports)),
    ssh: (context, options) => openShell(context, options ?? {}, ports),
    logs: (context, options) => withLeftOut(context, logs(context, options ?? {}, ports)),
    lockStatus: (context) => withLeftOut(context, lockDocument(context, ports)),
    lockAcquire: (context, reason) => acquireHold(context, reason, ports),
    lockRelease: (context, options) => releaseHold(context, options.force === true, ports),
    config: async (context) => (await import("./config/document.ts")).configDocument(context),
  };
}

/** The real world: this machine's processes, clock and chance. */
export function realPorts(): Ports {
  return {
    connect,
    login,
    run,
    post,
    program: readProgram(),
    temporary: tmpdir(),
    cache: join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "symlink-helper"),
    now: () => new Date(),
    elapsed: () => performance.now(),
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    sleep,
  };
}

/** Every command as a function, on the real world. Make what they are given with {@link loadConfig} and {@link createContext}. */
export const api: Api = createApi(realPorts());

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
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
