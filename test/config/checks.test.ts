import { describe, expect, test } from "vitest";
import { configDocument } from "../../src/config/document.ts";
import { parseEndpoint } from "../../src/config/check-address.ts";
import { deploySecretNames, secretNames } from "../../src/config/secrets.ts";
import { problems, read, resolved } from "./support.ts";

const BASE = "app: a\nroot: /r\nenvironments: { p: { hosts: [web1, { host: web2, roles: [db] }] } }\n";
const checks = (check: string): unknown => resolved(`${BASE}check: ${check}\n`).hosts[0]?.check;
const COMMON = { on: { kind: "all" }, within: 30, interval: 1, consecutive: 1, timeout: 10 };
const HTTP = { status: [], body: null, header: {}, release: null, send: {}, connect: null, unixSocket: null, ca: null };

test.each<[string, readonly object[]]>([
  ["[]", []],
  ["{ http: 'http://localhost:80' }", [{ kind: "http", ...COMMON, ...HTTP, url: "http://localhost/", as: null, path: [] }]],
  [
    "[{ http: { url: 'https://[::1]:8443/x?y', status: 204, release: body, connect: '[fe80::1]' } }]",
    [
      {
        ...HTTP,
        kind: "http",
        url: "https://[::1]:8443/x?y",
        status: [204],
        release: "body",
        connect: { host: "fe80::1", port: null },
      },
    ],
  ],
  [
    "{ http: { url: 'http://a', release: X-Release, send: { Host: b, X: { secret: S } }, header: { a: b }, unixSocket: /s } }",
    [{ release: { header: "X-Release" }, send: { Host: "b", X: { secret: "S" } }, header: { a: "b" }, unixSocket: "/s" }],
  ],
  [
    "{ tcp: '[::1]:5432', on: db, within: 1m, as: root }",
    [{ kind: "tcp", host: "::1", port: 5432, on: { kind: "role", role: "db" }, within: 60, as: "root" }],
  ],
  [
    "{ command: bin/check, secrets: [S], in: root, interval: 2, consecutive: 3, shell: bash -l, env: { A: 010 }, timeout: 1m }",
    [
      {
        kind: "command",
        interval: 2,
        consecutive: 3,
        task: {
          run: "bin/check",
          secrets: ["S"],
          in: "root",
          timeout: 60,
          env: { A: "010" },
          shell: { program: "bash", flags: "-l" },
        },
      },
    ],
  ],
])("%s", (written, expected) => {
  expect(checks(written)).toHaveLength(expected.length);
  expect(checks(written)).toMatchObject(expected);
});

test("one below replaces all of what is above it, a map as well as a list", () => {
  const text = `app: a\nroot: /r\ncheck: { http: 'http://x', within: 9 }\nenvironments:
  p: { hosts: [w, { host: v, check: { tcp: 'x:1' } }, { host: u, check: [] }] }\n  q: { hosts: [w], check: [{ tcp: 'y:2' }] }\n`;
  const kinds = (environment: string): unknown =>
    resolved(text, { environment }).hosts.map(({ check }) => check.map(({ kind, within }) => [kind, within]));
  expect(kinds("p")).toEqual([[["http", 9]], [["tcp", 30]], []]);
  expect(kinds("q")).toEqual([[["tcp", 30]]]);
});

test.each([
  ["{ within: 3 }", "4:1 <check> Nothing is checked: a check is an `http`, a `tcp` or a `command`"],
  [
    "{ tcp: 'a:1', command: x }",
    "4:22 <command> A check is `tcp` or `command`, not both | Write one entry of the list for each.",
  ],
  ["{ tcp: 'a:1', secrets: [X] }", "4:22 <secrets> `secrets` belongs to a `command`, and this check is `tcp`"],
  [
    "{ tcp: a }",
    '4:15 <a> `check.tcp` must be a host and a port, such as 127.0.0.1:5432, but is "a" | An IPv6 address stands in brackets: [::1]:5432.',
  ],
  [
    "{ http: 'http://u:p@x/' }",
    "4:16 <'http://u:p@x/'> `check.http` must not hold a user or a password | Send them in a header: send: { Authorization: { secret: NAME } }.",
  ],
  [
    "{ http: { url: x } }",
    '4:23 <x> `check.http.url` must be a URL that begins with http:// or https://, such as http://127.0.0.1:8080/health, but is "x"',
  ],
  [
    "{ http: { url: 'http://x', status: 99 } }",
    "4:43 <99> `check.http.status` must be a status of HTTP, from 100 to 599, but is 99",
  ],
  [
    "{ http: { url: 'https://x', unixSocket: /a } }",
    "4:36 <unixSocket> A socket is asked without encryption: the URL must begin with http://",
  ],
  [
    "{ http: { url: 'http://x', unixSocket: /a, connect: b } }",
    "4:35 <unixSocket> A check connects to `connect` or to a `unixSocket`, not to both",
  ],
  ["{ http: { url: 'http://x', ca: /a } }", "4:35 <ca> `ca` says which certificates to trust, and http:// has none"],
  [
    "{ http: { url: 'http://x', send: { Connection: x } } }",
    '4:43 <Connection> The name "Connection" in `check.http.send` must not be set: it decides how the answer is sent, which must be readable here',
  ],
  [
    "{ http: { url: 'http://x', body: '' } }",
    "4:41 <''> `check.http.body` must not be empty: every body holds nothing | Leave it out where the body does not matter.",
  ],
  ["{ command: x, secrets: [A], env: { A: b } }", '4:43 <A> "A" is a secret of this task, so it cannot be set here too'],
])("%s: %s", (check, expected) => {
  expect(problems(`${BASE.replace(/, \{.*\}\]/u, "]")}check: ${check}\n`)).toEqual([expected]);
});

test("a role that nobody has", () => {
  const [first] = problems(`${BASE}check: { tcp: 'a:1', on: dbs }\n`);
  expect(first).toContain('No host of "p" has the role "dbs"');
});

describe("secrets", () => {
  const text = `${BASE}check: [{ command: x, secrets: [B] }, { http: { url: 'http://x', send: { Authorization: { secret: A } } } }]\n`;
  test("of checks are those of a deploy", () => {
    expect(deploySecretNames(resolved(text))).toEqual(["A", "B"]);
    expect(secretNames(resolved(text))).toEqual(["A", "B"]);
  });

  test("that are written are warned about", () => {
    const warned = problems(`${BASE}check: { http: { url: 'http://x', send: { authorization: Bearer x } } }\n`);
    expect(warned).toEqual([expect.stringContaining("looks like a secret")]);
  });
});

test("`config` shows what is checked and where that is written", () => {
  const loaded = read(`${BASE}check: { tcp: 'a:1' }\n`);
  if (!loaded.ok) throw new Error("it is a configuration");
  const { settings } = configDocument({ config: loaded.config, env: {}, written: loaded.written });
  expect(settings.find(({ setting }) => setting === "check")).toMatchObject({ value: { tcp: "a:1" }, from: "file", line: 4 });
});

test.each<[string, object | null]>([
  ["a", { host: "a", port: null }],
  ["127.0.0.1:1", { host: "127.0.0.1", port: 1 }],
  ["[::1]", { host: "::1", port: null }],
  ["::1", null],
  ["a:0", null],
  ["a:65536", null],
  ["-a", null],
  ["a b", null],
  ["[x]", null],
  ["", null],
])("%j", (text, endpoint) => expect(parseEndpoint(text)).toEqual(endpoint));
