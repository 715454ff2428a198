// Writes the pipelines of docs/walkthrough/shop, as `symlink-helper ci` does for that project. test/integrations/walkthrough tells when it
// must be run.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./files.mjs";

const shop = join(root, "docs/walkthrough/shop");
const scratch = mkdtempSync(join(tmpdir(), "slh-walkthrough-"));
try {
  cpSync(shop, scratch, { recursive: true });
  run("git", "init", "--quiet", "--initial-branch=main", scratch);
  for (const system of ["github", "gitlab", "jenkins"]) {
    const { files } = JSON.parse(run(join(root, "bin/symlink-helper"), "ci", system, "--stdout", "--json"));
    for (const { path, text } of files) {
      mkdirSync(dirname(join(shop, path)), { recursive: true });
      writeFileSync(join(shop, path), text);
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** @param {string} program @param {readonly string[]} args @returns {string} */
function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: scratch, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
