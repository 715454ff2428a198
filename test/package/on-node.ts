import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { contentOf } from "../house/files.ts";
import type { Packed } from "./packed.ts";

const { version } = JSON.parse(contentOf("package.json")) as { version: string };

/** What an installed package does on that Node, in the order in which a person would do it. */
export function tellOnNode(node: string, packed: () => Packed): void {
  function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const { project } = packed();
    const env = { ...process.env, PATH: `${dirname(node)}:${process.env["PATH"]}`, XDG_CACHE_HOME: join(project, "cache") };
    return spawnSync(node, args, { cwd: project, encoding: "utf8", env });
  }
  const slh = (...args: readonly string[]): ReturnType<typeof run> => run("node_modules/.bin/symlink-helper", ...args);

  test("it says version and help, and writes a configuration", () => {
    expect(slh("--version")).toMatchObject({ status: 0, stdout: expect.stringContaining(version), stderr: "" });
    expect(slh("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("deploy"), stderr: "" });
    const init = slh("init", "--stdout", "--host", "deploy@web1.example.org");
    expect(init).toMatchObject({ status: 0, stdout: expect.stringContaining("deploy@web1.example.org") });
  });

  test("it reads a configuration in YAML, TOML and TypeScript", () => {
    for (const [name, text] of Object.entries(CONFIGURATIONS)) {
      writeFileSync(join(packed().project, name), text);
      expect({ name, ...slh("config", "--config", name) }).toMatchObject({ name, status: 0, stderr: "" });
    }
  });

  test("it deploys on this machine, and goes back", () => {
    const { project } = packed();
    const index = (): string => readFileSync(join(project, "scratch/current/index.html"), "utf8");
    rmSync(join(project, "scratch"), { recursive: true, force: true });
    mkdirSync(join(project, "site"), { recursive: true });
    for (const content of ["one", "two"]) {
      writeFileSync(join(project, "site/index.html"), content);
      expect(slh("deploy", "local", "--config", "a.yaml")).toMatchObject({ status: 0, stderr: "" });
    }
    expect(index()).toBe("two");
    expect(slh("rollback", "local", "--config", "a.yaml")).toMatchObject({ status: 0, stderr: "" });
    expect(index()).toBe("one");
  });

  test("it is a library", () => {
    const { project } = packed();
    rmSync(join(project, "scratch"), { recursive: true, force: true });
    writeFileSync(join(project, "deploy.mjs"), PROGRAM);
    const { status, stdout, stderr } = run("deploy.mjs");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.trim()).toBe(`deployed ${readlinkSync(join(project, "scratch/current")).replace("releases/", "")}`);
  });
}

const CONFIGURATIONS = {
  "a.yaml": "{ app: shop, root: ./scratch, source: { directory: site }, environments: { local: { hosts: [local] } } }",
  "a.toml": 'app = "shop"\nroot = "./scratch"\nsource = { directory = "site" }\n[environments.local]\nhosts = ["local"]\n',
  "a.ts": `import { defineConfig } from "symlink-helper";
const root: string = "./scratch";
export default defineConfig({ app: "shop", root, source: { directory: "site" }, environments: { local: { hosts: ["local"] } } });
`,
};

const PROGRAM = `import { api, createContext, loadConfig } from "symlink-helper";
const report = await api.deploy(createContext(await loadConfig({ file: "a.yaml" })), {});
console.log(report.outcome, report.release);
`;
