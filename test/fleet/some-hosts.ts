import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { type Api, type CommandContext, createApi, type Event, realPorts } from "../../src/index.ts";

/** Three hosts on this machine, of which one may be somewhere where nobody listens: new ones for each test of the file that imports this. */
let directory: string;
let events: Event[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-some-"));
  events = [];
  mkdirSync(join(directory, "app"));
  version("one");
});
afterEach(() => rmSync(directory, { recursive: true }));

export const api: Api = createApi(realPorts());

/** Of what happened in this test, the kinds that are asked for. */
export function eventsOf(...kinds: readonly Event["kind"][]): readonly Event[] {
  return events.filter(({ kind }) => kinds.includes(kind));
}

/** A file beside the application. */
export function fileAt(name: string): string {
  return join(directory, name);
}

export function version(text: string): void {
  writeFileSync(join(directory, "app/index.html"), text);
}

interface Options {
  readonly gone?: readonly string[];
  readonly settings?: object;
}

export function config({ gone = [], settings = {} }: Options = {}): ResolvedConfig {
  const host = (name: string, roles: readonly string[]): object =>
    gone.includes(name)
      ? { host: "127.0.0.1", port: 9, name, roles, root: join(directory, name) }
      : { host: "local", name, roles, root: join(directory, name) };
  const note = (point: string): string => `echo "${point}" >>"$SLH_ROOT/tasks.log"`;
  const text = JSON.stringify({
    app: "shop",
    source: { directory: "app" },
    tasks: { beforeSwitch: { run: note("migrate"), on: "first" }, afterSwitch: note("reload") },
    environments: { production: { hosts: [host("web1", ["web"]), host("web2", ["web"]), host("db1", ["db"])] } },
    ...settings,
  });
  const loaded = readConfig(text, { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.config;
}

export function context(of: ResolvedConfig): CommandContext {
  const emit = (event: Event): void => void events.push(event);
  const caller = { program: "slh", config: null };
  return { config: of, emit, signal: new AbortController().signal, env: process.env, by: "ann", origin: "laptop", caller };
}

export const live = (name: string): string | null => {
  const link = join(directory, name, "current");
  return existsSync(link) ? readlinkSync(link).replace("releases/", "") : null;
};
export const tasks = (name: string): string[] => {
  const file = join(directory, name, "tasks.log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};
