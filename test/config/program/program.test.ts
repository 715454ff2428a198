import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateProgram, loadConfig } from "../../../src/config/load.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Loaded } from "../../../src/config/read.ts";
import { join } from "node:path";
import { renderDiagnostics } from "../../../src/config/render.ts";
import { tmpdir } from "node:os";

const CONFIG = '{ app: "a", root: "/r", environments: { p: { hosts: ["web1"] } } }';

let directory = "";
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "slh-program-"))));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;

async function load(text: string, ending: string, options: Parameters<typeof evaluateProgram>[1] = {}): Promise<Loaded> {
  files += 1;
  const file = join(directory, `${files} ü.${ending}`);
  writeFileSync(file, text);
  return loadConfig({ file, evaluate: (each) => evaluateProgram(each, { env: {}, ...options }) });
}

/** What is wrong, without the name of the file. */
async function said(text: string, ending = "mjs", options: Parameters<typeof evaluateProgram>[1] = {}): Promise<string> {
  const loaded = await load(text, ending, options);
  return renderDiagnostics(loaded.ok ? loaded.warnings : loaded.diagnostics).replaceAll(/^.*?: (?=error|warning)/gmu, "");
}

describe("what a program exports is the configuration", () => {
  const types = 'import { defineConfig, type WrittenHost } from "symlink-helper";\nconst host: WrittenHost = { host: "web1" };\n';
  test.each([
    ["an object", "mjs", `export default ${CONFIG};`],
    ["a function", "mjs", `export default () => (${CONFIG});`],
    ["an async function, with a wait of the module itself", "mjs", `await 1; export default async () => (${CONFIG});`],
    ["a promise", "mjs", `export default Promise.resolve(${CONFIG});`],
    ["what CommonJS exports", "cjs", `module.exports = ${CONFIG};`],
    ["what a compiler made of it", "cjs", `exports.__esModule = true; exports.default = ${CONFIG};`],
    ["in a file that is an ES module by what is in it", "js", `export default ${CONFIG};`],
    [
      "through defineConfig, installed or not",
      "mjs",
      `import { defineConfig } from "symlink-helper"; export default defineConfig(${CONFIG});`,
    ],
    ["TypeScript", "ts", `${types}export default defineConfig(async () => (${CONFIG.replace('"web1"', "host")}));`],
    ["TypeScript as .mts", "mts", `${types}export default defineConfig(${CONFIG.replace('"web1"', "host")}) as object;`],
  ])("%s", async (_, ending, text) => {
    expect(await load(text, ending)).toMatchObject({ ok: true, config: { app: "a", hosts: [{ name: "web1" }] } });
  });

  test("another file that it imports is TypeScript too", async () => {
    writeFileSync(join(directory, "hosts.ts"), 'export const hosts: readonly string[] = ["web7"];');
    const text = `import { hosts } from "./hosts.ts"; export default ${CONFIG.replace('["web1"]', "hosts")};`;
    expect(await load(text, "ts")).toMatchObject({ ok: true, config: { hosts: [{ name: "web7" }] } });
  });

  test("it is given the environment, and what is undefined is as if it were left out", async () => {
    const text = `export default ({ env }) => ({ app: env.NAME, keep: env.KEEP, root: process.env.ROOT, environments: { p: { hosts: ["web1"] } } });`;
    expect(await load(text, "mjs", { env: { NAME: "shop", ROOT: "/srv" } })).toMatchObject({
      ok: true,
      config: { app: "shop", hosts: [{ root: "/srv", keep: 5 }] },
    });
  });
});

