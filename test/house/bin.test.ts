import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../scripts/files.mjs";

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "symlink-helper-bin-"));
  cpSync(join(root, "bin"), join(checkout, "bin"), { recursive: true });
  cpSync(join(root, "package.json"), join(checkout, "package.json"));
});
afterEach(() => rmSync(checkout, { recursive: true }));

test("a checkout that is not built says what to type", () => {
  const { status, stdout, stderr } = start("bin/symlink-helper");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("npm run build");
});

test("the command runs what is built, also through a link as npm makes it", () => {
  mkdirSync(join(checkout, "dist/cli"), { recursive: true });
  writeFileSync(join(checkout, "dist/cli/main.js"), "export const main = async () => console.log(...process.argv.slice(2));");
  symlinkSync("bin/symlink-helper", join(checkout, "slh"));
  expect(start("slh", "plan", "a b")).toMatchObject({ status: 0, stdout: "plan a b\n", stderr: "" });
});

test("an error in what is built is not taken for a missing build", () => {
  mkdirSync(join(checkout, "dist/cli"), { recursive: true });
  writeFileSync(join(checkout, "dist/cli/main.js"), 'import "./gone.js";');
  const { status, stderr } = start("bin/symlink-helper");
  expect(status).toBe(1);
  expect(stderr).toContain("gone.js");
});

function start(file: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, XDG_CACHE_HOME: join(checkout, "cache") };
  return spawnSync(process.execPath, [join(checkout, file), ...args], { encoding: "utf8", env });
}
