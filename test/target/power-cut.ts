import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Ports } from "../../src/index.ts";
import { projectIn } from "../trees/deploying.ts";
import { put } from "./bench.ts";
import { mountImage, newImage, unmount, type FileSystem } from "./disks.ts";
import { scratch } from "./kinds.ts";

const run = promisify(execFile);

/** A disk whose power can be cut: a file system in a file, of which a reflink is what a disk holds at that instant, to the last bit. */
export interface Rack {
  /** Where the disk is mounted. */
  readonly at: string;
  /** Cuts the power of a copy: what it would hold is mounted and looked at, while the disk goes on. */
  cut<T>(look: (at: string) => T): Promise<T>;
  /** Shell text that keeps a copy of the disk as it is at that instant; `name` is a word of shell text. */
  keep(name: string): string;
  /** Names of the copies that were kept, sorted. */
  kept(): string[];
  /** Looks at a copy that was kept. */
  lookAt<T>(name: string, look: (at: string) => T): T;
  close(): void;
}

/** Throws where loop mounts or xfs are not to be had. */
export function startRack(kind: "ext4" | "xfs"): Rack {
  const base = mkdtempSync(join(scratch, "rack-"));
  const [outer, at, check] = [join(base, "outer"), join(base, "disk"), join(base, "check")];
  mountImage(newImage(join(base, "outer-image"), "xfs" satisfies FileSystem, "3G"), outer);
  const image = newImage(join(outer, "image"), kind, "320M");
  mountImage(image, at, ...(kind === "ext4" ? ["commit=1"] : []));
  const copies = join(outer, "copies");
  mkdirSync(copies);
  const lookAt = <T>(name: string, look: (at: string) => T): T => {
    mountImage(join(copies, name), check, ...(kind === "xfs" ? ["nouuid"] : []));
    try {
      return look(check);
    } finally {
      unmount(check);
      rmSync(join(copies, name));
    }
  };
  return {
    at,
    cut: async (look) => {
      await run("cp", ["--reflink=always", image, join(copies, "now")]);
      return lookAt("now", look);
    },
    keep: (name) => `cp --reflink=always '${image}' '${copies}'/${name}`,
    kept: () => readdirSync(copies).toSorted(),
    lookAt,
    close: () => [check, at, outer].forEach(unmount),
  };
}

/** What was found after a cut. */
export interface Found {
  /** Version that is live; null where the release is not whole or there is none. */
  readonly live: number | null;
  /** What is wrong, in words. */
  readonly wrong: string;
  readonly ledger: string;
}

const FILES = 30;

/** A file of a version: all of its bytes depend on it. */
function contents(version: number, index: number): string {
  return `${version} ${index}\n`.repeat(100 * (index + 1));
}

/** Writes all files of a version into a directory. */
function writeVersion(directory: string, version: number): void {
  for (let index = 0; index < FILES; index++)
    put(join(directory, `part-${index % 3}`, `file-${index}`), contents(version, index));
}

/** Looks at what is live in an app root: all files of one version, right to the last byte, and no other. */
export function inspect(root: string): Found {
  const file = join(root, ".symlink-helper/ledger.jsonl");
  const ledger = existsSync(file) ? readFileSync(file, "latin1") : "";
  try {
    return { live: wholeVersion(join(root, "current")), wrong: "", ledger };
  } catch (error) {
    return { live: null, wrong: String(error), ledger };
  }
}

function wholeVersion(current: string): number {
  readlinkSync(current);
  const version = Number.parseInt(readFileSync(join(current, "part-0/file-0"), "latin1"), 10);
  const names = readdirSync(current, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("file-"));
  if (names.length !== FILES) throw new Error(`${names.length} files of ${FILES}`);
  for (let index = 0; index < FILES; index++) {
    const text = readFileSync(join(current, `part-${index % 3}`, `file-${index}`), "latin1");
    if (text !== contents(version, index)) throw new Error(`file-${index} is not of version ${version}: ${text.length} bytes`);
  }
  return version;
}

/** Something that deploys version after version until it is told to stop. */
export interface Deployer {
  /** The last version that it said is deployed; 0: none. */
  readonly done: () => { readonly version: number; readonly release: string };
  /** Ends after the deploy in hand. Throws what went wrong meanwhile. */
  stop(): Promise<void>;
}

/** The real program, deploying to this machine as fast as it can. Resolves after the first deploy. */
export async function deployForEver(root: string): Promise<Deployer> {
  return forEver(deployerTo(root));
}

/** The real program, or another, deploying a version to this machine. Resolves to the release once it says that this is done. */
export function deployerTo(root: string, ports: Partial<Ports> = {}): (version: number) => Promise<string> {
  const directory = mkdtempSync(join(scratch, "project-"));
  const local = `environments: { local: { hosts: [local], root: ${root} } }`;
  const project = projectIn(directory, `app: cut\nroot: ${root}\nkeep: 3\nsource: { directory: files }\n${local}\n`, ports);
  return async (version) => {
    writeVersion(join(directory, "files"), version);
    const { outcome, release, hosts } = await project.deploy();
    if (outcome !== "deployed") throw new Error(`${outcome}: ${JSON.stringify(hosts)}`);
    return release ?? "";
  };
}

/** What many scripts do: files, a link, a rename, and nothing that asks the disk. Only the first version is on disk for sure. */
export async function deployNaively(root: string): Promise<Deployer> {
  return forEver(async (version) => {
    const release = join(root, "releases", String(version));
    writeVersion(release, version);
    await run("ln", ["-s", release, join(root, "new")]);
    await run("mv", ["-fT", join(root, "new"), join(root, "current")]);
    if (version === 1) await run("sync", ["-f", root]);
    else rmSync(join(root, "releases", String(version - 5)), { recursive: true, force: true });
    return String(version);
  });
}

async function forEver(deploy: (version: number) => Promise<string>): Promise<Deployer> {
  let done = { version: 1, release: await deploy(1) };
  const end = new AbortController();
  const loop = (async () => {
    while (!end.signal.aborted) {
      const version = done.version + 1;
      done = { version, release: await deploy(version) };
    }
  })();
  loop.catch(() => undefined);
  return { done: () => done, stop: async () => (end.abort(), loop) };
}

/** What a cut showed, and what had been said to be done before it. */
export interface Cut extends Found {
  readonly promised: number;
  /** Release that was said to be done. */
  readonly release: string;
}

/** Cuts the power so many times, at random instants of what goes on. */
export async function cutOften(rack: Rack, deployer: Deployer, times: number): Promise<Cut[]> {
  const cuts: Cut[] = [];
  while (cuts.length < times) {
    await sleep(Math.random() * 700);
    const { version, release } = deployer.done();
    const found = await rack.cut((at) => inspect(join(at, "app")));
    cuts.push({ ...found, promised: version, release });
  }
  return cuts;
}
