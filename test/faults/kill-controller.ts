import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { mustRun } from "../hosts/command.ts";
import type { Order } from "./controller.ts";
import type { Scene } from "./scene.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Turns controller.ts into a program that every supported Node can run. Returns its path. */
export async function compileController(scratch: string): Promise<string> {
  const out = join(scratch, "controller");
  const files = ["controller.ts", "wire.ts"].map((name) => join(root, "test/faults", name));
  const options = ["--ignoreConfig", "--noCheck", "--noResolve", "--target", "es2023", "--module", "nodenext"];
  const tsc = [process.execPath, join(root, "node_modules/typescript/bin/tsc")];
  mkdirSync(out);
  writeFileSync(join(out, "package.json"), `{ "type": "module" }`);
  await mustRun([...tsc, ...options, "--rewriteRelativeImportExtensions", "--outDir", out, ...files]);
  return join(out, "controller.js");
}

/** Runs a command in a controller of its own that is killed when it meets the boundary. Rejects if it never does. */
export async function killController(
  scene: Scene,
  program: string,
  order: Pick<Order, "command" | "host" | "boundary">,
): Promise<void> {
  const whole: Order = { ...order, dist: new URL("../../dist", import.meta.url).href, configFile: scene.configFile };
  const child = spawn(process.execPath, [program, JSON.stringify(whole)], { stdio: ["ignore", "inherit", "pipe"] });
  const said = text(child.stderr);
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error(`The controller was not killed at ${order.boundary} (${code}): ${await said}`);
}
