import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { narrowTo, type HostChoice } from "../../src/config/choose-hosts.ts";
import { readConfig } from "../../src/config/read.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import type { CommandContext, Event, Report } from "../../src/index.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { summaryLines } from "../../src/report/summary.ts";

const caller = { program: "slh", config: null };

interface Setting {
  /** Names of the hosts; those that begin with `gone` are where nobody listens. */
  readonly hosts: readonly string[];
  /** Of these the command is about some only. */
  readonly choice?: HostChoice;
  readonly settings?: object;
}

/** Hosts that are directories of this machine, with an application of one file and tasks that write down that they ran. */
export class LocalHosts {
  readonly directory = mkdtempSync(join(tmpdir(), "slh-hosts-"));
  readonly events: Event[] = [];

  constructor() {
    mkdirSync(join(this.directory, "app"));
    this.version("one");
  }

  version(text: string): void {
    writeFileSync(join(this.directory, "app/index.html"), text);
  }

  /** Ends in the next second of the clock: hosts that a deploy does not ask may know its id, which is its second, as one of other files. */
  async nextSecond(): Promise<void> {
    await setTimeout(1000 - (Date.now() % 1000) + 5);
  }

  /** What a command is called with. */
  on({ hosts, choice = {}, settings = {} }: Setting): CommandContext {
    const config = narrowTo(this.#config(hosts, settings), choice);
    const emit = (event: Event): void => void this.events.push(event);
    return { config, emit, signal: new AbortController().signal, env: process.env, by: "ann", origin: "laptop", caller };
  }

  #config(names: readonly string[], settings: object): ResolvedConfig {
    const place = (name: string): object => (name.startsWith("gone") ? { host: "127.0.0.1", port: 9 } : { host: "local" });
    const text = JSON.stringify({
      app: "shop",
      source: { directory: "app" },
      environments: { production: { hosts: names.map((name) => ({ ...place(name), name, root: this.root(name) })) } },
      grace: 0,
      oldProcesses: { within: 0 },
      ...settings,
    });
    const loaded = readConfig(text, { file: join(this.directory, "symlink-helper.yaml") });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    return loaded.config;
  }

  root(name: string): string {
    return join(this.directory, name);
  }

  live(name: string): string | null {
    const link = join(this.root(name), "current");
    return existsSync(link) ? readlinkSync(link).replace("releases/", "") : null;
  }

  served(name: string): string {
    return readFileSync(join(this.root(name), "current/index.html"), "utf8");
  }

  /** What tasks wrote down, in the order in which they ran on all hosts. */
  get ran(): readonly string[] {
    const file = join(this.directory, "ran");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  forgetWhatRan(): void {
    rmSync(join(this.directory, "ran"), { force: true });
  }

  /** A task that does nothing else. */
  note(what: string): string {
    return `echo "${what} $(basename "$SLH_ROOT")" >>${this.directory}/ran`;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export const outcomesOf = (report: Report): string[] => report.hosts.map(({ host, outcome }) => `${host} ${outcome}`);

export const said = (report: Report): string => summaryLines(report, { theme: plainTheme, caller }).join("\n");
