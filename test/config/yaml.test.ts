import { expect, test } from "vitest";
import { problems, read, resolved } from "./support.ts";

const BASE = "app: a\nroot: /r\nenvironments: { p: { hosts: [web1] } }\n";

const NOTATION: readonly [string, string, readonly string[]][] = [
  ["an empty file", "", ["1:1 The file is empty | A configuration needs at least `app`, `root` and `environments`."]],
  ["comments only", "# nothing\n", ["1:1 The file is empty | A configuration needs at least `app`, `root` and `environments`."]],
  ["a list", "- a\n", ["1:1 <-> The file must be a map, but is a list"]],
  ["a word", "shop\n", ['1:1 <shop> The file must be a map, but is "shop"']],
  ["a tab as indentation", "environments:\n\tp: 1\n", ["2:1 Lines are indented with spaces, but this one has a tab"]],
  ["an open bracket", "app: [a\n", ["2:1 A bracket or brace above is not closed, or what is in it is not indented"]],
  [
    "an open quote",
    'app: "a\n',
    ["2:1 Something is missing here: a closing quote or bracket, a comma, or the colon after a key"],
  ],
  [
    "two keys on a line",
    "app: b: c\n",
    [
      "1:6 <b> This line has more than one `key: value`, or is indented too far | Put the inner one on its own line or in braces; quote a text that has a colon in it.",
    ],
  ],
  [
    "a line indented too far",
    "app: a\n  root: /r\n",
    [
      "1:6 <a> This line has more than one `key: value`, or is indented too far | Put the inner one on its own line or in braces; quote a text that has a colon in it.",
    ],
  ],
  [
    "a line indented too little",
    "env:\n    A: a\n  B: b\n",
    [
      "3:1 The indentation does not fit the lines around it | Keys of one map start in the same column; what belongs to a key stands further right.",
    ],
  ],
  ["a reserved character", "app: @shop\n", ["1:6 <@> Text cannot start with this character unless it is in quotes"]],
  [
    "an escape that does not exist",
    'app: "\\q"\n',
    ["1:7 <\\> Text in double quotes has an escape that does not exist | Use single quotes, or write each backslash twice."],
  ],
  [
    "text after a quoted one",
    'app: "a" b\n',
    [
      "1:10 <b> This does not belong here | A text that has quotes, brackets, commas or colons in it is best put in quotes as a whole.",
    ],
  ],
  [
    "a tag",
    "app: !ruby/object a\n",
    [
      "1:6 <!ruby/object> Tags such as this one are not used here | Write the value without what begins with `!`; quote it if it is text.",
    ],
  ],
  ["another version of YAML", `%YAML 1.1\n---\n${BASE}`, ["1:1 <%YAML> Only YAML 1.2 is understood | Remove the line `%YAML`."]],
  [
    "two documents",
    `${BASE}---\napp: b\n`,
    ["4:1 <---> The file holds several documents, but only one can be used | Remove the line `---`."],
  ],
  ["a map as key", "? { a: b }\n: c\n", ["1:3 <{> A key is a text: it cannot be a map or a list"]],
  [
    "a key twice",
    `${BASE}app: b\nenv: { A: a, A: b }\n`,
    [
      '4:1 <app> "app" is set twice in this map | Remove one of them.',
      '5:14 <A> "A" is set twice in this map | Remove one of them.',
    ],
  ],
  [
    "a key of all objects",
    `${BASE}__proto__: { keep: 3 }\ntoString: a\n`,
    ['4:1 <__proto__> "__proto__" cannot be used as a name', '5:1 <toString> "toString" cannot be used as a name'],
  ],
  [
    "an unknown alias",
    `${BASE}x-a: &defaults { A: a }\nenv: *default\n`,
    ['5:6 <*default> No anchor above is called "default" | Did you mean `*defaults`?'],
  ],
  [
    "an alias before its anchor",
    `env: *later\nx-a: &later { A: a }\n${BASE}`,
    ['1:6 <*later> No anchor above is called "later" | An anchor such as `&name` stands above the aliases that repeat it.'],
  ],
  [
    "an alias in its own value",
    `${BASE}x-a: &a { b: [*a] }\n`,
    ['4:15 <*a> The alias "a" stands inside the very value it repeats'],
  ],
  [
    "a merge key in its own value",
    `${BASE}x-a: &a { <<: *a }\n`,
    ['4:15 <*a> The alias "a" stands inside the very value it repeats'],
  ],
  ["a merge key with a text", `${BASE}env: { <<: a }\n`, ["4:8 <<<> `<<` takes in a map or a list of maps, and nothing else"]],
  [
    "several mistakes",
    "app: @a\nroot: `b`\nkeep: 5\n",
    [
      "1:6 <@> Text cannot start with this character unless it is in quotes",
      "2:7 <`> Text cannot start with this character unless it is in quotes",
    ],
  ],
];

