// A controller that is killed at a boundary: a program of its own over the built `dist`, started by kill-controller.ts.
import type * as Dist from "../../src/index.ts";
import type * as Load from "../../src/config/load.ts";
import { tapped } from "./wire.ts";

/** What it is told, as JSON in its first argument. */
export interface Order {
  /** URL of `dist/`. */
  readonly dist: string;
  readonly configFile: string;
  readonly command: "deploy" | "rollback";
  readonly host: string;
  readonly boundary: string;
}

const { dist, configFile, command, host, boundary } = JSON.parse(process.argv[2] ?? "") as Order;
const { createApi, realPorts } = (await import(`${dist}/index.js`)) as typeof Dist;
const { loadConfig } = (await import(`${dist}/config/load.js`)) as typeof Load;

const ports = realPorts();
const connect = tapped(ports.connect, (met) => {
  if (met.host === host && met.conversation === 0 && met.name === boundary) process.kill(process.pid, "SIGKILL");
});
const loaded = await loadConfig({ file: configFile });
if (!loaded.ok) throw new Error("The configuration has problems.");
const context = {
  config: loaded.config,
  emit: () => undefined,
  signal: new AbortController().signal,
  env: {},
  by: "ann@laptop",
  origin: "laptop",
};
await createApi({ ...ports, connect })[command](context, {});
