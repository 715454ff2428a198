import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { type Api, type CommandContext, createApi, type Event, realPorts } from "../../src/index.ts";

/** The directory of a project, its app root, and an /etc of its host in which nginx passes paths through the link. */
let directory: string;
let api: Api;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-php-"));
  const write = (name: string, text: string): void => {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  write("tree/index.php", "<?php echo 1;");
  write("etc/php/8.2/fpm/php.ini", "");
  write("etc/nginx/fastcgi.conf", "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n");
  write("etc/nginx/conf.d/shop.conf", `server { root ${directory}/site/current; location / { include fastcgi.conf; } }`);
  const ports = realPorts();
  api = createApi({ ...ports, program: ports.program.replace("slh_etc=/etc", `slh_etc='${directory}/etc'`) });
});
afterEach(() => rmSync(directory, { recursive: true }));

const WARNING =
  /PHP-FPM would serve the old release for minutes, or for ever behind a switch: .*conf\.d\/shop\.conf gives it paths through `current`/;
const RELOADS: readonly unknown[] = [
  "kill -s SIGUSR2 1",
  "systemctl reload php8.2-fpm || true",
  "cachetool opcache:reset || true",
  "[ ! -x /usr/local/bin/reload-php ] || /usr/local/bin/reload-php",
  { reload: { phpFpm: "php8.2-fpm" } },
  { reload: { phpFpm: "its-own-unit" } },
  { reload: { phpFpm: "/run/php/fpm.pid" } },
];
const ARE_NONE: readonly unknown[] = [
  "php artisan queue:restart || true",
  { reload: { systemd: "php-queue" } },
  { reload: { nginx: true } },
];

function context(afterSwitch: readonly unknown[], emit: (event: Event) => void = () => undefined): CommandContext {
  const hosts = [{ host: "local", root: "./site" }];
  const settings = { app: "shop", source: { directory: "tree" }, environments: { all: { hosts } }, tasks: { afterSwitch } };
  const loaded = readConfig(JSON.stringify(settings), { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return { config: loaded.config, emit, signal: new AbortController().signal, env: process.env, by: "ann", origin: "laptop" };
}

test("P12: that PHP-FPM would serve the old release is told, by check, plan and deploy, and stops none of them", async () => {
  const checked = await api.check(context(["true"]));
  expect(checked).toMatchObject({ ok: true, hosts: [{ findings: [{ level: "warning", code: "php-link" }] }] });
  const found = checked.hosts[0]?.findings[0];
  expect(found?.text).toMatch(WARNING);
  expect(found?.remedy).toContain("fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;");
  expect((await api.plan(context(["true"]), {})).warnings).toEqual([expect.stringMatching(WARNING)]);
  expect(await api.deploy(context(["true"]), {})).toMatchObject({
    outcome: "deployed",
    warnings: [expect.stringMatching(WARNING)],
  });
});

test.each(RELOADS)("who reloads it by `%s` is told nothing", async (run) => {
  expect((await api.check(context([run]))).hosts[0]?.findings.filter(({ code }) => code === "php-link")).toEqual([]);
});

test.each(ARE_NONE)("who reloads something else by `%s` is told", async (run) => {
  const { hosts } = await api.check(context([run]));
  expect(hosts[0]?.findings.map(({ code }) => code)).toContain("php-link");
});

test("who passes the real path is told nothing", async () => {
  const site = join(directory, "etc/nginx/conf.d/shop.conf");
  writeFileSync(site, `server { root ${directory}/site/current; fastcgi_param SCRIPT_FILENAME $realpath_root/index.php; }`);
  expect((await api.check(context(["true"]))).hosts[0]?.findings).toEqual([]);
});
