import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProgram } from "../hosts/machine.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

let project: Project;
beforeEach(() => void (project = openProject()));
afterEach(() => project.close());

/** What cannot be reloaded, the program that says so, and what it says. */
const FAILING: readonly [string, object, string, RegExp][] = [
  ["a unit that is not there", { systemd: "no-such-unit" }, "systemctl", /no-such-unit|systemd/],
  ["a unit of PHP-FPM that is not there", { phpFpm: "no-such-fpm" }, "systemctl", /no-such-fpm|systemd/],
  ["a pid file that is not there", { puma: "shared/none.pid" }, "grep", /none\.pid: No such file/],
  ["a pid file without a number", { gunicorn: "shared/it's.pid" }, "grep", /none/],
  ["a supervisord that does not run", { supervisor: "shop", config: "shared/s.conf" }, "supervisorctl", /s\.sock/],
  ["an nginx that does not run", { nginx: true }, "nginx", /nginx\.pid/],
  ["an application that PM2 has not", { pm2: "it's no shop" }, "pm2", /it's no shop not found/],
];

describe("P2, P3: where a reload fails, the deploy is no success and goes back", () => {
  test.for(FAILING)("%s", async ([, reload, program, said], { skip }) => {
    const real = findProgram(program);
    if (real === undefined) {
      skip(`there is no ${program} here`);
      return;
    }
    project.configure({});
    expect(await project.json(["deploy"])).toMatchObject({ code: 0 });
    const before = live(project.appRoot);
    const shared = join(project.appRoot, "shared");
    writeFileSync(join(shared, "it's.pid"), "gunicorn\n");
    writeFileSync(join(shared, "s.conf"), `[supervisorctl]\nserverurl=unix://${shared}/s.sock\n`);
    // Whatever nginx this machine has is none of ours.
    writeFileSync(join(shared, "nginx.conf"), `pid "${shared}/nginx.pid"; error_log stderr; events {}\n`);
    mkdirSync(join(shared, "bin"));
    writeFileSync(join(shared, "bin/nginx"), `#!/bin/sh\nexec ${real} -c "${shared}/nginx.conf" "$@"\n`, { mode: 0o755 });
    project.configure({
      env: { PM2_HOME: join(shared, "pm2") },
      path: program === "nginx" ? [join(shared, "bin")] : [],
      tasks: { afterSwitch: { reload } },
    });
    project.write({ "index.html": "two" });
    project.commit("two");
    const report = await project.json(["deploy"]);
    if (program === "pm2") spawnSync(real, ["kill"], { env: { ...process.env, PM2_HOME: join(shared, "pm2") } });
    expect(report).toMatchObject({ code: 5, outcome: "returned" });
    expect(JSON.stringify(report)).toMatch(said);
    expect(live(project.appRoot)).toBe(before);
  });
});

test("P11: `config` and `plan` show the command line that a reload stands for, and `run` runs it", async () => {
  const line = "pm2 reload 'it'\\''s a shop' --update-env";
  const reload = { pm2: "it's a shop" };
  const bin = join(project.directory, "../bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "pm2"), `#!/bin/sh\nprintf '<%s>' "$@"\n`, { mode: 0o755 });
  project.configure({ path: [bin], tasks: { afterSwitch: { reload } }, commands: { again: { reload } } });
  expect((await project.slh(["config"])).stdout).toContain(JSON.stringify({ run: line }));
  expect((await project.slh(["plan"])).stdout).toContain(line);
  expect((await project.json(["plan"])).hosts[0].tasks).toMatchObject([{ point: "afterSwitch", run: line }]);
  expect(await project.json(["deploy"])).toMatchObject({ code: 0 });
  expect((await project.slh(["run", "again"])).stdout).toContain("<reload><it's a shop><--update-env>");
});
