import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, root } from "../../scripts/files.mjs";
import { contentOf, repositoryFiles } from "../house/files.ts";
import { codes } from "./markdown.ts";

const ARCHITECTURE = "docs/architecture.md";
const pages = repositoryFiles().filter((file) => file.endsWith(".md") && existsSync(join(root, file)));

describe.each(pages)("%s", (page) => {
  test("names only files that exist", () => {
    const paths = codes(contentOf(page)).filter((code) => /^(?:src|test|docs|demo|scripts|bin|dist)\/[\w./*-]*$/u.test(code));
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  test("links only to what exists", () => {
    const links = [...contentOf(page).matchAll(/\]\(([^)\s]+)\)/gu)].map((match) => match[1] ?? "");
    const own = links.filter((link) => !/^(?:https?:|mailto:|#)/u.test(link));
    expect(own.filter((link) => !existsSync(join(root, dirname(page), link.replace(/#.*$/u, ""))))).toEqual([]);
  });
});

test("the pages are found", () => {
  expect(pages).toContain("README.md");
  expect(pages).toContain(ARCHITECTURE);
});

describe("the architecture", () => {
  const text = contentOf(ARCHITECTURE);
  const named = new Set(codes(text));

  test("tells of every file on hosts, and of every file over all hosts", () => {
    const files = ["src/target", "src/fleet"].flatMap((folder) => filesBelow(folder).map((file) => `${folder}/${file}`));
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((file) => !named.has(file))).toEqual([]);
  });

  test("tells of every folder", () => {
    const folders = new Set(filesBelow("src").flatMap((file) => (file.includes("/") ? [`src/${file.split("/")[0]}/`] : [])));
    expect([...folders].filter((folder) => !named.has(folder))).toEqual([]);
  });

  test("names only shell functions that there are", () => {
    const program = filesBelow("src/target")
      .map((file) => contentOf(`src/target/${file}`))
      .join("\n");
    const functions = [...named].filter((code) => /^slh_\w+$/u.test(code));
    expect(functions.length).toBeGreaterThan(3);
    expect(functions.filter((name) => !program.includes(`${name}() {`))).toEqual([]);
  });

  test("lists the frames that the loop takes", () => {
    const loop =
      contentOf("src/target/loop.sh")
        .match(/^ {4}([A-Z])\)/gmu)
        ?.map((line) => line.trim()[0] ?? "") ?? [];
    const told = new Set([...named].filter((code) => /^[A-Z](?: [A-Z[\]s ]+)?$/u.test(code)).map((code) => code[0] ?? ""));
    expect([...told].toSorted()).toEqual(loop.toSorted());
  });
});

function exists(path: string): boolean {
  return existsSync(join(root, path.replace(/\/\*.*$/u, "")));
}
