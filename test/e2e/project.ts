import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { root as checkout } from "../../scripts/files.mjs";
import type { Fleet } from "../hosts/fleet.ts";

/** How a command line ended and what a person would have seen of it. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Settings extends Readonly<Record<string, unknown>> {}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Words of a command that starts the program: `nsenter …`. */
  readonly through?: readonly string[];
  /** Called with the running program. */
  readonly play?: (child: ChildProcessByStdio<null, Readable, Readable>) => void;
}

/** What a file of the project is: its text or bytes, or `{ executable }`. */
type Content = string | Buffer | { readonly executable: string };

/** A person's git repository with an application and a configuration in it. */
export interface Project {
  readonly directory: string;
  /** App root, as the hosts see it. */
  readonly appRoot: string;
  /** App roots, as they are seen from out here: one for each host. */
  readonly roots: readonly string[];
  /** Names of the hosts. */
  readonly hosts: readonly string[];
  /** Writes the configuration anew. */
  configure(settings: Settings): void;
  /** Writes files; names may be bytes that are no text. */
  write(files: Readonly<Record<string, Content>>): void;
  /** Commits everything there is; returns the commit. */
  commit(message?: string): string;
  git(...args: readonly string[]): string;
  /** Runs a command line in the project. */
  slh(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** The same with `--json`; the document, and the exit code as `code`. */
  json<T = Json>(args: readonly string[], options?: RunOptions): Promise<T & { readonly code: number | null }>;
  close(): void;
}

// What a script would have: no types.
export type Json = any;

export interface ProjectOptions {
  /** Hosts by ssh; without it the one host is `local`. */
  readonly fleet?: Fleet;
  readonly settings?: Settings;
  /** Name of the app root's directory, for `local`. */
  readonly root?: string;
}

const NOW = { GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z", GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" };

/** A project with one commit and nothing deployed. */
export function openProject({ fleet, settings = {}, root = "app root" }: ProjectOptions = {}): Project {
  const scratch = mkdtempSync(join(tmpdir(), "slh-e2e-"));
  const directory = join(scratch, "my shop");
  const appRoot = fleet?.appRoot ?? join(scratch, root);
  const hosts = fleet?.hosts.map(({ name }) => name) ?? ["local"];
  mkdirSync(directory);
  const configure = (more: Settings): void => {
    const ssh = fleet === undefined ? {} : { ssh: { config: fleet.sshConfigFile } };
    const common = { app: "shop", root: appRoot, source: { git: "." }, exclude: ["symlink-helper.yaml"], grace: 0 };
    const environments = { production: { hosts } };
    writeFileSync(join(directory, "symlink-helper.yaml"), JSON.stringify({ ...common, ...ssh, environments, ...more }, null, 2));
  };
  const write: Project["write"] = (files) => {
    for (const [name, content] of Object.entries(files)) writeOne(directory, name, content);
  };
  const git: Project["git"] = (...args) => {
    const person = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"];
    const ended = spawnSync("git", [...person, ...args], { cwd: directory, encoding: "utf8", env: { ...process.env, ...NOW } });
    if (ended.status !== 0) throw new Error(`git ${args.join(" ")}: ${ended.stderr}`);
    return ended.stdout.trim();
  };
  const commit: Project["commit"] = (message = "a change") => {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  const slh: Project["slh"] = (args, options = {}) => run(args, { cwd: directory, ...options });
  configure(settings);
  git("init", "--quiet");
  write({ "index.html": "<p>one</p>\n", "lib/deep/code.js": "1;\n", "bin/run": { executable: "#!/bin/sh\necho run\n" } });
  commit("first");
  return {
    directory,
    appRoot,
    roots: fleet?.hosts.map((host) => host.directory) ?? [appRoot],
    hosts,
    configure,
    write,
    commit,
    git,
    slh,
    json: async (args, options) => {
      const { code, stdout, stderr } = await slh(["--json", ...args], options);
      try {
        return { ...JSON.parse(stdout), code };
      } catch {
        throw new Error(`No JSON from ${args.join(" ")}: ${stdout}${stderr}`);
      }
    },
    close: () => rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }),
  };
}

function writeOne(directory: string, name: string, content: Content): void {
  // Latin-1, so that a test may write names in bytes; what it writes as text it writes as the bytes of UTF-8.
  const path = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name, "latin1")]);
  mkdirSync(dirname(path.toString("latin1")), { recursive: true });
  if (typeof content === "string" || Buffer.isBuffer(content)) writeFileSync(path, content);
  else {
    writeFileSync(path, content.executable);
    chmodSync(path, 0o755);
  }
}

/** Runs the program as it is installed. Nothing of a CI system that runs the tests reaches it. */
async function run(args: readonly string[], { env = {}, cwd, through = [], play }: RunOptions = {}): Promise<Ended> {
  const [first = process.execPath, ...words] = [...through, process.execPath, join(checkout, "bin/symlink-helper"), ...args];
  const child = spawn(first, words, {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said.stderr += chunk));
  play?.(child);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...said };
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "LANG", "LC_ALL"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
