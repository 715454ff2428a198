import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesBelow, root } from "../../scripts/files.mjs";
import { codes, tableOf } from "../docs/markdown.ts";
import { contentOf } from "../house/files.ts";
import { tellOnNode } from "./on-node.ts";
import { type Packed, packAndInstall } from "./packed.ts";

const { version, dependencies } = JSON.parse(contentOf("package.json")) as { version: string; dependencies: object };
const DECISION = "docs/decisions/0001-dependencies.md";

let packed: Packed;
beforeAll(() => void (packed = packAndInstall()), 120_000);
afterAll(() => packed?.close());

describe("in the package", () => {
  test("is what it needs, and nothing else", () => {
    const folders = new Set(packed.files.map((file) => file.split("/")[0] ?? ""));
    expect([...folders].toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "man",
      "package.json",
      "schema",
    ]);
    for (const file of ["bin/symlink-helper", "dist/index.js", "dist/index.d.ts", "dist/cli/main.js", "man/symlink-helper.1"])
      expect(packed.files).toContain(file);
    const built = filesBelow("dist").map((file) => `dist/${file}`);
    expect(packed.files.filter((file) => file.startsWith("dist/"))).toEqual(built.toSorted());
    expect(packed.files.filter((file) => /test|\.map$|(?<!\.d)\.ts$/u.test(file))).toEqual([]);
  });

  test("no file points to a source map, or to a file, that is not there", () => {
    const home = join(packed.project, "node_modules/symlink-helper");
    const texts = packed.files
      .filter((file) => /\.(?:m?js|d\.ts)$/u.test(file))
      .map((file) => [file, readFileSync(join(home, file), "utf8")]);
    expect(texts.length).toBeGreaterThan(400);
    for (const [file = "", text = ""] of texts) {
      expect([file, text.includes("sourceMappingURL")]).toEqual([file, false]);
      const own = [...text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/gu)].map((match) => join(dirname(file), match[1] ?? ""));
      const there = (path: string): boolean =>
        packed.files.includes(path) || packed.files.includes(path.replace(/\.[mc]?ts$/u, ".d.ts"));
      expect(own.filter((path) => !there(path))).toEqual([]);
    }
  });

  test("publint finds nothing", async () => {
    const { messages } = await publint({
      pkgDir: join(packed.project, "node_modules/symlink-helper"),
      strict: true,
      pack: false,
    });
    expect(messages).toEqual([]);
  });

  // Old resolutions, and require() of an ES module, are not offered.
  test("its types are right where it can be imported", () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const { status, stdout } = spawnSync(process.execPath, [attw, packed.tarball, "--profile", "esm-only", "--no-color"], {
      encoding: "utf8",
    });
    expect([status, stdout.includes("🟢 (ESM)") ? "" : stdout]).toEqual([0, ""]);
  });

  test("and a program that uses them compiles, with the strictest settings", () => {
    writeFileSync(join(packed.project, "deploy.ts"), contentOf("examples/deploy.ts"));
    writeFileSync(join(packed.project, "symlink-helper.ts"), contentOf("examples/programs.ts"));
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    const options = [
      "--noEmit",
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--module",
      "nodenext",
      ...types,
    ];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, "deploy.ts", "symlink-helper.ts"], {
      cwd: packed.project,
      encoding: "utf8",
    });
    expect([stdout, status]).toEqual(["", 0]);
  });
});

test("nothing is installed but what the decision names", () => {
  const home = join(packed.project, "node_modules");
  const names = readdirSync(home).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(home, name)).map((own) => `${name}/${own}`) : [name],
  );
  const named = tableOf(DECISION, "Package").map(([name]) => codes(name)[0] ?? "");
  expect(named.toSorted()).toEqual(Object.keys(dependencies).toSorted());
  const brought = [...contentOf(DECISION).matchAll(/Brings `(?<name>[^`]+)`/gu)].map(({ groups }) => groups?.["name"] ?? "");
  const installed = names.filter((name) => !name.startsWith("."));
  expect(installed.toSorted()).toEqual([...named, ...brought, "symlink-helper"].toSorted());
});

test("npx runs it", () => {
  const said = execFileSync("npx", ["symlink-helper", "--version"], {
    cwd: packed.project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(said.trim()).toContain(version);
});

// CI runs this file on every Node that test/runtimes pins.
describe("on this Node", () => tellOnNode(process.execPath, () => packed));