describe("a program that does not do that is told what is wrong", () => {
  test.each([
    [
      "throws",
      'export default () => { throw new TypeError("no\\nway"); };',
      /^error: The program failed: TypeError: no\n {2}It comes from .*mjs:1\.\n$/u,
    ],
    [
      "throws something odd",
      "throw Object.create(null, { toJSON: { get() { throw 1; } } });",
      /^error: The program failed: something that cannot be shown\n$/u,
    ],
    ["rejects", 'export default Promise.reject("never");', /^error: The program failed: never\n$/u],
    [
      "is no JavaScript",
      "export default { a: };",
      // Where Node imports it itself (22.18 and later), it does not tell the program the place.
      /^error: The program failed: SyntaxError: Unexpected token.*(\n {2}It comes from .*mjs:1\.)?\n$/u,
    ],
    ["imports what is not there", 'import "./gone.mjs"; export default {};', /^error: The program failed: .*gone\.mjs/u],
    ["exports nothing", "", /^error: The program has no default export\n {2}Write `export default/u],
    ["exports another name", `export const config = ${CONFIG};`, /^error: The program has no default export, only config\n/u],
    ["gives nothing", "export default () => {};", /^error: The configuration is undefined, but a setting is/u],
    ["gives null", "export default null;", /^error: The file is empty\n/u],
    ["gives a list", "export default [];", /^error: The file must be a map, but is a list\n$/u],
    ["leaves", "process.exit(0);", /^error: The program ended before it gave a configuration\n/u],
    [
      "waits for what never comes",
      "await new Promise(() => {}); export default {};",
      /^error: The program ended before it gave a configuration\n/u,
    ],
    [
      "takes all memory",
      "const all = []; for (;;) all.push(new Array(1e6).fill(0.5));",
      /^error: The program could not go on: .*memory/u,
    ],
  ])("one that %s", async (_, text, message) => {
    expect(await said(text)).toMatch(message);
  });

  test("what is of a wrong kind is named", async () => {
    const values = {
      keep: "() => 1",
      root: "Symbol('r')",
      wait: "new Date(0)",
      env: "{ A: 1n, B: NaN, C: Promise.resolve(1) }",
      exclude: "[undefined]",
    };
    const text = `export default { ${Object.entries(values)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ")} };`;
    const kinds = (await said(text)).match(/^error: .*(?=, but a setting)/gmu);
    expect(kinds).toEqual(
      [
        "error: `env.A` is a bigint",
        "error: `env.B` is NaN",
        "error: `env.C` is an object of the class Promise",
        "error: `exclude[0]` is undefined",
        "error: `keep` is a function",
        "error: `root` is a symbol",
        "error: `wait` is an object of the class Date",
      ].toSorted(
        (a, b) =>
          Object.keys(values).findIndex((key) => a.includes(`\`${key}`)) -
          Object.keys(values).findIndex((key) => b.includes(`\`${key}`)),
      ),
    );
  });

  test.each([
    ["kep: 1", '`kep`: There is no setting "kep"\n  Did you mean `keep`?'],
    ["keep: 0", "`keep` must be a whole number of at least 1, but is 0"],
    ["root: 5", "`root` must be text, but is 5"],
    ["get keep() { return this; }", "`keep` holds itself: a configuration has an end"],
    ["constructor: 1", "`constructor` cannot be used as a name"],
  ])("a setting that is wrong is named: %s", async (setting, message) => {
    expect(await said(`export default { ...${CONFIG}, ${setting} };`)).toContain(message);
  });
});

test.each(["for (;;);", "setInterval(() => {}, 1000); await new Promise(() => {});"])(
  "one that never ends is ended: %s",
  async (text) => {
    expect(await said(text, "mjs", { limit: 1500 })).toMatch(/^error: The program did not come to an end within 1\.5 seconds\n/u);
  },
);

test("one that never ends is ended by an interrupt", async () => {
  const interrupt = new AbortController();
  const loading = load("for (;;);", "mjs", { signal: interrupt.signal });
  setTimeout(() => interrupt.abort(), 300);
  await expect(loading).rejects.toThrow(/abort/u);
});

test("one that goes on after it has given its configuration is ended", async () => {
  expect(await load(`setInterval(() => {}, 1000); export default ${CONFIG};`, "mjs")).toMatchObject({ ok: true });
});

test("P10: what it prints goes nowhere but into a warning, where it can do no harm", async () => {
  const text = `console.log("a\\x1b[31m"); process.stderr.write("b"); export default ${CONFIG};`;
  expect(await said(text)).toBe(
    'warning: The program printed "a\\u001b[31m\\nb", which is shown nowhere else\n  A configuration is best silent: remove the output.\n',
  );
});
