import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/files.mjs";
import { labelled } from "../../docs/markdown.ts";
import { type FleetHost, startFleet } from "../../hosts/fleet.ts";
import { from, wireUp } from "../../hosts/wires.ts";
import { writeNpx } from "../npx.ts";

export const SHOP: string = join(root, "docs/walkthrough/shop");
const ARTICLE = "docs/walkthrough/README.md";
const SERVERS = ["staging", "web1", "web2"] as const;

/** The servers of the article, set up as it says, and a machine of a CI system that reaches them by their names. */
export interface Place {
  readonly host: (name: (typeof SERVERS)[number]) => FleetHost;
  /** Has the keys and host keys that the article makes. */
  readonly scratch: string;
  readonly file: (name: string) => string;
  /** Where `npx` is, which gives the program without asking a registry. */
  readonly bin: string;
  /** What has to stand before a command so that it reaches the servers. */
  readonly through: readonly string[];
  /** What is served there: the text, or null where nothing is. */
  readonly served: (name: (typeof SERVERS)[number]) => Promise<string | null>;
  /** A repository with the application of the article, and what was committed there. */
  readonly repository: () => Repository;
  readonly close: () => Promise<void>;
}

export interface Repository {
  readonly directory: string;
  /** Writes and commits; returns the commit. */
  readonly commit: (files?: Readonly<Record<string, string>>) => string;
  readonly git: (...args: readonly string[]) => string;
}

export async function openPlace(): Promise<Place> {
  // In networks of their own sshd can have the port that the article takes for granted, whatever runs on this machine.
  const sshdOptions = { ListenAddress: "0.0.0.0:22", AuthorizedKeysFile: ".ssh/authorized_keys" };
  const fleet = await startFleet({ hosts: 4, names: ["runner", ...SERVERS], network: "own", sshdOptions });
  const scratch = mkdtempSync(join(tmpdir(), "slh-walkthrough-"));
  const hosts = SERVERS.map((name) => fleet.host(name));
  await wireUp(fleet.host("runner"), hosts);
  const names = join(scratch, "hosts");
  writeFileSync(names, hosts.map(({ name, address }) => `${address} ${name}.example.org\n`).join(""));
  // No shell: that would take variables away whose names are not its own, as those of inputs.
  const bind = 'system("mount", "--bind", shift, "/etc/hosts") == 0 or exit 99; exec @ARGV or exit 99';
  const named = ["unshare", "--mount", "--", "perl", "-e", bind, names];
  const through = [...from(fleet.host("runner")), ...named];
  await setUp(hosts, scratch, through);
  const bin = join(scratch, "bin");
  mkdirSync(bin);
  writeNpx(bin);
  return {
    host: (name) => fleet.host(name),
    scratch,
    file: (name) => readFileSync(join(scratch, name), "utf8"),
    bin,
    through,
    served: async (name) => {
      const { code, stdout } = await fleet.host(name).exec("cat /var/www/shop/current/public/index.html");
      return code === 0 ? stdout : null;
    },
    repository: () => openRepository(scratch),
    close: async () => {
      await fleet.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** What a host must not share with this machine, on which the article's commands would make users and folders. */
const OWN_DISK = `set -e
mkdir "$1"
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/home" "$1/var"
ln -s /run "$1/var/run"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" overlay /etc
mount --bind "$1/home" /home
mount --bind "$1/var" /var`;

/** Runs the very lines of the article: on each server, and where its reader sits. */
async function setUp(hosts: readonly FleetHost[], scratch: string, through: readonly string[]): Promise<void> {
  const [first = "nsenter", ...words] = through;
  const local = (label: string): void =>
    void execFileSync(first, [...words, "sh", "-euc", labelled(ARTICLE, label)], { cwd: scratch, stdio: "pipe" });
  local("keys");
  for (const host of hosts) {
    await onServer(host, OWN_DISK, `${host.files}/disk`);
    await onServer(host, labelled(ARTICLE, "server"));
    const key = readFileSync(join(scratch, host.name === "staging" ? "staging_key.pub" : "production_key.pub"), "utf8").trim();
    await onServer(host, labelled(ARTICLE, "admit").replace(/^KEY=.*$/mu, `KEY='${key}'`));
  }
  local("hostkeys");
}

async function onServer(host: FleetHost, script: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await host.exec(script, ...args);
  if (code !== 0) throw new Error(`On ${host.name}: ${stderr}`);
}

function openRepository(scratch: string): Repository {
  const directory = mkdtempSync(join(scratch, "shop-"));
  cpSync(SHOP, directory, { recursive: true });
  const person = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
  const git: Repository["git"] = (...args) =>
    execFileSync("git", [...person, ...args], { cwd: directory, encoding: "utf8" }).trim();
  const commit: Repository["commit"] = (files = {}) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "A change");
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  commit();
  return { directory, commit, git };
}

export async function runThrough(
  through: readonly string[],
  command: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly log: string }> {
  const [first = "true", ...words] = [...through, ...command];
  const child = spawn(first, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const code = await new Promise<number | null>((resolve) => void child.on("close", resolve));
  return { code, log };
}
