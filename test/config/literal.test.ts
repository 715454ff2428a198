import * as fc from "fast-check";
import { expect, test } from "vitest";
import { posix } from "node:path";
import { resolved } from "./support.ts";
import { stringify } from "yaml";

/** Text with anything in it that a file name or an argument can hold. */
const anything = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from("'\"`$\\!#&|;<>(){}[]*?~%^=:,-@ \t\n\r\u0007\u001B\u0085\u00A0\u2028\uFEFF\u{1F600}e\u0301"),
    ),
    minLength: 1,
  }),
  fc.constantFrom(
    "null",
    "~",
    "true",
    "0755",
    "1.10",
    "*a",
    "&a",
    "<<",
    "- a",
    "a: b",
    "# a",
    "'",
    "%",
    "@",
    "  a  ",
    "\n",
    "...",
    "---",
  ),
);
const argument = anything.filter((text) => !text.includes("\0"));
const command = argument.filter((text) => text.trim() !== "");
const fileName = argument.filter((text) => !text.includes("/") && text !== "." && text !== "..");
const path = fc.array(fileName, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const hostName = fc
  .string({ unit: "grapheme", minLength: 1 })
  .filter((text) => !/[\s\p{C}@:[\]]|^-/u.test(text) && text !== "local");
const variable = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/u).filter((name) => !name.startsWith("SLH_"));
const line = argument.filter((text) => text.trim() !== "" && !/\p{Cc}/u.test(text));

const values = fc.record({
  app: line.filter((text) => !/[\p{Zl}\p{Zp}]/u.test(text)),
  root: path,
  local: path.filter((text) => !text.startsWith("~")),
  shared: fc.uniqueArray(
    fileName.filter((name) => name !== "REVISION" && name !== ".release.json"),
    { minLength: 1, maxLength: 3 },
  ),
  writable: fileName,
  task: command,
  undo: command,
  host: hostName,
  env: fc.dictionary(variable, argument, { noNullPrototype: true }),
  exclude: argument.filter((text) => text.trim() !== "" && !/[\r\n]/u.test(text)),
  ref: line.filter((text) => !text.startsWith("-")),
  option: line,
});

type Values = typeof values extends fc.Arbitrary<infer T> ? T : never;

function configuration({ app, root, local, shared, writable, task, undo, host, env, exclude, ref, option }: Values): object {
  return {
    app,
    root: `/${root}`,
    source: { git: `./${local}`, ref },
    exclude: [exclude],
    shared: { dirs: shared.map((name) => `shared/${name}`), files: shared.map((name) => ({ path: `./files//${name}/` })) },
    permissions: { writable: [`writable/${writable}`] },
    env,
    ssh: { config: `./${local}`, options: { ProxyCommand: option } },
    tasks: { prepare: [task, { run: task, undo, env }] },
    environments: { production: { hosts: [host] }, local: { root: `./${local}`, hosts: ["local"] } },
  };
}

/** On one line: folding a quoted text with a line of spaces in it, the library writes another text (yaml 2.9.1). */
const QUOTED = { doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER };

const WRITERS: readonly [string, (value: object) => string][] = [
  ["JSON", (value) => JSON.stringify(value)],
  ["YAML", (value) => stringify(value, QUOTED)],
  [
    "YAML in quotes",
    (value) => stringify(value, { ...QUOTED, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" }),
  ],
];

test.each(WRITERS)("P10: every path, command, host and variable arrives literally, written as %s", (_name, write) => {
  fc.assert(
    fc.property(values, (given) => {
      const text = write(configuration(given));
      const { app, source, exclude, hosts } = resolved(text, { environment: "production" });
      const [host] = hosts;
      expect({ app, exclude }).toEqual({ app: given.app, exclude: [given.exclude] });
      expect(source).toEqual({ kind: "git", repository: posix.join("/home/ann/shop", given.local), ref: given.ref });
      expect(host?.root).toBe(`/${given.root}`);
      expect(host?.address).toMatchObject({ host: given.host, options: { ProxyCommand: given.option } });
      expect(host?.address).toMatchObject({ configFile: posix.join("/home/ann/shop", given.local) });
      const paths = [...given.shared.map((name) => `shared/${name}`), ...given.shared.map((name) => `files/${name}`)];
      expect(host?.shared.map((entry) => entry.path)).toEqual(paths);
      expect(host?.permissions.writable).toEqual([`writable/${given.writable}`]);
      expect(host?.tasks.prepare).toMatchObject([{ run: given.task }, { run: given.task, undo: given.undo }]);
      expect(host?.tasks.prepare[1]?.env).toEqual(given.env);
      expect(host?.env).toEqual(given.env);
      expect(resolved(text, { environment: "local" }).hosts[0]?.root).toBe(posix.join("/home/ann/shop", given.local));
    }),
    { numRuns: 100 },
  );
});
