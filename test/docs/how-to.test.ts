import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesBelow, root } from "../../scripts/files.mjs";
import { loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { scanTree } from "../../src/tree/scan.ts";
import { recordingApi, runCli } from "../cli/world.ts";
import { contentOf } from "../house/files.ts";
import { blocksOf } from "./markdown.ts";

const TUTORIAL = "docs/tutorial.md";
const pages = filesBelow("docs")
  .filter((file) => file.endsWith(".md") && !/^(?:decisions\/|architecture)/u.test(file))
  .map((file) => `docs/${file}`);

let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "slh-how-to-"))));
afterAll(() => rmSync(scratch, { recursive: true }));

async function load(text: string, environment: string): Promise<{ exclude: readonly string[] }> {
  const file = join(scratch, "symlink-helper.yaml");
  writeFileSync(file, text);
  const loaded = await loadConfig({ file, environment });
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  expect(loaded.warnings).toEqual([]);
  return loaded.config;
}

describe.each(pages)("%s", (page) => {
  test("has configurations that are right", async () => {
    for (const { text } of blocksOf(page).filter(({ language }) => language === "yaml"))
      for (const environment of ["production", "staging", "local"].filter((name) => text.includes(`${name}:`)))
        await load(text, environment);
  });

  test("has command lines that are understood", async () => {
    const lines = blocksOf(page).flatMap(({ language, text }) => (language === "sh" ? text.split("\n") : []));
    for (const line of lines.filter((each) => each.startsWith("symlink-helper "))) {
      const args = words(line.replace(/ (?:\|\||>) .*$/u, "")).slice(1);
      expect({ line, ...(await runCli(args, { api: recordingApi().api })) }).toMatchObject({ line, code: 0 });
    }
  });

  test("has programs that are part of an example that is run", () => {
    const example = contentOf("examples/deploy.ts").replaceAll(/^ +/gmu, "");
    for (const { text } of blocksOf(page).filter(({ language, label }) => language === "ts" && label === ""))
      expect(example).toContain(text.replaceAll(/^ +/gmu, ""));
  });
});

test("every page is found from the README or the list of pages", () => {
  const found = ["README.md", "docs/how-to/README.md", "docs/reference/commands.md"].flatMap((page) =>
    [...contentOf(page).matchAll(/\]\((?<to>[^)#\s]+)/gu)].map(({ groups }) => join(dirname(page), groups?.["to"] ?? "")),
  );
  expect(pages.length).toBeGreaterThan(15);
  expect(pages.filter((page) => !found.includes(page))).toEqual([]);
});

test.each([
  ["docs/how-to/monorepo.md", ["apps", "apps/api", "apps/api/server.js"]],
  ["docs/how-to/static.md", ["dist", "dist/index.html"]],
])("%s ships what it says", async (page, shipped) => {
  const directory = join(scratch, "tree");
  for (const file of ["apps/api/server.js", "apps/web/index.js", "dist/index.html", "node_modules/x.js", "package.json"]) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), file);
  }
  const { exclude } = await load(blocksOf(page).find(({ language }) => language === "yaml")?.text ?? "", "production");
  expect((await scanTree(directory, { exclude })).tree.entries.map(({ path }) => path)).toEqual(shipped);
});

describe("the tutorial", () => {
  const person = { NAME: "Ann", EMAIL: "ann@example.org" };
  const env = {
    ...process.env,
    PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => ["AUTHOR", "COMMITTER"].map((who) => [`GIT_${who}_${key}`, value])),
    ),
  };

  test("works when it is typed, line by line, and does what it says", () => {
    const script = blocksOf(TUTORIAL).flatMap(({ language, text }) => (language === "sh" ? [text] : []));
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-eu"], {
      cwd: scratch,
      env,
      input: script.join("\n"),
      encoding: "utf8",
    });
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(stdout).toContain("ended with 5");
    const served = stdout.match(/^<h1>.*|^GREETING.*/gmu);
    expect(served).toEqual(["<h1>One</h1>", "<h1>Two</h1>", "<h1>One</h1>", "<h1>One</h1>", "<h1>Four</h1>", "GREETING=Hello"]);
    expect(readFileSync(join(scratch, "hello/scratch/current/index.html"), "utf8")).toBe("<h1>Four</h1>\n");
  });
});

/** A line as a shell splits it. */
function words(line: string): string[] {
  return execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}
