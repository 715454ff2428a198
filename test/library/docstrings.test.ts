import { expect, test } from "vitest";
import { contentOf } from "../house/files.ts";

/** The files whose exports are those of the package. */
function publicFiles(): string[] {
  const exports = contentOf("src/index.ts").matchAll(/^export .* from "\.\/(?<file>[\w/-]+\.ts)";$/gmu);
  return ["src/index.ts", ...new Set([...exports].map(({ groups }) => `src/${groups?.["file"]}`))];
}

/** Exported things of a file, with the line before each. */
function exportsOf(file: string): { readonly name: string; readonly before: string }[] {
  const lines = contentOf(file).split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?(?:interface|type|const|function|class) (?<name>\w+)/u.exec(line)?.groups?.["name"];
    return name === undefined ? [] : [{ name, before: lines[index - 1]?.trim() ?? "" }];
  });
}

test("everything that the package exports says what it is", () => {
  const all = publicFiles().flatMap((file) => exportsOf(file).map((each) => ({ file, ...each })));
  expect(all.length).toBeGreaterThan(90);
  // An overload is told by the one before it.
  const silent = all.filter(
    ({ name, before }) => !before.endsWith("*/") && !new RegExp(`function ${name}\\b|=> Made;$`, "u").test(before),
  );
  expect(silent.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});
