import { afterEach, beforeEach, expect, test } from "vitest";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { loadConfig, readText } from "../../src/config/load.ts";
import { findConfig } from "../../src/config/find.ts";
import { dirname, join, relative } from "node:path";
import { renderDiagnostics } from "../../src/config/render.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";

const execFileAsync = promisify(execFile);

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "slh-config-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const GOOD = "app: a\nroot: app\nenvironments: { p: { hosts: [local] } }\n";

async function write(path: string, content: string | Uint8Array = GOOD): Promise<string> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

test.each([
  [["symlink-helper.yaml"], "", "symlink-helper.yaml"],
  [["symlink-helper.yaml"], "a/b/c", "symlink-helper.yaml"],
  [["symlink-helper.yml"], "a", "symlink-helper.yml"],
  [["symlink-helper.json"], "", "symlink-helper.json"],
  [["symlink-helper.toml"], "a", "symlink-helper.toml"],
  [["symlink-helper.ts"], "", "symlink-helper.ts"],
  [["symlink-helper.mts"], "", "symlink-helper.mts"],
  [["symlink-helper.js"], "", "symlink-helper.js"],
  [["symlink-helper.mjs"], "a/b", "symlink-helper.mjs"],
  [["symlink-helper.yaml", "a/symlink-helper.ts"], "a/b", "a/symlink-helper.ts"],
  [["symlink-helper.yaml", "a/symlink-helper.yml"], "a/b", "a/symlink-helper.yml"],
  [["symlink-helper.yaml", "a/symlink-helper.yaml/x"], "a", "symlink-helper.yaml"],
])("with %j, %j finds %j", async (files, start, found) => {
  await Promise.all(files.map((file) => write(file)));
  await mkdir(join(directory, start), { recursive: true });
  expect(await findConfig(join(directory, start))).toBe(join(directory, found));
});

test("two in one folder are an error that names both", async () => {
  await Promise.all(["symlink-helper.yaml", "symlink-helper.ts", "a/symlink-helper.json"].map((file) => write(file)));
  await expect(findConfig(directory)).rejects.toThrow(
    `There are 2 configurations in ${directory}: symlink-helper.yaml and symlink-helper.ts.`,
  );
  expect(await findConfig(join(directory, "a"))).toBe(join(directory, "a/symlink-helper.json"));
});

test("a folder that does not exist still has folders above it", async () => {
  await write("symlink-helper.yaml");
  expect(await findConfig(join(directory, "gone/away"))).toBe(join(directory, "symlink-helper.yaml"));
});

test("there may be none", async () => {
  expect(await findConfig("/")).toBeNull();
});

test("paths in a file start at its folder, wherever the program was started", async () => {
  const file = await write("sub/deploy.yaml");
  const loaded = await loadConfig({ file: relative(process.cwd(), file) });
  expect(loaded).toMatchObject({
    ok: true,
    config: { file, directory: dirname(file), hosts: [{ root: join(dirname(file), "app") }] },
  });
});

test("a link to a file counts where the link is", async () => {
  await write("real/deploy.yaml");
  await symlink("real/deploy.yaml", join(directory, "link.yaml"));
  expect(await loadConfig({ file: join(directory, "link.yaml") })).toMatchObject({ ok: true, config: { directory } });
});

test("environment and ref are handed on", async () => {
  const file = await write("a.yaml", "app: a\nroot: /r\nenvironments: { p: { hosts: [a] }, q: { hosts: [b] } }\n");
  const loaded = await loadConfig({ file, environment: "q", overrides: { ref: "v1" } });
  expect(loaded).toMatchObject({ ok: true, config: { environment: "q", source: { ref: "v1" } } });
});

test("messages call the file by the name it was given", async () => {
  const file = relative(process.cwd(), await write("a.yaml", `${GOOD}kep: 1\n`));
  expect(await shown(file)).toBe(
    `${file}:4:1: error: There is no setting "kep"\n  4 | kep: 1\n    | ^^^\n  Did you mean \`keep\`?\n`,
  );
});

test("what cannot be read is told, not thrown", async () => {
  const missing = join(directory, "missing.yaml");
  expect(await shown(missing)).toBe(`${missing}: error: There is no such file\n`);
  expect(await shown(directory)).toBe(`${directory}: error: This is a directory, not a file\n`);
  expect(await shown(join(await write("a.yaml"), "b"))).toMatch(/a\.yaml\/b: error: The file cannot be read: ENOTDIR/u);
  const latin1 = await write("latin1.yaml", Buffer.from("app: gr\u00FC\u00DFe\n", "latin1"));
  expect(await shown(latin1)).toBe(`${latin1}: error: The file is not text in UTF-8\n`);
  const utf16 = await write("utf16.yaml", Buffer.from(`\uFEFF${GOOD}`, "utf16le"));
  expect(await shown(utf16)).toBe(`${utf16}: error: The file is not text in UTF-8\n`);
});

async function shown(file: string): Promise<string> {
  const loaded = await loadConfig({ file });
  return loaded.ok ? "" : renderDiagnostics(loaded.diagnostics);
}

test.each(["/dev/zero", "/dev/urandom"])("%s, which never ends, is no configuration", async (device) => {
  expect(await shown(device)).toBe(`${device}: error: The file is larger than 1 MiB: this cannot be a configuration\n`);
});

test("a file may have 1 MiB and no byte more", async () => {
  const longest = await write("longest.yaml", GOOD.padEnd(1024 * 1024, "#"));
  expect(await shown(longest)).toBe("");
  const longer = await write("longer.yaml", GOOD.padEnd(1024 * 1024 + 1, "#"));
  expect(await shown(longer)).toContain("larger than 1 MiB");
});

test("a pipe is read to its end, however slowly it is written", async () => {
  const pipe = await namedPipe();
  const loading = loadConfig({ file: pipe });
  const writer = execFileAsync("sh", [
    "-c",
    'for part in "app: a" "root: /r" "$2"; do sleep 0.1; echo "$part"; done >"$1"',
    "sh",
    pipe,
    HOSTS,
  ]);
  expect(await loading).toMatchObject({ ok: true, config: { app: "a", hosts: [{ root: "/r" }] } });
  await writer;
});

test("a pipe that nobody writes to is waited for until it is interrupted", async () => {
  const interrupt = new AbortController();
  const loading = readText(await namedPipe(), interrupt.signal);
  expect(await Promise.race([loading, sleep(300, "waiting")])).toBe("waiting");
  interrupt.abort();
  await expect(loading).rejects.toThrow(/abort/u);
});

const HOSTS = "environments: { p: { hosts: [local] } }";

async function namedPipe(): Promise<string> {
  const pipe = join(directory, "pipe");
  await execFileAsync("mkfifo", [pipe]);
  return pipe;
}
