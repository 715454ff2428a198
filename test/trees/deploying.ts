import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { createApi, realPorts, type CommandContext, type Ports, type Report } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";

/** A project directory with a configuration, and the commands over it. */
export interface Project {
  readonly directory: string;
  readonly events: Event[];
  deploy(): Promise<Report>;
}

/** Writes `yaml` as the configuration of a project and makes its only environment ready to be deployed to, from the world or another. */
export function projectIn(directory: string, yaml: string, ports: Partial<Ports> = {}): Project {
  const file = join(directory, "symlink-helper.yaml");
  writeFileSync(file, yaml);
  const events: Event[] = [];
  const api = createApi({ ...realPorts(), ...ports });
  return { directory, events, deploy: async () => api.deploy(await contextOf(file, events), {}) };
}

async function contextOf(file: string, events: Event[]): Promise<CommandContext> {
  const loaded = await loadConfig({ file });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return {
    config: loaded.config,
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    env: process.env,
    by: "tester@here",
    origin: "here",
  };
}
