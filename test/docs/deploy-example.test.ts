import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/files.mjs";
import { contentOf } from "../house/files.ts";

const CONFIGURATION = "{ app: shop, root: ./scratch, source: { directory: site }, environments: { local: { hosts: [local] } } }";

let directory = "";
let server: Server;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "slh-example-"));
  mkdirSync(join(directory, "site"));
  writeFileSync(join(directory, "symlink-helper.yaml"), CONFIGURATION);
  server = createServer((_, answer) => void answer.writeHead(500).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

test("examples/deploy.ts deploys, shows what happens, and says when there is nothing to do", async () => {
  expect(contentOf("examples/README.md")).toContain("[deploy.ts](deploy.ts)");
  publish("one");
  const first = await example("local");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toBe(`local: nothing -> ${live()}\n`);
  expect(await example("local")).toEqual({ code: 0, stderr: "", stdout: `${live()} is live already.\n` });
});

test("and goes back where the site is not well", async () => {
  const before = live();
  publish("two");
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await example("local", `http://127.0.0.1:${port}/`);
  expect([code, stderr]).toEqual([1, `The site was not well. Rollback: rolled-back, live is ${before}.\n`]);
  expect(live()).toBe(before);
});

test("and tells what is wrong with a configuration, or a deploy, and what to do", async () => {
  const none = await example("nowhere");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("nowhere");
  rmSync(join(directory, "site"), { recursive: true });
  const { code, stderr } = await example("local");
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain("site");
});

function publish(text: string): void {
  writeFileSync(join(directory, "site/index.html"), text);
}

function live(): string {
  return readlinkSync(join(directory, "scratch/current")).replace("releases/", "");
}

// Node 20 runs no TypeScript.
const jiti = join(root, "node_modules/jiti/lib/jiti-cli.mjs");

async function example(environment: string, site?: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, JITI_FS_CACHE: "false", ...(site === undefined ? {} : { SITE: site }) };
  const child = spawn(process.execPath, [jiti, join(root, "examples/deploy.ts"), environment], { cwd: directory, env });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...said };
}
