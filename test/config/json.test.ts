import * as fc from "fast-check";
import { expect, test } from "vitest";
import { settleConfig } from "../../src/config/read.ts";
import { jsonError } from "../../src/config/json-syntax.ts";
import { parseJson } from "../../src/config/json.ts";
import { parseYaml } from "../../src/config/yaml.ts";

const GOOD = '{\n\t"app": "a",\n\t"root": "/r",\n\t"environments": { "p": { "hosts": ["web1"] } }\n}\n';

function said(text: string): readonly string[] {
  const loaded = settleConfig(parseJson("a.json", text), { file: "/srv/a.json" });
  return (loaded.ok ? loaded.warnings : loaded.diagnostics).map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === null ? "" : ` | ${hint}`}`,
  );
}

test("JSON is read, indented with tabs, with a byte order mark, with a reference to its schema", () => {
  expect(said(GOOD)).toEqual([]);
  expect(said(`\uFEFF${GOOD}`)).toEqual([]);
  expect(said(GOOD.replace("{", '{ "$schema": "./node_modules/symlink-helper/schema/symlink-helper.schema.json",'))).toEqual([]);
});

test.each([
  [GOOD.replace('"app"', '"ap"'), '2:2 There is no setting "ap" | Did you mean `app`?'],
  [GOOD.replace('"/r"', '"/r",\n\t"keep": "5"'), '4:10 `keep` must be a whole number of at least 1, but is "5"'],
  [GOOD.replace("{", '{ "app": "b",'), '2:2 "app" is set twice in this map | Remove one of them.'],
  ["", "1:1 The file is empty | A configuration needs at least `app`, `root` and `environments`."],
])("what is wrong has its place: %j", (text, message) => {
  expect(said(text)).toContain(message);
});

const HINT = "Name the file symlink-helper.yaml: YAML takes all of JSON, and this too (comments begin with #).";

test.each([
  ['{\n  // why\n  "a": 1 }', `2:3 JSON has no comments | ${HINT}`],
  ['{ "a": 1 # why\n}', `1:10 JSON has no comments | ${HINT}`],
  ['{ "a": 1,\n}', `2:1 JSON has no comma behind the last entry | ${HINT}`],
  ['{ "a": [1,] }', `1:11 JSON has no comma behind the last entry | ${HINT}`],
  ["{ 'a': 1 }", "1:3 Text stands in double quotes"],
  ["{ a: 1 }", "1:3 The name of a setting is expected here, in double quotes, or `}`"],
  ["app: shop", "1:1 A value is expected here: text in double quotes, a number, true, false, null, a list or a map"],
  ['{ "a": 01 }', "1:8 A value is expected here: text in double quotes, a number, true, false, null, a list or a map"],
  ['{ "a" 1 }', "1:7 A colon is expected here"],
  ['{ "a": 1 "b": 2 }', "1:10 A comma or a closing bracket is expected here"],
  ["{} {}", "1:4 Nothing is expected here: the configuration ends above"],
  ['{ "a": [1', "1:10 The file ends too early: something is not closed"],
  [
    '{ "a": "\\x" }',
    "1:8 This text is not closed on its line, or has a `\\` that means nothing | Write a backslash as `\\\\`, a line break as `\\n`.",
  ],
])("what is no JSON is told with its place, and not taken for YAML: %j", (text, message) => {
  expect(said(text)).toEqual([message]);
});

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  '"a"',
  '"b":',
  "1",
  "-0.5e3",
  "01",
  "true",
  "nul",
  "null",
  " ",
  "\n",
  '"\\u00e9"',
  '"\\q"',
  "'",
  "#",
  ".",
];

test("it is JSON exactly where Node says so", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect({ text, ok: jsonError(text) === null }).toEqual({ text, ok: isJson(text) });
    }),
    { numRuns: 5000 },
  );
});

test("its values are those that Node finds", () => {
  const name = fc.string({ minLength: 1, maxLength: 9 }).filter((key) => !(key in {}) && key !== "prototype" && key !== "<<");
  const tree = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), tie("list"), tie("map")),
    list: fc.array(tie("value"), { maxLength: 3 }),
    map: fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(tree.map, fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
      expect(parseYaml("a.json", JSON.stringify(value, null, indent)).value).toEqual(value);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
