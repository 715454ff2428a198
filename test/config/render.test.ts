import { expect, test } from "vitest";
import { diagnostics } from "./support.ts";
import { renderDiagnostics } from "../../src/config/render.ts";

const render = (text: string): string => renderDiagnostics(diagnostics(text));

test("ten mistakes are told at once, in the order of the file", () => {
  const text = `ap: shop
root: ~/shop
keep: "five"
shared:
  dirs: [log, log/app]
  files: [{ path: config.json, whenMissing: sed }]
permissions: { dirs: 0755 }
tasks:
  before_switch: npm run migrate
  build: { run: npm run build, on: first }
  afterSwitch: { run: systemctl reload shop, on: wbe }
env: { SLH_RELEASE: x }
environments:
  production:
    hosts:
      - { host: web1, port: 65536, roles: [web] }
      - { host: web2, tasks: { build: make } }
  staging: { hosts: [] }
`;
  expect(render(text)).toMatchInlineSnapshot(`
    "shop.yaml:1:1: error: There is no setting "ap"
      1 | ap: shop
        | ^^
      Did you mean \`app\`?

    shop.yaml:2:7: error: \`root\` must not begin with \`~\`: it is taken literally and never becomes a home directory
      2 | root: ~/shop
        |       ^^^^^^
      Write the whole path, such as /home/deploy/app.

    shop.yaml:3:7: error: \`keep\` must be a whole number of at least 1, but is "five"
      3 | keep: "five"
        |       ^^^^^^

    shop.yaml:5:15: error: "log/app" is inside "log", which is shared as a whole
      5 |   dirs: [log, log/app]
        |               ^^^^^^^
      Remove one of them from \`shared\`.

    shop.yaml:6:45: error: \`shared.files[0].whenMissing\` must be \`fail\`, \`seed\`, \`create\` or \`skip\`, but is "sed"
      6 |   files: [{ path: config.json, whenMissing: sed }]
        |                                             ^^^
      Did you mean \`seed\`?

    shop.yaml:7:22: error: \`permissions.dirs\` must be three or four octal digits in quotes, such as "0755", but is 0755
      7 | permissions: { dirs: 0755 }
        |                      ^^^^
      Without quotes it is another number.

    shop.yaml:9:3: error: There is no setting "before_switch" in \`tasks\`
       9 |   before_switch: npm run migrate
         |   ^^^^^^^^^^^^^
      Did you mean \`beforeSwitch\`?

    shop.yaml:10:32: error: \`tasks.build.on\` has no meaning for \`build\`, which runs once, on this machine, before any host is involved
      10 |   build: { run: npm run build, on: first }
         |                                ^^

    shop.yaml:11:50: error: No host of "production" has the role "wbe", so this would never run there
      11 |   afterSwitch: { run: systemctl reload shop, on: wbe }
         |                                                  ^^^
      Did you mean \`web\`?

    shop.yaml:12:8: error: The name "SLH_RELEASE" in \`env\` must not begin with \`SLH_\`: those variables tell tasks about their deploy
      12 | env: { SLH_RELEASE: x }
         |        ^^^^^^^^^^^

    shop.yaml:16:29: error: \`environments.production.hosts[0].port\` must be a port: a whole number from 1 to 65535, but is 65536
      16 |       - { host: web1, port: 65536, roles: [web] }
         |                             ^^^^^

    shop.yaml:17:32: error: \`environments.production.hosts[1].tasks.build\` cannot be set for one host: one deploy ships one tree to all hosts
      17 |       - { host: web2, tasks: { build: make } }
         |                                ^^^^^
      Use another environment for hosts that need another tree.

    shop.yaml:18:14: error: \`environments.staging.hosts\` must list at least one host
      18 |   staging: { hosts: [] }
         |              ^^^^^
    "
  `);
});

test("nothing wrong is nothing to show", () => {
  expect(renderDiagnostics([])).toBe("");
});

test("a text over several lines is underlined line by line, up to three", () => {
  expect(render("app: a\nroot: /r\nenvironments: { p: { hosts: [a] } }\nexclude: |\n  one\n    two\n  three\n  four\n"))
    .toMatchInlineSnapshot(`
    "shop.yaml:4:10: error: \`exclude\` must be a list, but is "one\\n  two\\nthree\\nfour\\n"
      4 | exclude: |
        |          ^
      5 |   one
        |   ^^^
      6 |     two
        |     ^^^
    "
  `);
});

test("carets stand below what they mean after tabs and characters of two code units", () => {
  expect(render("app: a\nroot: /r\nenvironments: { 😀: { hosts: [a],\tkep: 1 } }\n")).toMatchInlineSnapshot(`
    "shop.yaml:3:35: error: There is no setting "kep" in \`environments["😀"]\`
      3 | environments: { 😀: { hosts: [a],	kep: 1 } }
        |                                 	^^^
      Did you mean \`keep\`?
    "
  `);
});

test("of a very long line the part around the mistake is shown", () => {
  const before = Array.from({ length: 40 }, (_, index) => `A${index}: x`).join(", ");
  const shown = render(
    `app: a\nroot: /r\nenvironments: { p: { hosts: [a] } }\nenv: { ${before}, A-B: x, ${before.replaceAll("A", "B")} }\n`,
  );
  expect(shown).toMatchInlineSnapshot(`
    "shop.yaml:4:318: error: The name "A-B" in \`env\` must be letters, digits and underscores, and not begin with a digit: shells know no other variables
      4 |  x, A33: x, A34: x, A35: x, A36: x, A37: x, A38: x, A39: x, A-B: x, B0: x, B1: x, B2: x, B3: x, B4: x, B5: x, B6: x, B7: x, B8: x, B9: x, B10: x, B11: x, B12: x
        |                                                             ^^^
    "
  `);
});

test("control characters of the file are not printed", () => {
  expect(render("\u001B[31mred: \u009B1\n")).toMatchInlineSnapshot(`
    "shop.yaml:1:1: error: \`environments\` is missing
      1 | �[31mred: �1
        | ^

    shop.yaml:1:1: error: There is no setting "\\u001b[31mred"
      1 | �[31mred: �1
        | ^^^^^^^^
      Keys of the file: app, source, exclude, wait, strategy, limits, notify, unreachable, root, layout, keep, shared, permissions, reuse, check, commands, logs, env, path, shell, become, lease, grace, oldProcesses, confirm, durability, ssh, tasks, environments.
    "
  `);
});

test("what looks like a secret is named, but its line is not shown", () => {
  const shown = render(
    "app: a\nroot: /r\nenvironments: { p: { hosts: [a], env: { API_TOKEN: hunter2, TOKEN_FILE: /x, MY_SECRET: '' } } }\n",
  );
  expect(shown).toMatchInlineSnapshot(`
    "shop.yaml:3:52: warning: "API_TOKEN" looks like a secret, but what stands in \`env\` is not masked
      Name it under \`secrets\` of the tasks that need it: it is then taken from the environment of this machine.
    "
  `);
  expect(shown).not.toContain("hunter2");
});

test("P10: what stands before the machine of a web address is not printed, and the carets stay where they were", () => {
  const text = "app: a\nroot: /r\nenvironments: { p: { hosts: [w] } }\nnotify: [{ slack: 'https://bob:hunter2@h/x' }]\n";
  const [, line = "", carets = ""] = render(text).split("\n");
  expect(line).toBe("  4 | notify: [{ slack: 'https://***********@h/x' }]");
  expect([carets.indexOf("^"), carets.lastIndexOf("^")]).toEqual([line.indexOf("'"), line.lastIndexOf("'")]);
});
