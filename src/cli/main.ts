import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir, hostname, userInfo } from "node:os";
import { basename, join } from "node:path";
import { isatty } from "node:tty";
import { files } from "./files.ts";
import { askOn, every, onSignal, outputStream, readAll } from "./process.ts";
import { run } from "./run.ts";
import type { World } from "./world.ts";

/**
 * The program: what `bin/symlink-helper` calls. Never returns: were Node left to end by itself, it would stop hearing signals some
 * milliseconds before it is gone, and one of them would take the place of the exit code.
 */
export async function main(): Promise<never> {
  const world = realWorld();
  const code = await run(world);
  // What is not written yet would be lost. Of standard output the exit code has seen to that.
  await world.stderr.lost();
  process.exit(code);
}

function realWorld(): World {
  const loadConfig = once(async () => (await import("./configuration.ts")).configurationReader(process.env));
  return {
    args: process.argv.slice(2),
    program: basename(process.argv[1] ?? "symlink-helper"),
    env: process.env,
    directory: currentDirectory(),
    user: userName(),
    hostname: hostname(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    interactive: isatty(0) && isatty(2),
    ask: (question, signal) => askOn(process.stdin, process.stderr, question, signal),
    readInput: (most) => readAll(process.stdin, most),
    onSignal,
    leave: (code) => process.exit(code),
    now: Date.now,
    every,
    token: () => randomBytes(16).toString("hex"),
    version,
    api: async () => (await import("../index.ts")).api,
    completions: {
      known: async (config) =>
        (await import("../completion/known.ts")).readKnown(currentDirectory() ?? "/", config, cacheDirectory()),
      remember: async (seen) => (await import("../completion/kept.ts")).remember(seen, cacheDirectory()),
    },
    files,
    loadConfig: async (request) => (await loadConfig())(request),
  };
}

function cacheDirectory(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "symlink-helper");
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

// Where it was removed, programs that we start have to be somewhere too.
function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    process.chdir("/");
    return null;
  }
}

// In a container the user may have no name.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env["USER"] ?? `uid ${process.getuid?.()}`;
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
