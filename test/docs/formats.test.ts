import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { evaluateProgram, loadConfig } from "../../src/config/load.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { join } from "node:path";
import { labelled } from "./markdown.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { root } from "../../scripts/files.mjs";
import { tmpdir } from "node:os";

let directory = "";
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "slh-formats-"))));
afterAll(() => rmSync(directory, { recursive: true }));

async function load(file: string, environment: string, env: Record<string, string> = {}): Promise<ResolvedConfig> {
  const loaded = await loadConfig({ file, environment, evaluate: (each) => evaluateProgram(each, { env }) });
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  expect(loaded.warnings).toEqual([]);
  return loaded.config;
}

test("the same configuration in TypeScript and in TOML means the same", async () => {
  const [program, toml] = [join(directory, "a.ts"), join(directory, "a.toml")];
  writeFileSync(program, labelled("docs/configuration.md", "program"));
  writeFileSync(toml, labelled("docs/configuration.md", "toml"));
  expect(await load(program, "production")).toEqual({ ...(await load(toml, "production")), file: program });
  expect(await load(program, "production", { CI_COMMIT_SHA: "abc" })).toMatchObject({ source: { ref: "abc" } });
});

test.each([
  ["north", "/var/www/north"],
  ["south", "/var/www/south"],
])("examples/programs.ts has the environment %s", async (environment, where) => {
  const config = await load(join(root, "examples/programs.ts"), environment);
  expect(config.hosts[0]).toMatchObject({ root: where, env: { CUSTOMER: environment } });
});
