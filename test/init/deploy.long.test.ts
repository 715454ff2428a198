import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { configurationReader } from "../../src/cli/configuration.ts";
import { createApi, realPorts } from "../../src/index.ts";
import { runCli } from "../cli/world.ts";
import { findProgram } from "../hosts/machine.ts";
import { type Fresh, freshProject } from "./fresh.ts";

// npm, Python, git are the real ones. What this machine lacks is stood in for by a program that writes down how it was called, and
// what it is called to make.
const STAND_INS: Readonly<Record<string, string>> = {
  composer: "mkdir -p vendor && echo '<?php' > vendor/autoload.php",
  php: "exit 0",
  bundle: 'case "$1 $2" in "config set") mkdir -p .bundle && echo "$*" >> .bundle/config ;; *) exit 0 ;; esac',
  go: 'mkdir -p bin && printf "#!/bin/sh\\n" > bin/greeter && chmod +x bin/greeter',
};

let programs: string;
const path = process.env["PATH"] ?? "";
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), "slh-init-programs-"));
  for (const [name, text] of Object.entries(STAND_INS)) {
    if (findProgram(name) !== undefined && name !== "composer") continue;
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  process.env["PATH"] = `${programs}:${path}`;
});
afterAll(() => {
  process.env["PATH"] = path;
  rmSync(programs, { recursive: true });
});

let fresh: Fresh;
afterEach(() => fresh.close());

const cli = (...args: string[]): ReturnType<typeof runCli> =>
  runCli(args, {
    api: createApi(realPorts()),
    directory: fresh.directory,
    env: process.env as Record<string, string>,
    loadConfig: (request) => configurationReader()({ ...request, file: join(fresh.directory, "symlink-helper.yaml") }),
  });

const rows: readonly [fixture: string, served: readonly string[], left: readonly string[]][] = [
  ["node", ["server.js", "dist/server.js", "package.json"], ["scratch"]],
  ["php", ["index.php", "vendor/autoload.php"], ["scratch"]],
  ["laravel", ["artisan", "vendor/autoload.php", "storage/logs", "bootstrap/cache"], ["node_modules"]],
  ["rails", ["config/application.rb", ".bundle/config", "log"], []],
  ["python", ["app.py", ".venv/bin/python"], []],
  ["go", ["bin/greeter", "templates/index.html"], ["main.go", "go.mod"]],
  ["static", ["index.html", "style.css"], ["symlink-helper.yaml"]],
  ["plain", ["run.pl"], []],
];

const kinds = rows.map((row) => [...row, true] as const);
const bare = rows.filter(([fixture]) => ["php", "go", "static"].includes(fixture)).map((row) => [...row, false] as const);

test.each([...kinds, ...bare])(
  "from init to a release that is served, on this machine: %s (is there, is not: %j, %j; in git: %s)",
  async (fixture, served, left, repository) => {
    fresh = freshProject(fixture, { repository });
    if (fixture === "laravel") rmSync(join(fresh.directory, "package.json"));
    if (fixture === "laravel" && repository) fresh.git("commit", "--quiet", "--all", "--message=Two");
    expect(await cli("init")).toMatchObject({ code: 0, stderr: "" });
    expect(await cli("plan", "local")).toMatchObject({ code: 0 });
    const deployed = await cli("deploy", "local");
    expect(deployed.code, deployed.stderr).toBe(0);
    const current = join(fresh.directory, "scratch/current");
    expect(served.filter((file) => !existsSync(join(current, file)))).toEqual([]);
    expect([...left, "scratch"].filter((file) => existsSync(join(current, file)))).toEqual([]);
    expect(await cli("status", "local")).toMatchObject({ code: 0 });
  },
);

test("Ruby's gems are told to stay in the release, where the running program finds them", async () => {
  fresh = freshProject("rack");
  mkdirSync(join(fresh.directory, "log"));
  expect(await cli("init")).toMatchObject({ code: 0 });
  expect(await cli("deploy", "local")).toMatchObject({ code: 0 });
  expect(readFileSync(join(fresh.directory, "scratch/current/.bundle/config"), "utf8")).toContain("deployment true");
});
