import { describe, expect, test } from "vitest";
import { configDocument } from "../../src/config/document.ts";
import { notifySecretTexts } from "../../src/config/notify.ts";
import { notifySecretNames, deploySecretNames, secretNames } from "../../src/config/secrets.ts";
import { problems, read, resolved } from "./support.ts";

const BASE = "app: a\nroot: /r\nenvironments: { p: { hosts: [web1] } }\n";
const told = (entry: string): unknown => resolved(`${BASE}notify: [${entry}]\n`).notify[0];
const ALL = ["success", "failure", "return"];

test.each([
  ["{ slack: 'https://h/x' }", { kind: "slack", url: "https://h/x", on: ALL, timeout: 10 }],
  ["{ slack: { secret: HOOK }, timeout: 1m, on: return }", { url: { secret: "HOOK" }, on: ["return"], timeout: 60 }],
  ["{ webhook: 'http://h', on: [return, success] }", { kind: "webhook", secret: null, headers: {}, on: ["success", "return"] }],
  ["{ command: ./a, secrets: [B, B] }", { kind: "command", run: "./a", secrets: ["B"] }],
])("%s", (entry, expected) => {
  expect(told(entry)).toMatchObject(expected);
});

test("an environment has its own, or nobody", () => {
  const text = "app: a\nroot: /r\nnotify: [{ command: x }]\nenvironments: { p: { hosts: [w] }, q: { hosts: [w], notify: [] } }\n";
  expect(["p", "q"].map((environment) => resolved(text, { environment }).notify.length)).toEqual([1, 0]);
});

test.each([
  ["{}", "4:10 <{> Nobody is told: an entry of `notify` is a `slack`, a `webhook` or a `command`"],
  ["{ slack: 'https://h', command: x }", "4:32 <command> An entry of `notify` is a `slack` or a `command`, not both"],
  ["{ slack: 'https://h', secret: X }", "4:32 <secret> `secret` belongs to a `webhook`, and this is a `slack`"],
  ["{ command: x, headers: { A: b } }", "4:24 <headers> `headers` belongs to a `webhook`, and this is a `command`"],
  ["{ webhook: 'https://h', secrets: [X] }", "4:34 <secrets> `secrets` belongs to a `command`, and this is a `webhook`"],
  [
    "{ slack: $HOOK }",
    '4:19 <$HOOK> `notify[0].slack` must be a URL: nothing is replaced in it, but is "$HOOK" | For what a variable holds: { secret: HOOK }',
  ],
  [
    "{ slack: 'ftp://h' }",
    "4:19 <'ftp://h'> `notify[0].slack` must be a URL that begins with https:// or http://, but is \"ftp://h\"",
  ],
  [
    "{ webhook: 'https://u:p@h/' }",
    "4:21 <'https://u:p@h/'> `notify[0].webhook` must not hold a user or a password: it could not be sent | Take them out. A `webhook` can send them in a header, Authorization; addresses that Slack gives have none.",
  ],
  [
    "{ command: x, on: sucess }",
    '4:28 <sucess> `notify[0].on` must be `success`, `failure` or `return`, but is "sucess" | Did you mean `success`?',
  ],
  ["{ command: x, timeout: 0 }", "4:33 <0> `notify[0].timeout` must be at least 1s, but is 0"],
  [
    "{ webhook: 'https://h', headers: { Host: x } }",
    '4:45 <Host> The name "Host" in `notify[0].headers` must not be set: it is decided by what is sent',
  ],
])("%s: %s", (entry, expected) => {
  expect(problems(`${BASE}notify: [${entry}]\n`)).toEqual([expected]);
});

test("one host cannot have its own", () => {
  const [first] = problems("app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: w, notify: [] }] } }\n");
  expect(first).toContain("cannot be set for one host");
});

describe("P10: what is secret in it", () => {
  const config = resolved(
    `${BASE}notify:
  - { slack: 'https://hooks.example.org/services/T0/B0/literal' }
  - { webhook: { secret: URL }, secret: KEY, headers: { A: { secret: AUTH }, B: plainvalue } }
  - { webhook: 'https://ops.example.org/deploys' }
  - { command: x, secrets: [TOKEN] }
tasks: { prepare: { run: x, secrets: [TOKEN, OTHER] } }
`,
  );

  test("is known by name, and does not stop a deploy", () => {
    expect(notifySecretNames(config)).toEqual(["URL", "AUTH", "KEY", "TOKEN"]);
    expect(secretNames(config)).toEqual(["AUTH", "KEY", "OTHER", "TOKEN", "URL"]);
    expect(deploySecretNames(config)).toEqual(["OTHER", "TOKEN"]);
  });

  test("is masked where it stands in the file", () => {
    expect(notifySecretTexts(config.notify)).toEqual(["https://hooks.example.org/services/T0/B0/literal"]);
  });

  test("is not shown by `config`", () => {
    const text = `${BASE}notify: [{ slack: 'https://h.example/T/literal' }, { webhook: 'https://o.example/', headers: { B: plainvalue } }]\n`;
    const loaded = read(text);
    if (!loaded.ok) throw new Error("not loaded");
    const shown = configDocument({ config: loaded.config, env: {}, written: loaded.written });
    expect(JSON.stringify(shown)).not.toMatch(/literal|plainvalue/);
    expect(shown.settings.find(({ setting }) => setting === "notify")?.value).toEqual([
      { slack: "https://h.example/***" },
      { webhook: "https://o.example", headers: { B: "***" } },
    ]);
  });
});
