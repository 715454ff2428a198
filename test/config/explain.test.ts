import { expect, test } from "vitest";
import type { ConfigDocument } from "../../src/report/config-document.ts";
import { configDocument } from "../../src/config/document.ts";
import { parseToml } from "../../src/config/toml.ts";
import { looksSecret, withoutSecrets } from "../../src/config/secrets.ts";
import { read } from "./support.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { settleConfig } from "../../src/config/read.ts";
import type { Loaded } from "../../src/config/read.ts";

const TEXT = `app: shop
root: ./app
x-env: &env
  LOG: info
layout: { current: live }
env:
  <<: *env
  VERSION: 1.10
  API_TOKEN: abcdefgh
environments:
  one:
    keep: 3
    env: { LOG: debug }
    layout: { shared: common }
    hosts:
      - local
      - host: web2
        root: /srv/app
        env: { LOG: trace }
        ssh: { config: ssh/config }
`;

function documentOf(loaded: Loaded, env: Record<string, string> = {}, wait?: number): ConfigDocument {
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  const config = wait === undefined ? loaded.config : { ...loaded.config, wait };
  return configDocument({ config, env, written: loaded.written });
}

/** A setting as short lines: value, place, level, hosts. */
function told(document: ConfigDocument, name: string): readonly string[] {
  return document.settings
    .filter(({ setting }) => setting === name)
    .map(({ value, from, line, hosts }) =>
      [JSON.stringify(value), from, line, hosts?.join("+")].filter((part) => part !== undefined && part !== null).join(" "),
    );
}

test.each([
  ["app", ['"shop" file 1']],
  ["keep", ["3 environment 12"]],
  ["grace", ['"60s" default']],
  ["wait", ['"10m" default']],
  ["layout.current", ['"live" file 5']],
  ["layout.releases", ['"releases" default']],
  ["layout.shared", ['"common" environment 14']],
  ["root", ['"/home/ann/shop/app" file 2 local', '"/srv/app" host 18 web2']],
  ["source.git", ['"/home/ann/shop" default']],
  ["env.VERSION", ['"1.10" file 8']],
  ["env.LOG", ['"debug" environment 13 local', '"trace" host 19 web2']],
  ["env.API_TOKEN", ['"***" file 9']],
  ["ssh.config", ['"/home/ann/shop/ssh/config" host 20 web2']],
  ["permissions.group", []],
])("%s is told with its value and where it comes from", (name, expected) => {
  expect(told(documentOf(read(TEXT)), name)).toEqual(expected);
});

test("an alias is where the anchor is", () => {
  expect(
    told(documentOf(read(TEXT.replace("LOG: debug", "A: b").replace(/^ *env: \{ LOG: trace \}\n/mu, ""))), "env.LOG"),
  ).toEqual(['"info" file 4']);
});

test("what is set on the command line says so", () => {
  expect(told(documentOf(read(TEXT), {}, 90), "wait")).toEqual(['"90s" option']);
  expect(told(documentOf(read(TEXT.replace("keep: 3", "wait: 90")), {}, 90), "wait")).toEqual(["90 environment 12"]);
});

test("of a directory no ref is told", () => {
  const names = documentOf(read(TEXT.replace("app: shop", "app: shop\nsource: { directory: dist }"))).settings.map(
    ({ setting }) => setting,
  );
  expect(names.filter((name) => name.startsWith("source"))).toEqual(["source.directory"]);
});

test("where no line is known, the level is", () => {
  const toml = 'app = "a"\nroot = "/r"\n[environments.p]\nkeep = 3\nhosts = ["web1"]\n';
  const document = documentOf(settleConfig(parseToml("a.toml", toml), { file: "/srv/a.toml" }));
  expect([told(document, "app"), told(document, "keep")]).toEqual([['"a" file'], ["3 environment"]]);
});

test("P10: no secret is in it: none that is written, and none that was taken from the environment of this machine", () => {
  const secrets = { DATABASE_URL: "pg://ann:hush@db", GITHUB_TOKEN: "ghp_123", SHORT_TOKEN: "a", HOME: "/home/ann" };
  const text = TEXT.replace("app: shop", `app: "shop ${secrets.GITHUB_TOKEN}"`).replace(
    "layout: { current",
    `tasks: { prepare: { run: "x ${secrets.DATABASE_URL}", secrets: [DATABASE_URL], env: { DB_PASSWORD: hidden-one } } }\nlayout: { current`,
  );
  const shown = JSON.stringify(documentOf(read(text), secrets));
  for (const secret of ["abcdefgh", "hidden-one", secrets.DATABASE_URL, secrets.GITHUB_TOKEN])
    expect(shown).not.toContain(secret);
  expect(shown).toContain('"app":"shop ***"');
  expect(shown).toContain('"secrets":["DATABASE_URL"]');
  expect(shown).toContain("/home/ann/shop");
});

test.each([
  ["https://ann:hush@git.example.org/x.git", "https://***@git.example.org/x.git"],
  ["see https://hush@git.example.org", "see https://***@git.example.org"],
  ["postgres://ann:hush@db/x", "postgres://ann:***@db/x"],
  ["redis://:hu@sh@db", "redis://:***@db"],
  ["ssh://git@host:2222/x and ann@host:x", "ssh://git@host:2222/x and ann@host:x"],
  ["PGPASSWORD=hush psql && A=1", "PGPASSWORD=*** psql && A=1"],
  ["API_KEY='hu sh' x", "API_KEY=*** x"],
  ['PGPASSWORD="$DB_PASSWORD" TOKEN=$T x', 'PGPASSWORD="$DB_PASSWORD" TOKEN=$T x'],
  ["mail --password hush --token=hush -v", "mail --password *** --token=*** -v"],
  ["mail --password -v --token $T --token-file x", "mail --password -v --token $T --token-file x"],
  ["curl -H 'Authorization: Bearer hush' u", "curl -H 'Authorization: Bearer ***' u"],
  ['curl -H "Authorization: Bearer $T" u', 'curl -H "Authorization: Bearer $T" u'],
  ["curl -H 'Authorization: hush' u", "curl -H 'Authorization: ***' u"],
])("P10: %j is shown as %j", (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
  const document = documentOf(read(TEXT.replace("app: shop", `app: shop\ntasks: { prepare: ${JSON.stringify(text)} }`)));
  expect(told(document, "tasks.prepare")).toEqual([`${JSON.stringify(shown)} file 2`]);
  if (text !== shown) expect(JSON.stringify(document)).not.toContain("hush");
});

test("P10: names of secrets", () => {
  const secret = [
    "SMTP_PASS",
    "DB_PWD",
    "STRIPE_KEY",
    "APP_KEY",
    "JWT",
    "GH_PAT",
    "db_password",
    "SECRET_KEY_BASE",
    "APIKEY",
    "PASSPHRASE",
  ];
  const plain = [
    "PWD",
    "OLDPWD",
    "PATH",
    "SSH_AUTH_SOCK",
    "KEY_ID",
    "PUBLIC_KEY",
    "SSL_KEY_FILE",
    "COMPASS",
    "MONKEY",
    "AUTHOR",
    "NODE_ENV",
  ];
  expect([...secret, ...plain].filter(looksSecret)).toEqual(secret);
});