test.each(NOTATION)("%s", (_title, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

const numbered = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");
const tenfold = (index: number): string => `x-${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(", ")}]`;

test.each([
  ["ten aliases of ten aliases of ten …", `x-0: &a0 [1]\n${numbered(30, tenfold)}\n${BASE}`, /multiply/u],
  [
    "a long chain of aliases",
    `x-0: &a0 [1]\n${numbered(5000, (index) => `x-${index + 1}: &a${index + 1} [*a${index}]`)}`,
    /multiply/u,
  ],
  [
    "a long chain of merge keys",
    `x-0: &a0 { a: 1 }\n${numbered(5000, (index) => `x-${index + 1}: &a${index + 1} { <<: *a${index} }`)}`,
    /multiply/u,
  ],
  ["brackets without end", "[".repeat(50_000), /nested too deeply/u],
  ["dashes without end", "- ".repeat(50_000), /nested too deeply/u],
  ["braces without end", "{a: ".repeat(50_000), /nested too deeply/u],
  ["ever deeper lines", numbered(1000, (index) => `${" ".repeat(index)}a:`), /nested too deeply/u],
  ["a huge file", `${BASE}#${"x".repeat(1024 * 1024)}`, /larger than 1 MiB/u],
])("%s is refused without being expanded", (_title, text, message) => {
  expect(problems(text)).toEqual([expect.stringMatching(message)]);
});

test.each([
  ["LF", BASE],
  ["CR LF", BASE.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${BASE}`],
  ["a byte order mark and CR LF", `\uFEFF${BASE.replaceAll("\n", "\r\n")}`],
  ["the end of a document", `---\n${BASE}...\n`],
])("%s changes neither values nor columns", (_title, text) => {
  expect(resolved(text).app).toBe("a");
  const lines = text.startsWith("---") ? 1 : 0;
  expect(problems(text.replace("app: a", "app: [a]"))).toEqual([`${lines + 1}:1 <app> \`app\` must be text, but is a list`]);
});

test("aliases and merge keys hold the same as if it were written out", () => {
  const text = `${BASE}
x-one: &one { A: one, B: one, C: one }
x-two: &two { B: two, C: two, D: two }
env: { C: own, <<: [*two, *one] }
tasks:
  prepare: &steps [npm ci, { run: npm test, env: { <<: *one, A: own } }]
  finish: *steps
`;
  const [host] = resolved(text).hosts;
  expect(host?.env).toEqual({ A: "one", B: "two", C: "own", D: "two" });
  expect(host?.tasks.prepare.map((task) => [task.run, task.env])).toEqual([
    ["npm ci", {}],
    ["npm test", { A: "own", B: "one", C: "one" }],
  ]);
  expect(host?.tasks.finish).toEqual(host?.tasks.prepare);
});

test("what came through an alias is shown where it was written, and by its own name", () => {
  const text = `${BASE}
x-base: &base { C: [x], D: { y: 1 } }
x-list: &list nothing
env: { <<: *base, D: 5 }
exclude: *list
`;
  expect(problems(text)).toEqual([
    "5:17 <C> `env.C` must be text, but is a list",
    '8:10 <*list> `exclude` must be a list, but is "nothing"',
  ]);
});

test("keys are texts, whatever YAML would make of them", () => {
  const text =
    "app: a\nroot: /r\nenvironments: { 1: { hosts: [a] }, true: { hosts: [b] }, null: { hosts: [c] }, 0x1F: { hosts: [d] } }\n";
  for (const environment of ["1", "true", "null", "0x1F"]) expect(resolved(text, { environment }).environment).toBe(environment);
});

test("a quoted << is a key like any other", () => {
  expect(problems(`${BASE}env: { "<<": a }\n`)).toEqual([expect.stringContaining('The name "<<" in `env` must be letters')]);
});

test("x- keys hold anything", () => {
  expect(read(`${BASE}x-anything: { a: [1, { b: null }] }\n`).ok).toBe(true);
});
