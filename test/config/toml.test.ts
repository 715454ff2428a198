import { expect, test } from "vitest";
import { parseToml } from "../../src/config/toml.ts";
import { settleConfig } from "../../src/config/read.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import type { Loaded } from "../../src/config/read.ts";

const GOOD = `#:schema ./node_modules/symlink-helper/schema/symlink-helper.schema.json
app = "shop"
root = "/var/www/shop"
keep = 3
env = { WORKERS = 4, TITLE = "1.10", ON = true }

[tasks]
prepare = ["npm ci", { run = "npm run warm", timeout = "2m" }]

[environments.production]
wait = 60
[[environments.production.hosts]]
host = "web1"
roles = ["web"]
[[environments.production.hosts]]
host = "web2"
`;

function load(text: string): Loaded {
  return settleConfig(parseToml("a.toml", text), { file: "/srv/a.toml" });
}

function said(text: string): string {
  const loaded = load(text);
  return renderDiagnostics(loaded.ok ? loaded.warnings : loaded.diagnostics);
}

test("TOML is read, also with a byte order mark and other line ends", () => {
  const expected = {
    ok: true,
    config: {
      app: "shop",
      wait: 60,
      hosts: [
        { name: "web1", keep: 3, env: { WORKERS: "4", TITLE: "1.10", ON: "true" }, roles: ["web"] },
        { name: "web2", tasks: { prepare: [{ run: "npm ci" }, { run: "npm run warm", timeout: 120 }] } },
      ],
    },
  };
  expect(load(GOOD)).toMatchObject(expected);
  expect(load(`\uFEFF${GOOD.replaceAll("\n", "\r\n")}`)).toMatchObject(expected);
});

test("a mistake of the notation has line and column", () => {
  expect(said('app = "shop"\nroot = /srv\n')).toMatch(
    /^a\.toml:2:8: error: This is not valid TOML: .*\n {2}2 \| root = \/srv\n {4}\| {8}\^\n/u,
  );
  expect(said("app = 1\r\napp = 2\r\n")).toMatch(/^a\.toml:2:\d+: error: This is not valid TOML: /u);
});

test.each([
  [GOOD.replace("keep", "kep"), 'a.toml: error: `kep`: There is no setting "kep"\n  Did you mean `keep`?\n'],
  [GOOD.replace("keep = 3", "keep = 0"), "a.toml: error: `keep` must be a whole number of at least 1, but is 0\n"],
  [
    GOOD.replace('"web2"', '"web1"'),
    'a.toml: error: `environments.production.hosts[1].host`: Another host of this environment is called "web1" too\n',
  ],
  [
    GOOD.replace('"1.10"', "1.10"),
    "a.toml: error: `env.TITLE` is a number with a fraction, which no setting is\n  Put it in quotes: then it stays as it is written.\n",
  ],
  [GOOD.replace('"1.10"', "1.0"), "a.toml: error: `env.TITLE` is a number with a fraction"],
  [GOOD.replace('"1.10"', "2026-11-23"), "a.toml: error: `env.TITLE` is a date, which no setting is"],
  [GOOD.replace('"1.10"', "9007199254740993"), "a.toml: error: `env.TITLE` is too large a number"],
  [`constructor = 1\n${GOOD}`, "a.toml: error: `constructor` cannot be used as a name\n"],
  [`"__proto__" = 1\n${GOOD}`, "a.toml: error: `__proto__` cannot be used as a name\n"],
  ["", "a.toml: error: `environments` is missing\n"],
])("a setting that is wrong is named: %#", (text, message) => {
  expect(said(text)).toContain(message);
});
