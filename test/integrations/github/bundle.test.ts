import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesBelow, root } from "../../../scripts/files.mjs";
import { repositoryFiles } from "../../house/files.ts";

const DIST = "integrations/github/dist";
const program = join(root, DIST, "program/bin/symlink-helper");

let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "slh-bundle-"))));
afterAll(() => rmSync(scratch, { recursive: true }));

// If this fails: npm run action, and commit what it wrote.
test("what is committed is what is built from these sources, byte for byte", () => {
  const fresh = join(scratch, "fresh");
  const { status, stderr } = spawnSync(process.execPath, ["scripts/action.mjs", fresh], { cwd: root, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const files = filesBelow(fresh);
  expect(filesBelow(DIST)).toEqual(files);
  expect(files.filter((file) => !readFileSync(join(root, DIST, file)).equals(readFileSync(join(fresh, file))))).toEqual([]);
  expect(repositoryFiles().filter((file) => file.startsWith(`${DIST}/`))).toEqual(files.map((file) => `${DIST}/${file}`));
});

test("it names every package that is in it, with its licence", () => {
  const bundled = filesBelow(DIST)
    .filter((file) => file.endsWith("js"))
    .flatMap((file) => [...readFileSync(join(root, DIST, file), "utf8").matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gmu)]);
  const names = new Set(bundled.map(([, name = ""]) => name));
  expect(names.size).toBeGreaterThan(8);
  const licenses = readFileSync(join(root, DIST, "LICENSES.txt"), "utf8");
  expect([...names].filter((name) => !licenses.includes(`${name} `))).toEqual([]);
});

// Away from the checkout there is no node_modules to fall back on.
test.each([
  ["symlink-helper.yaml", "app: shop\nroot: ./scratch\nsource: { directory: . }\nenvironments: { local: { hosts: [local] } }\n"],
  ["symlink-helper.toml", 'app = "shop"\nroot = "./scratch"\nsource.directory = "."\nenvironments.local.hosts = ["local"]\n'],
  [
    "symlink-helper.ts",
    `import { defineConfig } from "symlink-helper";
     enum Names { shop = "shop" }
     export default defineConfig(({ env }) => ({ app: env["APP"] ?? "", root: "./scratch", source: { directory: "." }, environments: { local: { hosts: ["local"] } } }));`,
  ],
])("it reads %s, and deploys, wherever it is", (name, text) => {
  const copy = join(scratch, `copy of ${name}`);
  const work = join(scratch, name.replace(/\W/gu, "-"));
  spawnSync("cp", ["-R", join(root, DIST), copy]);
  mkdirSync(work);
  // What Node itself strips must need only erasing.
  const erasable = "typescript" in process.features && process.features.typescript !== false;
  writeFileSync(join(work, name), erasable ? text.replace(/^ *enum.*$/mu, "") : text);
  const ended = spawnSync(process.execPath, [join(copy, "program/bin/symlink-helper"), "deploy", "--json"], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: scratch, APP: "shop" },
  });
  expect([ended.status, ended.stderr]).toEqual([0, expect.not.stringContaining("rror")]);
  expect(JSON.parse(ended.stdout)).toMatchObject({ app: "shop", outcome: "deployed" });
});

test("it is called as people call it in what it tells them to type", () => {
  const { status, stdout } = spawnSync(process.execPath, [program, "--help"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("symlink-helper COMMAND")]);
  expect(spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" }).stdout).toContain(
    JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
  );
});
