import { describe, expect, test } from "vitest";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/files.mjs";
import { DOCUMENTS, referencePages } from "../../scripts/reference/pages.mjs";
import { BY_OUTCOME } from "../../src/cli/exit-codes.ts";
import { EXIT_CODES, GLOBAL, ownFlagRows } from "../../src/cli/help.ts";
import { commands } from "../../src/cli/routes.ts";
import { DESCRIPTIONS } from "../../src/config/descriptions.ts";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { contentOf } from "../house/files.ts";

const pages = referencePages({
  schema: jsonSchema(),
  descriptions: DESCRIPTIONS,
  commands,
  global: GLOBAL,
  ownFlagRows,
  exitCodes: EXIT_CODES,
  outcomes: Object.entries(BY_OUTCOME),
  sources: DOCUMENTS.map(contentOf),
});

test.each(Object.entries(pages))("%s is what the program says of itself: npm run readme", (path, text) => {
  expect(contentOf(path)).toBe(text);
});

test("the reference has no page besides", () => {
  const there = readdirSync(join(root, "docs/reference")).map((name) => `docs/reference/${name}`);
  expect(there.toSorted()).toEqual(Object.keys(pages).toSorted());
});

describe("nothing is left out of", () => {
  const text = (page: string): string => pages[`docs/reference/${page}.md`] ?? "";

  test("the settings", () => {
    for (const name of Object.keys(DESCRIPTIONS))
      expect(text("configuration")).toContain(`| \`${name.replace(/^.*(?:\[\]|task\.reload|task)\./u, "")}\` `);
  });

  test("the commands and their options", () => {
    for (const spec of commands) {
      expect(text("commands")).toContain(`\n## ${spec.name}\n`);
      for (const [option] of ownFlagRows(spec)) expect(text("commands")).toContain(`| \`${option}\``);
    }
  });

  // As many as the files have lines that look like one.
  test("the documents and their fields", () => {
    const sources = DOCUMENTS.map(contentOf).join("\n");
    const fields = text("report").match(/^\| `\w+\??` /gmu) ?? [];
    expect(fields).toHaveLength(sources.match(/^ {2}readonly /gmu)?.length ?? 0);
    for (const [, name] of sources.matchAll(/^export interface (\w+)/gmu)) expect(text("report")).toContain(`\n## ${name}\n`);
  });
});
