// The shop in a git repository of its own, and the versions of it that the demo deploys.
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const original = fileURLToPath(new URL("shop", import.meta.url));

/** Copies the shop and commits it. @param {string} shop */
export async function makeShop(shop) {
  mkdirSync(shop, { recursive: true });
  const unwanted = ["node_modules", "built"].map((name) => join(original, name));
  cpSync(original, shop, { recursive: true, filter: (path) => !unwanted.includes(path) });
  await git(shop, "init", "--quiet", "--template=");
  await git(shop, "symbolic-ref", "HEAD", "refs/heads/main");
  await commit(shop, "The shop, version 1.0.0");
}

/**
 * Commits another version, with a mistake if one is named.
 *
 * @param {string} shop @param {string} version @param {keyof typeof mistakes} [mistake]
 */
export async function editShop(shop, version, mistake) {
  await git(shop, "checkout", "--quiet", "--", ".");
  // What was wrong with the version before is put right first.
  for (const file of ["views/page.html", "server.js"]) cpSync(join(original, file), join(shop, file));
  edit(shop, "package.json", (text) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  if (mistake !== undefined) mistakes[mistake](shop);
  await commit(shop, `The shop, version ${version}`);
}

const mistakes = {
  /** @param {string} shop */
  "a template that is not closed": (shop) => appendFileSync(join(shop, "views/page.html"), "<p>{{#offers}}Today: {{name}}</p>\n"),
  /** @param {string} shop */
  "a module that does not exist": (shop) => edit(shop, "server.js", (text) => `import "./payment.js";\n${text}`),
};

/** @param {string} shop @param {string} file @param {(text: string) => string} change */
function edit(shop, file, change) {
  writeFileSync(join(shop, file), change(readFileSync(join(shop, file), "utf8")));
}

/** @param {string} shop @param {string} message */
async function commit(shop, message) {
  await git(shop, "add", "--all");
  await git(shop, ...author, "commit", "--quiet", "--no-verify", `--message=${message}`);
}

// Whatever the user's own settings are: no name to be asked for, nothing signed.
const author = ["-c", "user.name=Demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];

/** @param {string} shop @param {string[]} args */
async function git(shop, ...args) {
  // Where the demo is run from a hook of git, that says which repository is meant.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  await promisify(execFile)("git", ["-c", "core.autocrlf=false", ...args], { cwd: shop, env });
}
