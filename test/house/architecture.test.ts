import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesBelow, root } from "../../scripts/files.mjs";
import { contentOf } from "./files.ts";

const oxlint = join(root, "node_modules/.bin/oxlint");

describe("the lint rules bite", () => {
  const imports = "no-restricted-imports";
  const properties = "no-restricted-properties";
  const globals = "no-restricted-globals";

  // file, what it contains, the rule that must object, or nothing where it is allowed
  const rows: [file: string, text: string, rule?: string][] = [
    ["src/fleet/a.ts", `import "node:child_process";`, imports],
    ["src/tree/a.ts", `import "child_process";`, imports],
    ["src/cli/a.ts", `import "node:child_process";`, imports],
    ["src/errors.ts", `import "node:child_process";`, imports],
    ["src/host/a.ts", `import "node:child_process";`],
    ["src/host/deep/a.ts", `import "node:child_process";`],

    ["src/fleet/b.ts", `import "../cli/main.ts";`, imports],
    ["src/host/b.ts", `import "../cli/main.ts";`, imports],
    ["src/config/b.ts", `import "../cli/main.ts";`, imports],
    ["src/plan/b.ts", `import "../cli/main.ts";`, imports],
    ["src/api.ts", `import "./cli/main.ts";`, imports],
    ["src/cli/b.ts", `import "./main.ts";`],
    ["src/library/a.ts", `import "node:child_process";`, imports],
    ["src/library/b.ts", `import "../cli/main.ts";`, imports],

    ...["release", "plan", "check", "report", "config", "init", "completion"].flatMap((folder): [string, string, string?][] => [
      [`src/${folder}/fs.ts`, `import "node:fs";`, imports],
      [`src/${folder}/promises.ts`, `import "node:fs/promises";`, imports],
      [`src/${folder}/bare.ts`, `import "fs";`, imports],
      [`src/${folder}/child.ts`, `import "node:child_process";`, imports],
      [`src/${folder}/os.ts`, `import "node:os";`, imports],
      [`src/${folder}/process.ts`, `import "node:process";`, imports],
      [`src/${folder}/timers.ts`, `import "node:timers/promises";`, imports],
      [`src/${folder}/random.ts`, `import { randomBytes } from "node:crypto"; export const a = randomBytes;`, imports],
      [`src/${folder}/hash.ts`, `import { createHash } from "node:crypto"; export const a = createHash;`],
      [`src/${folder}/path.ts`, `import "node:path";`],
      [`src/${folder}/global.ts`, `export const a = process.pid;`, globals],
      [`src/${folder}/console.ts`, `console.log("");`, globals],
      [`src/${folder}/timeout.ts`, `setTimeout(() => undefined, 1);`, globals],
      [`src/${folder}/interval.ts`, `setInterval(() => undefined, 1);`, globals],
      [`src/${folder}/now.ts`, `export const a = Date.now();`, properties],
      [`src/${folder}/chance.ts`, `export const a = Math.random();`, properties],
    ]),
    ["src/config/load.ts", `import "node:fs"; export const a = process.pid;`],
    ["src/config/find.ts", `import "node:fs/promises";`],
    ["src/config/program/run.ts", `import "node:worker_threads";`],
    ["src/config/program/evaluate.ts", `import "node:worker_threads";`, imports],
    ["src/init/look.ts", `import "node:fs";`],
    ["src/init/write.ts", `import "node:fs"; export const a = process.pid;`],
    ["src/completion/known.ts", `import "node:fs";`],
    ["src/completion/kept.ts", `import "node:fs";`],
    ["src/completion/cli.ts", `import "../cli/main.ts";`, imports],

    ...["release", "plan", "check", "report"].flatMap((folder): [string, string, string?][] => [
      [`src/${folder}/fleet.ts`, `import "../fleet/deploy.ts";`, imports],
      [`src/${folder}/host.ts`, `import "../host/spawn.ts";`, imports],
      [`src/${folder}/types.ts`, `import type { A } from "../host/spawn.ts"; export type B = A;`, imports],
      [`src/${folder}/again.ts`, `export * from "../host/spawn.ts";`, imports],
      [`src/${folder}/bytes.ts`, `import "../host/bytes.ts"; import "../host/quote.ts";`],
    ]),

    ["integrations/github/a.ts", `import "../../src/cli/main.ts";`, imports],
    ["integrations/github/b.ts", `import "../../src/fleet/deploy.ts";`, imports],
    ["integrations/github/c.ts", `import "../../test/a.ts";`, imports],
    ["integrations/github/d.ts", `import "node:child_process"; import "../../src/host/transport.ts";`],
    ["integrations/github/long.ts", "export {};\n".repeat(251), "max-lines"],

    ["src/tree/one.ts", `import { b } from "./two.ts"; export const a = (): unknown => b;`, "no-cycle"],
    ["src/tree/two.ts", `import { a } from "./one.ts"; export const b = (): unknown => a;`, "no-cycle"],
    ["src/tree/floating.ts", `async function f(): Promise<void> {} export function g(): void { f(); }`, "no-floating-promises"],
    ["src/tree/long.ts", "export {};\n".repeat(251), "max-lines"],
  ];

  let complaints: Map<string, string[]>;
  const scratch = mkdtempSync(join(tmpdir(), "symlink-helper-lint-"));
  afterAll(() => rmSync(scratch, { recursive: true }));
  beforeAll(() => {
    for (const [file, text] of rows) {
      mkdirSync(dirname(join(scratch, file)), { recursive: true });
      writeFileSync(join(scratch, file), `${text}\n`);
    }
    for (const file of [".oxlintrc.json", "tsconfig.json"]) {
      copyFileSync(join(root, file), join(scratch, file));
    }
    symlinkSync(join(root, "node_modules"), join(scratch, "node_modules"));
    complaints = lint(scratch);
  });

  test.each(rows)("%s: %s", (file, _text, rule) => {
    const ours = [imports, properties, globals, "no-cycle", "no-floating-promises", "max-lines"];
    const found = (complaints.get(file) ?? []).filter((name) => ours.includes(name));
    expect(new Set(found)).toEqual(new Set(rule ? [rule] : []));
  });
});

