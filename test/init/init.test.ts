import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { afterEach, describe, expect, test } from "vitest";
import type { InitOptions } from "../../src/api.ts";
import { loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { run } from "../../src/host/spawn.ts";
import { init } from "../../src/init/init.ts";
import { KINDS } from "../../src/init/recipe.ts";
import type { InitDocument } from "../../src/report/init-document.ts";
import { runCli } from "../cli/world.ts";
import { createApi, realPorts } from "../../src/index.ts";
import { type Fresh, fixtures, freshProject } from "./fresh.ts";

let fresh: Fresh | undefined;
afterEach(() => fresh?.close());

const FILE = "symlink-helper.yaml";
const HOSTS = ["deploy@web1.example.org", "ann@[2001:db8::1]:2222"];

function begin(options: Partial<InitOptions> = {}): Promise<InitDocument> {
  const signal = new AbortController().signal;
  return init({ directory: fresh?.directory ?? "", write: true, signal, ...options }, { run });
}

async function loaded(environment: string): Promise<ResolvedConfig> {
  const result = await loadConfig({ file: join(fresh?.directory ?? "", FILE), environment });
  if (!result.ok) throw new Error(renderDiagnostics(result.diagnostics));
  expect(result.warnings).toEqual([]);
  return result.config;
}

describe("what is written is loaded without a problem or a warning", () => {
  test.each(fixtures)("%s", async (fixture) => {
    fresh = freshProject(fixture);
    await begin({ hosts: HOSTS });
    const config = await loaded("production");
    expect(config.hosts).toHaveLength(2);
    expect(config.source.kind).toBe("git");
    expect((await loaded("local")).hosts[0]?.tasks.afterSwitch).toEqual([]);
    for (const line of readFileSync(join(fresh.directory, FILE), "utf8").split("\n")) expect(line.length).toBeLessThan(180);
  });

  test.each(fixtures)("%s, where there is no git", async (fixture) => {
    fresh = freshProject(fixture, { repository: false });
    await begin({ hosts: HOSTS });
    expect((await loaded("production")).source.kind).toBe("directory");
    expect(existsSync(join(fresh.directory, "scratch"))).toBe(false);
  });

  test.each(KINDS)("where a person says that it is %s", async (kind) => {
    fresh = freshProject("plain");
    await begin({ hosts: HOSTS, kind, environment: "it's", root: "/srv/a b: #c" });
    expect((await loaded("it's")).hosts[0]?.root).toBe("/srv/a b: #c");
  });

  test.each(fixtures)("%s, with what is a comment in it taken as it is meant", async (fixture) => {
    fresh = freshProject(fixture);
    const { text } = await begin({ hosts: HOSTS, write: false });
    const used = text.replace("# tasks:", "tasks:").replaceAll(/^( *)# ( *(?:afterSwitch:|group:|undo:|- ))/gmu, "$1$2");
    writeFileSync(join(fresh.directory, FILE), used.replaceAll(/^#( {3,}- )/gmu, "$1").replaceAll(/^ {2}#( {3}- )/gmu, "  $1"));
    const [host] = (await loaded("production")).hosts;
    expect((host?.tasks.afterSwitch ?? []).length).toBe(/afterSwitch: #/u.test(text) ? host?.tasks.afterSwitch.length : 0);
  });
});

describe("a folder of a repository", () => {
  test("is deployed with the whole repository, and its tasks run in it", async () => {
    fresh = freshProject("", {});
    const app = join(fresh.directory, "apps/it's web");
    mkdirSync(app, { recursive: true });
    writeFileSync(join(app, "requirements.txt"), "");
    writeFileSync(join(app, ".env.example"), "");
    const document = await begin({ directory: app, hosts: HOSTS });
    const result = await loadConfig({ file: join(app, FILE), environment: "production" });
    if (!result.ok) throw new Error(renderDiagnostics(result.diagnostics));
    expect(result.config.source).toMatchObject({ kind: "git", repository: fresh.directory });
    const [host] = result.config.hosts;
    expect(host?.tasks.prepare[0]?.run).toBe("cd 'apps/it'\\''s web' && python3 -m venv .venv");
    expect(host?.shared.map(({ path }) => path)).toEqual(["apps/it's web/.env"]);
    expect(document.text).toContain("whole repository");
  });

  test("that git leaves alone is none of it", async () => {
    fresh = freshProject("static");
    mkdirSync(join(fresh.directory, "own"));
    writeFileSync(join(fresh.directory, ".gitignore"), "own\n");
    expect((await begin({ directory: join(fresh.directory, "own"), write: false })).text).toContain("directory: .");
  });
});

describe("P9: a configuration that is there is left as it is", () => {
  test.each([
    FILE,
    "symlink-helper.yml",
    "symlink-helper.json",
    "symlink-helper.toml",
    "symlink-helper.ts",
    "symlink-helper.config.mjs",
  ])("%s", async (name) => {
    fresh = freshProject("static");
    writeFileSync(join(fresh.directory, name), "mine\n");
    await expect(begin()).rejects.toThrow(`There is a configuration already: ${name}. It is left as it is.`);
    expect(readFileSync(join(fresh.directory, name), "utf8")).toBe("mine\n");
  });

  test("also a link that leads nowhere", async () => {
    fresh = freshProject("static");
    symlinkSync("../gone.yaml", join(fresh.directory, FILE));
    await expect(begin()).rejects.toThrow("already");
    expect(existsSync(join(fresh.directory, "../gone.yaml"))).toBe(false);
  });

  test("also one that comes while a person answers", async () => {
    fresh = freshProject("static");
    const file = join(fresh.directory, FILE);
    const ask = (): Promise<string> => {
      writeFileSync(file, "mine\n");
      return Promise.resolve("");
    };
    await expect(begin({ ask })).rejects.toThrow("already");
    expect(readFileSync(file, "utf8")).toBe("mine\n");
    expect(readdirSync(fresh.directory).filter((name) => name.startsWith(".symlink"))).toEqual([]);
  });

  test("of many at once exactly one writes", async () => {
    fresh = freshProject("static");
    const all = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => begin({ hosts: [`web${at}`] })));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("with --stdout nothing is written", async () => {
    fresh = freshProject("static");
    const before = readdirSync(fresh.directory);
    expect((await begin({ write: false })).text).toContain("app: ");
    expect(readdirSync(fresh.directory)).toEqual(before);
  });
});

describe("a person is asked", () => {
  test("again until the answer can be right; what was given is not asked for", async () => {
    fresh = freshProject("node");
    const answers = ["", "http://web1", "web1, web2", "var/www", "/srv/shop"];
    const [asked, said]: [string[], string[]] = [[], []];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(answers[asked.length - 1] ?? "");
    };
    const document = await begin({ ask, say: (text) => void said.push(text) });
    expect(document).toMatchObject({ app: "shop", hosts: ["web1", "web2"], root: "/srv/shop", placeholders: false });
    expect(asked[0]).toBe("Name of the application [shop]:");
    expect(said.join("\n")).toMatch(/looks like: A Node application \(node\)[^]*not a URL[^]*whole path/u);
  });

  test("and whoever interrupts an answer finds nothing written", async () => {
    fresh = freshProject("node");
    const before = readdirSync(fresh.directory);
    const controller = new AbortController();
    const ask = (): Promise<string> => {
      controller.abort();
      return Promise.resolve("");
    };
    await expect(begin({ ask, signal: controller.signal })).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(readdirSync(fresh.directory)).toEqual(before);
  });

  test.each([
    [{ hosts: ["ssh://web1"] }, "not a URL|must be a host"],
    [{ hosts: ["local"] }, "this machine"],
    [{ hosts: ["web1", "web1"] }, "twice"],
    [{ root: "www" }, "whole path"],
    [{ environment: "local" }, "written anyway"],
    [{ environment: "a b" }, "one word"],
    [{ kind: "cobol" }, "There are: laravel"],
  ])("and is told what is wrong with an option: %j", async (options, message) => {
    fresh = freshProject("node");
    await expect(begin(options)).rejects.toThrow(new RegExp(message, "u"));
    expect(existsSync(join(fresh.directory, FILE))).toBe(false);
  });
});

test("a host that nobody named stops a deploy with its place, and the environment local none", async () => {
  fresh = freshProject("static");
  await begin();
  await expect(loaded("production")).rejects.toThrow(/"deploy@your-host\.invalid" stands for a host of yours/u);
  expect((await loaded("local")).hosts).toHaveLength(1);
});

test("git sees nothing of the scratch folder, and its name is free", async () => {
  fresh = freshProject("static");
  mkdirSync(join(fresh.directory, "scratch"));
  await begin();
  expect(fresh.git("status", "--short")).toBe("?? symlink-helper.schema.json\n?? symlink-helper.yaml");
  expect((await loaded("local")).hosts[0]?.root).toBe(join(fresh.directory, "symlink-helper-scratch"));
});

describe("editors are told of the schema in the first line", () => {
  const first = (text: string): string => text.slice(0, text.indexOf("\n"));
  const schemaFile = (): string => join(fresh?.directory ?? "", "symlink-helper.schema.json");

  test("it is written beside the configuration, which it fits", async () => {
    fresh = freshProject("node");
    const { text, schemaFile: written } = await begin({ hosts: HOSTS });
    expect([first(text), written]).toEqual([
      "# yaml-language-server: $schema=symlink-helper.schema.json",
      "symlink-helper.schema.json",
    ]);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schemaFile(), "utf8")));
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
    expect(validate({ ...parse(text), kep: 3 })).toBe(false);
  });

  test("where the package is installed in the project it is that of the package", async () => {
    fresh = freshProject("node");
    const moved = join(fresh.directory, "node_modules/symlink-helper");
    mkdirSync(moved, { recursive: true });
    writeFileSync(join(moved, "package.json"), "{}");
    expect(first((await begin()).text)).toBe(
      "# yaml-language-server: $schema=node_modules/symlink-helper/schema/symlink-helper.schema.json",
    );
    expect(existsSync(schemaFile())).toBe(false);
  });

  test("another file of that name is left as it is, and told; the same is not", async () => {
    fresh = freshProject("node");
    writeFileSync(schemaFile(), "mine");
    expect((await begin()).notes.join()).toContain("symlink-helper schema > symlink-helper.schema.json");
    expect(readFileSync(schemaFile(), "utf8")).toBe("mine");
    rmSync(join(fresh.directory, FILE));
    writeFileSync(schemaFile(), (await runCli(["schema"])).stdout);
    expect((await begin()).notes).toEqual([]);
  });

  test("nothing of it is left where the configuration cannot be written", async () => {
    fresh = freshProject("node");
    mkdirSync(join(fresh.directory, `.${FILE}.${process.pid}`));
    await expect(begin()).rejects.toThrow("cannot be written");
    expect([existsSync(schemaFile()), existsSync(join(fresh.directory, FILE))]).toEqual([false, false]);
  });

  test("a page is not served with it", async () => {
    fresh = freshProject("static");
    await begin({ hosts: HOSTS });
    expect((await loaded("production")).exclude).toContain("/symlink-helper.*");
  });
});

describe("on the command line", () => {
  const cli = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(["init", ...args], { api: createApi(realPorts()), directory: fresh?.directory ?? "" });

  test("it ends by telling what to type next", async () => {
    fresh = freshProject("rails");
    const { code, stdout, stderr } = await cli("--host", "web1", "--host", "web2", "--environment", "staging");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /deploy local .*\n.*setup staging .*\n.*shared put config\/master.key staging --from config\/master.key .*\n.*check staging .*\n.*deploy staging .*\n$/u,
    );
    expect((await loaded("staging")).hosts).toHaveLength(2);
    expect(await cli()).toMatchObject({ code: 2, stderr: expect.stringContaining("left as it is") });
  });

  test("what stands for the application's name in a comment is a word of its own", async () => {
    fresh = freshProject("laravel");
    expect((await cli("--stdout")).stdout).toContain("fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;");
  });

  test("--stdout is the text and nothing else, --json a document", async () => {
    fresh = freshProject("go");
    const { stdout } = await cli("--stdout");
    expect(JSON.parse((await cli("--json", "--stdout")).stdout)).toMatchObject({
      schema: 1,
      kind: "go",
      file: null,
      text: stdout,
    });
    expect(await cli("--config", "a.yaml")).toMatchObject({ code: 2 });
    expect(existsSync(join(fresh.directory, FILE))).toBe(false);
  });
});
