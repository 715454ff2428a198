// Writes into the README what the program says of itself, its commands and its help, and the manual page. test/docs/readme.test.ts
// and test/docs/man.test.ts tell when it must be run; test/docs/reference.test.ts does for docs/reference, which it writes, too.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BY_OUTCOME } from "../dist/cli/exit-codes.js";
import { EXIT_CODES, GLOBAL, ownFlagRows, rootHelp } from "../dist/cli/help.js";
import { manualPage } from "../dist/cli/man.js";
import { commands } from "../dist/cli/routes.js";
import { DESCRIPTIONS } from "../dist/config/descriptions.js";
import { jsonSchema } from "../dist/config/json-schema.js";
import { root } from "./files.mjs";
import { DOCUMENTS, referencePages } from "./reference/pages.mjs";

const file = join(root, "README.md");
/** @type {Record<string, string>} */
const texts = {
  commands: commands.map(({ name, usage }) => `symlink-helper ${name} ${usage}`).join("\n"),
  help: rootHelp("symlink-helper", commands).trimEnd(),
};
const label = /(<!-- (\w+): kept equal [^\n]*-->\n\n```text\n).*?(?=\n```)/gsu;
writeFileSync(
  file,
  readFileSync(file, "utf8").replaceAll(label, (whole, head, name) => `${head}${texts[name] ?? whole.slice(head.length)}`),
);

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
mkdirSync(join(root, "man"), { recursive: true });
writeFileSync(join(root, "man/symlink-helper.1"), manualPage(commands, version));

const pages = referencePages({
  schema: jsonSchema(),
  descriptions: DESCRIPTIONS,
  commands,
  global: GLOBAL,
  ownFlagRows,
  exitCodes: EXIT_CODES,
  outcomes: Object.entries(BY_OUTCOME),
  sources: DOCUMENTS.map((source) => readFileSync(join(root, source), "utf8")),
});
mkdirSync(join(root, "docs/reference"), { recursive: true });
for (const [path, text] of Object.entries(pages)) writeFileSync(join(root, path), text);
