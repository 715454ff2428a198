import * as fc from "fast-check";
import { blocksOf, codes, tableOf } from "../docs/markdown.ts";
import { contentOf, repositoryFiles } from "../house/files.ts";
import { describe, expect, test } from "vitest";
import { type JsonSchema, jsonSchema } from "../../src/config/json-schema.ts";
import { Ajv } from "ajv";
import { DESCRIPTIONS } from "../../src/config/descriptions.ts";
import { EXAMPLE } from "./example.ts";
import { checkWritten } from "../../src/config/check.ts";
import { parseToml } from "../../src/config/toml.ts";
import { parseYaml } from "../../src/config/yaml.ts";
import { placeless } from "../../src/config/placeless.ts";

const FILE = "schema/symlink-helper.schema.json";
const committed = JSON.parse(contentOf(FILE)) as JsonSchema;
// What a map must have one of is required in branches, and stands in the map itself.
const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(committed);

test("what is shipped is what the program's own schema gives: `npm run schema` writes it", () => {
  expect(committed).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

test("it is shipped, can be named by those who have the package, and fetches nothing", () => {
  const { files, exports } = JSON.parse(contentOf("package.json")) as { files: string[]; exports: Record<string, unknown> };
  expect(files).toContain("schema");
  expect(exports[`./${FILE}`]).toBe(`./${FILE}`);
  const addresses = JSON.stringify(committed).match(/[a-z]+:\/\/[\w.-]+/gu);
  expect(addresses).toEqual(["http://json-schema.org"]);
});

describe("it takes every configuration of the documentation", () => {
  const pages = repositoryFiles().filter((file) => file.endsWith(".md"));
  const blocks = pages.flatMap((page) => blocksOf(page).map((block) => ({ page, ...block })));
  const shown = blocks
    .filter(({ text }) => /environments/u.test(text))
    .flatMap(({ page, language, text }, index) => {
      const value = valueOf(language, text);
      return value === undefined ? [] : [[`${page}, ${language} number ${index + 1}`, value] as const];
    });
  const examples = repositoryFiles().filter((file) => /^examples\/.*\.(?:ya?ml|json|toml)$/u.test(file));
  const files = examples.map((file) => [file, valueOf(file.split(".").at(-1) ?? "", contentOf(file))] as const);

  test.each([...shown, ...files, ["the example of the tests", valueOf("yaml", EXAMPLE)] as const])("%s", (_, value) => {
    expect(validate(value) ? [] : validate.errors).toEqual([]);
  });

  test("there are some", () => expect(shown.length + files.length).toBeGreaterThanOrEqual(7));
});

function valueOf(language: string, text: string): unknown {
  if (language === "toml") return parseToml("", text).value;
  return ["yaml", "yml", "json"].includes(language) ? parseYaml("", text).value : undefined;
}

const BASE = { app: "a", root: "/r", environments: { p: { hosts: ["web1"] } } };

test.each<[string, object]>([
  ["a setting that does not exist", { kep: 1 }],
  ["one that belongs elsewhere", { hosts: ["web1"] }],
  ["no environments", { environments: {} }],
  ["an environment without hosts", { environments: { p: {} } }],
  ["no hosts", { environments: { p: { hosts: [] } } }],
  ["a name that is an option", { environments: { "-p": { hosts: ["web1"] } } }],
  ["a host that is a URL", { environments: { p: { hosts: ["ssh://web1"] } } }],
  ["a host without an address", { environments: { p: { hosts: [{ name: "web1" }] } } }],
  ["a port that is none", { environments: { p: { hosts: [{ host: "web1", port: 70_000 }] } } }],
  ["a role with another meaning", { environments: { p: { hosts: [{ host: "web1", roles: ["all"] }] } } }],
  ["a build of one host", { environments: { p: { hosts: [{ host: "web1", tasks: { build: "make" } }] } } }],
  ["a task of the build on one host", { tasks: { build: { run: "make", on: "first" } } }],
  ["a task without a command", { tasks: { prepare: { on: "all" } } }],
  ["an empty command", { tasks: { prepare: [" "] } }],
  ["a task in another place", { tasks: { prepare: { run: "ls", in: "shared" } } }],
  ["a number as text", { app: 5 }],
  ["a text as list", { exclude: "tests" }],
  ["none to keep", { keep: 0 }],
  ["half of one to keep", { keep: 1.5 }],
  ["words for a time", { lease: "soon" }],
  ["a misspelt word", { confirm: "retrun" }],
  ["a layout with a path", { layout: { current: "a/b" } }],
  ["a mode without quotes", { permissions: { dirs: 755 } }],
  ["a mode with which nobody can work", { permissions: { dirs: "0655" } }],
  ["a home directory that is none", { root: "~/shop" }],
  ["an absolute shared path", { shared: { files: ["/etc/passwd"] } }],
  ["an unknown rule for what is missing", { shared: { files: [{ path: ".env", whenMissing: "ignore" }] } }],
  ["a variable that is no name", { env: { "A-B": "1" } }],
  ["a variable of ours", { env: { SLH_ROOT: "1" } }],
  ["a variable that is a list", { env: { A: [] } }],
])("it refuses what the program refuses: %s", (_, wrong) => {
  const value = { ...BASE, ...wrong };
  expect(checkWritten(value, placeless("")).problems).not.toEqual([]);
  expect(validate(value)).toBe(false);
});

describe("it is never stricter than the program", () => {
  const text = fc.oneof(
    fc.string({
      unit: fc.constantFrom(...Array.from("aZ09-~/._ :@[]\n\u00E9"), "first", "all", "SLH_", "://", "7", "m", "s"),
      maxLength: 6,
    }),
    fc.string(),
  );
  const at = (place: (text: string | number) => object): void =>
    fc.assert(
      fc.property(fc.oneof(text, fc.integer({ min: -1, max: 1_000_000 })), (written) => {
        // No schema library keeps it, and nobody has anything of that name.
        fc.pre(written !== "__proto__");
        const value = { ...BASE, ...place(written) };
        if (checkWritten(value, placeless("")).problems.length === 0)
          expect({ value, ok: validate(value) }).toEqual({ value, ok: true });
      }),
      { numRuns: 400 },
    );

  test.each<[string, (text: string | number) => object]>([
    ["a name", (app) => ({ app })],
    ["a root", (root) => ({ root })],
    ["a number", (keep) => ({ keep })],
    ["a time", (wait) => ({ wait })],
    ["a pattern", (each) => ({ exclude: [each] })],
    ["a repository", (git) => ({ source: { git } })],
    ["a ref", (ref) => ({ source: { ref } })],
    ["a directory", (directory) => ({ source: { directory } })],
    ["a name in the root", (current) => ({ layout: { current } })],
    ["a shared path", (path) => ({ shared: { files: [path] } })],
    ["a mode", (dirs) => ({ permissions: { dirs, files: dirs } })],
    ["a umask", (umask) => ({ permissions: { umask } })],
    ["a group", (group) => ({ permissions: { group } })],
    ["a path in the release", (path) => ({ permissions: { writable: [path] } })],
    ["a command", (run) => ({ tasks: { prepare: run, finish: [{ run, undo: run }] } })],
    ["a service", (pm2) => ({ tasks: { prepare: [{ reload: { pm2 } }, { reload: { systemd: pm2, user: true } }] } })],
    ["a pid file", (puma) => ({ tasks: { prepare: [{ reload: { puma } }, { reload: { phpFpm: puma } }] } })],
    ["an account", (as) => ({ tasks: { prepare: { run: "ls", as } } })],
    ["a word", (on) => ({ tasks: { prepare: { run: "ls", on } } })],
    ["a variable", (name) => ({ env: { [name]: name } })],
    ["an option of ssh", (name) => ({ ssh: { options: { [name]: name } } })],
    ["a host", (host) => ({ environments: { p: { hosts: [host, { host, name: host, user: host, roles: [host] }] } } })],
    ["an environment", (name) => ({ environments: { [name]: { hosts: ["web1"] } } })],
  ])("%s", (_, place) => at(place));

  test("keys of one's own and the reference to the schema are allowed", () => {
    expect(validate({ ...BASE, "x-hosts": [1], $schema: `./node_modules/symlink-helper/${FILE}` })).toBe(true);
  });
});

describe("every setting is described", () => {
  const settings = settingsOf(committed);

  test("and nothing else is", () => {
    expect(settings.filter(({ description }) => description === undefined)).toEqual([]);
    const used = new Set(settings.map(({ description }) => description));
    expect(Object.values(DESCRIPTIONS).filter(({ text }) => !used.has(text))).toEqual([]);
  });

  test("in the types as in the schema", () => {
    const files = [
      "written",
      "written-checks",
      "written-notify",
      "written-inventory",
      "written-source",
      "written-logs",
      "written-strategy",
      "written-reload",
    ].map((name) => contentOf(`src/config/${name}.ts`));
    const types = files.join("").replaceAll(/\s+(?:\* )?/gu, " ");
    for (const { text, otherwise } of Object.values(DESCRIPTIONS))
      expect(types).toContain(otherwise === undefined ? `/** ${text} ` : `/** ${text} Default: ${JSON.stringify(otherwise)} `);
  });

  test("with the defaults that docs/configuration.md tells", () => {
    const rows = [
      ...tableOf("docs/configuration.md", "Setting"),
      ...tableOf("docs/configuration.md", "Setting of a task").map(([name, ...rest]) => [
        `\`task.${codes(name)[0]}\``,
        "",
        ...rest,
      ]),
    ];
    for (const [name, , told] of rows) {
      const { otherwise } = DESCRIPTIONS[codes(name)[0] ?? ""] ?? {};
      const said = otherwise === undefined ? undefined : typeof otherwise === "string" ? otherwise : JSON.stringify(otherwise);
      expect([name, codes(told)[0]]).toEqual([name, said]);
    }
  });
});

interface Setting {
  readonly name: string;
  readonly description: unknown;
}

function settingsOf(schema: unknown): readonly Setting[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, JsonSchema> };
  const own = Object.entries(properties).map(([name, { description }]) => ({ name, description }));
  return [...own, ...Object.values({ ...properties, ...rest }).flatMap(settingsOf)];
}
