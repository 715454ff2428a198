import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/files.mjs";

/**
 * Writes an `npx` that has the program without asking a registry. As the real one it ends by the first signal, and what it runs is told of
 * none.
 */
export function writeNpx(bin: string): void {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const brought = join(bin, "brought");
  const npx = `#!/bin/sh
case "$*" in
  '--yes --package=symlink-helper@${version} -c command -v symlink-helper') echo '${brought}' ;;
  '--yes symlink-helper@${version} '*) shift 2; '${brought}' "$@"; exit $? ;;
  *) exit 99 ;;
esac
`;
  writeFileSync(brought, `#!/bin/sh\nexec '${process.execPath}' '${root}/bin/symlink-helper' "$@"\n`, { mode: 0o755 });
  writeFileSync(join(bin, "npx"), npx, { mode: 0o755 });
}
