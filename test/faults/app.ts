import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The application that is deployed, in the version `version`: small, but with all that a tree can hold. `more`: further, empty files. */
export function writeApp(directory: string, version: string, more: readonly string[] = []): void {
  rmSync(directory, { recursive: true, force: true });
  const all = { ...filesOf(version), ...Object.fromEntries(more.map((path) => [path, ""])) };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  chmodSync(join(directory, "bin/run"), 0o755);
  symlinkSync("../lib", join(directory, "bin/lib"));
}

/** Its files and what is in them. Some change with every version, some never, one name is odd. */
export function filesOf(version: string): Readonly<Record<string, string>> {
  return {
    "version.txt": `${version}\n`,
    "bin/run": `#!/bin/sh\necho ${version}\n`,
    "lib/same.txt": "the same in all versions\n",
    "lib/deep/er/same.txt": "the same as well\n".repeat(100),
    "lib/deep/changes.txt": `${version} `.repeat(1000),
    "public/a b$c.html": `<p>${version}</p>\n`,
    "public/odd\nname": version,
  };
}
