import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/files.mjs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";

const PROGRAM = `import { defineConfig } from "symlink-helper";
type Names = readonly string[];
const names: Names = ["one", "two"];
console.log("noise");
export default defineConfig(async ({ env }) => ({
  app: "shop",
  root: "./app",
  env: { WHO: env["WHO"] ?? "nobody", API_TOKEN: "abcdefgh" },
  environments: Object.fromEntries(names.map((name) => [name, { hosts: ["nobody-is-there.test", "local"].slice(0, 1), root: "/r" }])),
}));
`;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-e2e-config-"));
  mkdirSync(join(directory, "sub"));
  writeFileSync(join(directory, "symlink-helper.ts"), PROGRAM);
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, WHO: "ann", XDG_CACHE_HOME: join(directory, "cache") };
  return spawnSync(process.execPath, [join(root, "bin/symlink-helper"), ...args], {
    encoding: "utf8",
    env,
    cwd: join(directory, "sub"),
  });
}

test("config shows what a program in TypeScript gives, found upwards, without asking a host", () => {
  const { status, stdout, stderr } = run("config", "two");
  expect({ status, first: stdout.split("\n")[0] }).toEqual({
    status: 0,
    first: `shop two, from ${join(directory, "symlink-helper.ts")}`,
  });
  expect(stdout).toMatch(/^ {2}env\.WHO +symlink-helper\.ts +ann$/mu);
  expect(stdout).toMatch(/^ {2}root +symlink-helper\.ts \(environment\) +\/r$/mu);
  expect(stdout).toMatch(/^ {2}keep +default +5$/mu);
  expect(stdout).toMatch(/^ {2}env\.API_TOKEN +symlink-helper\.ts +\*\*\*$/mu);
  expect(stdout).toMatch(/^ {2}nobody-is-there\.test +nobody-is-there\.test +\/r$/mu);
  expect(stderr).toContain('warning: The program printed "noise"');
});

test("and for machines one document, whatever the program prints", () => {
  const { status, stdout } = run("config", "one", "--json");
  expect(status).toBe(0);
  const document = JSON.parse(stdout) as { schema: number; config: { wait: number; hosts: unknown[] } };
  expect(document).toMatchObject({
    schema: 1,
    app: "shop",
    environment: "one",
    config: { wait: 600, hosts: [{ env: { WHO: "ann", API_TOKEN: "***" } }] },
  });
});

test("two configurations in one folder are an error that names both", () => {
  writeFileSync(join(directory, "sub/symlink-helper.json"), "{}");
  writeFileSync(join(directory, "sub/symlink-helper.toml"), "");
  const { status, stderr } = run("config", "one");
  expect(status).toBe(2);
  expect(stderr).toContain("symlink-helper.json and symlink-helper.toml");
  expect(stderr).toContain("--config FILE");
  for (const file of ["json", "toml"]) rmSync(join(directory, `sub/symlink-helper.${file}`));
});
