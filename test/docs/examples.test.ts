import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesBelow, root } from "../../scripts/files.mjs";
import { loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { contentOf } from "../house/files.ts";

const examples = filesBelow("examples").filter((file) => file.endsWith(".yaml"));

async function load(example: string, environment: string): Promise<ResolvedConfig> {
  const loaded = await loadConfig({ file: join(root, "examples", example), environment });
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  expect(loaded.warnings).toEqual([]);
  return loaded.config;
}

test.each(examples)("%s is right, and in the list", async (example) => {
  const text = readFileSync(join(root, "examples", example), "utf8");
  for (const environment of ["production", "staging"].filter((name) => text.includes(`${name}:`)))
    await load(example, environment);
  expect(contentOf("examples/README.md")).toContain(`[${example}](${example})`);
});

test("there are some", () => expect(examples.length).toBeGreaterThanOrEqual(4));

test("static.yaml ships nothing but the result", async () => {
  const { exclude } = await load("static.yaml", "production");
  const directory = mkdtempSync(join(tmpdir(), "symlink-helper-example-"));
  for (const folder of ["dist/img", "src", "node_modules/x"]) mkdirSync(join(directory, folder), { recursive: true });
  for (const file of ["dist/index.html", "dist/img/a.svg", "src/index.js", "node_modules/x/index.js", "package.json"])
    writeFileSync(join(directory, file), file);
  const { tree } = await scanTree(directory, { exclude });
  rmSync(directory, { recursive: true });
  expect(tree.entries.map(({ path }) => path)).toEqual(["dist", "dist/img", "dist/img/a.svg", "dist/index.html"]);
});
