// Compiles src into dist and copies beside it what is no TypeScript: what runs on hosts (src/target/), and what Node itself
// starts (src/config/program/worker.mjs).
//
// Everything is built in a scratch directory first and moved over file by file: a program that is started from dist
// meanwhile never reads half a file, and nothing stays in dist that has no source any more.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, root } from "./files.mjs";

const dist = join(root, "dist");

mkdirSync(dist, { recursive: true });
const scratch = mkdtempSync(join(root, "node_modules/.build-"));
try {
  process.exitCode = compile(scratch);
  copyAsItIs(scratch);
  moveOver(scratch, dist);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** @param {string} out @returns {number} the compiler's exit code; what has type errors is emitted all the same */
function compile(out) {
  if (!filesBelow("src").some((file) => file.endsWith(".ts"))) {
    return 0;
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", out];
  return spawnSync(process.execPath, args, { stdio: "inherit", cwd: root }).status ?? 1;
}

/** @param {string} out */
function copyAsItIs(out) {
  for (const file of filesBelow("src").filter((name) => /\.(?:sh|mjs|pl|py)$/u.test(name))) {
    const copy = join(out, file);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, "src", file), copy);
  }
}

/** @param {string} from @param {string} to */
function moveOver(from, to) {
  const built = new Set(filesBelow(from));
  for (const file of built) {
    if (!sameContent(join(from, file), join(to, file))) {
      mkdirSync(dirname(join(to, file)), { recursive: true });
      renameSync(join(from, file), join(to, file));
    }
  }
  for (const file of filesBelow(to).filter((name) => !built.has(name))) {
    rmSync(join(to, file), { force: true });
  }
}

/** @param {string} a @param {string} b */
function sameContent(a, b) {
  return existsSync(b) && readFileSync(a).equals(readFileSync(b));
}
