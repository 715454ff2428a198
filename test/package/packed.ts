import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runtimes } from "../../scripts/files.mjs";

/** The package as `npm pack` makes it, installed into an empty project. */
export interface Packed {
  readonly tarball: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  /** The project that it is installed in. */
  readonly project: string;
  close(): void;
}

/** Packs what is built, and installs it with whatever it needs. */
export function packAndInstall(): Packed {
  const scratch = mkdtempSync(join(tmpdir(), "slh-package-"));
  const project = join(scratch, "an empty project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const [{ filename, files }] = JSON.parse(npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", scratch));
  const tarball = join(scratch, filename);
  npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline", tarball);
  const close = (): void => rmSync(scratch, { recursive: true });
  return { tarball, files: (files as { path: string }[]).map(({ path }) => path).toSorted(), project, close };
}

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The pinned Nodes of test/runtimes that are installed: `node scripts/test-on-runtime.mjs 24` installs one. */
export function otherNodes(): readonly string[] {
  return runtimes()
    .map((line) => join(root, "test/runtimes", line, "node_modules/.bin/node"))
    .filter((node) => existsSync(node));
}
