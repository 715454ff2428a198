import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configDocument } from "../../src/config/document.ts";
import { problems, read, resolved } from "./support.ts";

const BASE = "app: a\nroot: /r\nenvironments: { p: { hosts: [web1] } }\n";

const fileOf = (place: string): string => `"$(grep -x '[1-9][0-9]*' ${place} || echo none)"`;

/** What is written, and the one command line that it stands for: those of docs/configuration.md. */
const LINES: readonly [string, string][] = [
  ["{ systemd: shop }", "systemctl reload-or-restart 'shop'"],
  ["{ systemd: shop@2.service, restart: true }", "systemctl restart 'shop@2.service'"],
  ["{ systemd: shop, sudo: true }", "sudo -n systemctl reload-or-restart 'shop'"],
  [
    "{ systemd: shop, user: true }",
    "XDG_RUNTIME_DIR=\"${XDG_RUNTIME_DIR:-/run/user/$(id -u)}\" systemctl --user reload-or-restart 'shop'",
  ],
  ["{ phpFpm: php8.2-fpm, sudo: true }", "sudo -n systemctl reload 'php8.2-fpm'"],
  ["{ phpFpm: /run/php/php8.2-fpm.pid }", `kill -s USR2 ${fileOf("'/run/php/php8.2-fpm.pid'")}`],
  ["{ nginx: true, sudo: true }", "sudo -n nginx -s reload"],
  ["{ pm2: shop }", "pm2 reload 'shop' --update-env"],
  ["{ puma: shared/pids/puma.pid }", `kill -s USR2 ${fileOf(`"$SLH_ROOT"/'shared/pids/puma.pid'`)}`],
  ["{ puma: puma.pid, phased: true }", `kill -s USR1 ${fileOf(`"$SLH_ROOT"/'puma.pid'`)}`],
  ["{ gunicorn: /run/shop/gunicorn.pid, sudo: true }", `sudo -n kill -s HUP ${fileOf("'/run/shop/gunicorn.pid'")}`],
  [`{ gunicorn: "/run/ann's shop/$(id).pid" }`, `kill -s HUP ${fileOf(String.raw`'/run/ann'\''s shop/$(id).pid'`)}`],
  ["{ supervisor: 'shop:*' }", "supervisorctl restart 'shop:*'"],
  ["{ supervisor: shop, config: etc/s.conf }", "supervisorctl -c \"$SLH_ROOT\"/'etc/s.conf' restart 'shop'"],
  ['{ pm2: "it\'s a shop" }', "pm2 reload 'it'\\''s a shop' --update-env"],
];

function runs(text: string): string | undefined {
  return resolved(`${BASE}${text}`).hosts[0]?.tasks.afterSwitch[0]?.run;
}

test.each(LINES)("%s is one command line", (written, line) => {
  expect(runs(`tasks: { afterSwitch: { reload: ${written} } }`)).toBe(line);
  expect(runs(`tasks: { afterSwitch: [{ reload: ${written}, on: first }] }`)).toBe(line);
  const { commands } = resolved(`${BASE}commands: { again: { reload: ${written} } }`).hosts[0] ?? {};
  expect(commands?.["again"]?.run).toBe(line);
});

test("`config` shows the command line", () => {
  const loaded = read(
    `${BASE}tasks: { afterSwitch: [echo, { reload: { systemd: shop }, as: root }] }\ncommands: { reload: { reload: { pm2: shop } } }`,
  );
  if (!loaded.ok) throw new Error("It was not read.");
  const { settings } = configDocument({ config: loaded.config, env: {}, written: loaded.written });
  const value = (name: string): unknown => settings.find(({ setting }) => setting === name)?.value;
  expect(value("tasks.afterSwitch")).toEqual(["echo", { run: "systemctl reload-or-restart 'shop'", as: "root" }]);
  expect(value("commands")).toEqual({ reload: { run: "pm2 reload 'shop' --update-env" } });
});

const SERVICES = "`systemd`, `phpFpm`, `nginx`, `pm2`, `puma`, `gunicorn` or `supervisor`";

const MISTAKES: readonly [string, readonly string[]][] = [
  ["{ on: first }", ["4:10 <afterSwitch> `tasks.afterSwitch` must have `run` or `reload`"]],
  [
    "{ run: x, reload: { pm2: a } }",
    ["4:10 <afterSwitch> `tasks.afterSwitch` must have only one of `run` or `reload` | Write two tasks, in a list."],
  ],
  ["{ reload: {} }", [`4:25 <reload> \`tasks.afterSwitch.reload\` must have ${SERVICES}`]],
  [
    "{ reload: { pm2: a, nginx: true } }",
    [`4:25 <reload> \`tasks.afterSwitch.reload\` must have only one of ${SERVICES} | Write a task for each, in a list.`],
  ],
  ["{ reload: { nginx: false } }", ["4:42 <false> `nginx` can only be `true` | Leave the task out."]],
  [
    "{ reload: { systemd: a, user: true, sudo: true } }",
    ["4:59 <sudo> `sudo` has no meaning for the systemd of a user | Whose it is, `as` says."],
  ],
  ["{ reload: { pm2: a, restart: true } }", ["4:43 <restart> `restart` belongs to `systemd`, and this is a reload of `pm2`"]],
  [
    "{ reload: { systemd: -a } }",
    ["4:44 <-a> `tasks.afterSwitch.reload.systemd` must not begin with `-`: it would be taken for an option"],
  ],
  [
    "{ reload: { systemd: 'shop@*' } }",
    [
      "4:44 <'shop@*'> `tasks.afterSwitch.reload.systemd` must be one unit, not a pattern, but is \"shop@*\" | `systemctl` ends well for a pattern that matches none. Write a task for each.",
    ],
  ],
  [
    "{ reload: { supervisor: my shop } }",
    [
      '4:47 <my shop> `tasks.afterSwitch.reload.supervisor` must be one word, without spaces and control characters, but is "my shop"',
    ],
  ],
];

test.each(MISTAKES)("%s is told", (written, expected) => {
  expect(problems(`${BASE}tasks: { afterSwitch: ${written} }`)).toEqual(expected);
});

test("nothing is reloaded where nothing is served yet", () => {
  expect(problems(`${BASE}tasks: { build: { reload: { pm2: a }, run: x } }`)).toEqual([
    "4:19 <reload> `tasks.build.reload` has no meaning for `build`, which runs once, on this machine, before any host is involved",
  ]);
});

/** There is no systemd on this machine: this stands in for its `systemctl`, and writes down what it is asked. */
describe("as systemd would hear it", () => {
  let bin: string;
  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), "slh-systemctl-"));
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "systemctl"), '#!/bin/sh\nprintf "<%s>" "$@"; echo " $XDG_RUNTIME_DIR"\n');
    chmodSync(join(bin, "systemctl"), 0o755);
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  test.each([
    [String.raw`{ systemd: 'shop@\x2d' }`, {}, "<reload-or-restart><shop@\\x2d> "],
    ["{ systemd: shop, user: true, restart: true }", { XDG_RUNTIME_DIR: "/my/own" }, "<--user><restart><shop> /my/own"],
    ["{ systemd: shop, user: true }", {}, `<--user><reload-or-restart><shop> /run/user/${process.getuid?.()}`],
  ])("%s", (written, env, heard) => {
    const line = runs(`tasks: { afterSwitch: { reload: ${written} } }`) ?? "";
    const { stdout } = spawnSync("/bin/sh", ["-c", line], { encoding: "utf8", env: { PATH: `${bin}:/usr/bin:/bin`, ...env } });
    expect(stdout).toBe(`${heard}\n`);
  });
});