test("the lint sees every file of src", () => {
  const { stdout } = spawnSync(oxlint, ["-f", "json", "src"], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(stdout).number_of_files).toBeGreaterThanOrEqual(sources().length);
  expect(sources().length).toBeGreaterThan(5);
});

// What no lint rule can say: `new Date()` reads the clock, `new Date(ms)` does not.
test("the pure folders read no clock and load nothing on the way", () => {
  const impure = /\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(|\bimport\s*\(|\bgetBuiltinModule\b/;
  expect(["new Date()", "new Date;", "Date()", 'import("node:fs")'].filter((text) => !impure.test(text))).toEqual([]);
  expect(["new Date(now).toISOString()", "at: Date;"].filter((text) => impure.test(text))).toEqual([]);
  const impureFiles = ["config/load", "init/init", "init/look", "init/write", "completion/known", "completion/kept"].map(
    (name) => `src/${name}.ts`,
  );
  const folders = /^src\/(release|plan|check|report|config|init|completion)\//;
  const pure = sources().filter((file) => folders.test(file) && !impureFiles.includes(file));
  expect(pure.filter((file) => impure.test(contentOf(file)))).toEqual([]);
});

test("no file of src is longer than 250 lines", () => {
  const files = [...sources(), ...filesBelow("src/target").map((file) => join("src/target", file))];
  const long = files.filter((file) => contentOf(file).split("\n").length - 1 > 250);
  expect(long).toEqual([]);
});

function sources(): string[] {
  return filesBelow("src")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join("src", file));
}

/** The names of the rules that object, by file. */
function lint(directory: string): Map<string, string[]> {
  const { stdout } = spawnSync(oxlint, ["-f", "json", "src", "integrations"], { cwd: directory, encoding: "utf8" });
  const diagnostics: { code: string; filename: string }[] = JSON.parse(stdout).diagnostics;
  const byFile = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) {
    byFile.set(filename, [...(byFile.get(filename) ?? []), code.replace(/^.*\((.*)\)$/, "$1")]);
  }
  return byFile;
}
