import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { readConfig } from "../../src/config/read.ts";
import { type CommandContext, createApi, realPorts, type Report } from "../../src/index.ts";
import { mustRun } from "../hosts/command.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, type FleetHost, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { DISPENSABLE, HARMFUL, HARMLESS, PATIENCE, type Refusal, ROOTS, START_UP, WAYS } from "./hostile-cases.ts";

const NAMES = [
  "plain",
  "proc",
  "poor",
  "nobody",
  ...[HARMLESS, HARMFUL, DISPENSABLE, ROOTS].flatMap((cases) => Object.keys(cases)),
];

let fleet: Fleet;
let scratch: string;
const path = (name: string): string => join(scratch, name);
const hostFor = (title: string): FleetHost => fleet.host(hostName(title));
const hostName = (title: string): string => title.replaceAll(/\W+/g, "-");

describeHosts("hostile surroundings", () => {
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "slh-hostile-"));
    fleet = await startFleet({ hosts: NAMES.length, names: NAMES.map(hostName), loginShell: "/bin/bash" });
    await mustRun(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path("key")]);
    const { reachedAt } = hostFor("plain");
    writeFileSync(path("known"), `[${reachedAt.address}]:${reachedAt.port} ${readFileSync(path("key.pub"), "utf8")}`);
  });
  afterAll(async () => {
    await fleet.stop();
    rmSync(scratch, { recursive: true });
  });

  describe("a start-up file that", () => {
    test.concurrent.each(Object.entries(HARMLESS))("%s: deploys work", async (title, file) => {
      await expectToWork(withStartUpFile(hostFor(title), file));
    });

    test.concurrent.each(Object.entries(HARMFUL))("%s: is named as the cause", async (title, [file, ...text]) => {
      const host = withStartUpFile(hostFor(title), file);
      await expectRefusal(host, { kind: "start-up-noise", text, remedy: START_UP });
    });
  });

  describe("a host with", () => {
    test.concurrent.each(Object.entries(DISPENSABLE))("%s: deploys work", async (title, lacks) => {
      await expectToWork(withStartUpFile(hostFor(title), `PATH=${programsWithout(lacks)}`));
    });

    test("no program that computes SHA-256: refused", async () => {
      const host = withStartUpFile(hostFor("poor"), `PATH=${programsWithout(/^(sha256sum|shasum|mkfifo)$/)}`);
      const text = ["sha256sum", "mkfifo"];
      await expectRefusal(host, { kind: "preflight", text, remedy: ["Install"], late: true });
    });

    test("no /proc: deploys work", async () => {
      const host = hostFor("proc");
      await host.exec("mount -t tmpfs tmpfs /proc");
      await expectToWorkAgain(host);
    });
  });

  describe("an app root that", () => {
    test.concurrent.each(Object.entries(ROOTS))(
      "P9: %s: refused, and nothing is touched",
      async (title, { script, ...refusal }) => {
        const host = hostFor(title);
        await host.exec(`set -e; ${script}`, fleet.appRoot);
        await expectRefusal(host, refusal);
      },
    );

    test("the deploy user may not write in", async () => {
      const host = hostFor("nobody");
      // The user comes in by the same key, and has a shell.
      chmodSync(fleet.directory, 0o711);
      const passwd = join(host.files, "passwd");
      writeFileSync(passwd, readFileSync(passwd, "utf8").replace(/^(nobody:.*:).*$/m, "$1/bin/sh"));
      const text = ["User nobody may not write in ROOT"];
      await expectRefusal(host, { kind: "preflight", text, remedy: ["sudo install -d -o nobody ROOT"] }, { user: "nobody" });
    });
  });

  describe("a way with", () => {
    test.concurrent.each(Object.entries(WAYS))("%s: refused", async (title, { change, ...refusal }) => {
      const config = path(`${hostName(title)}.ssh`);
      writeFileSync(config, change(readFileSync(fleet.sshConfigFile, "utf8"), scratch));
      await expectRefusal(hostFor("plain"), refusal, { config });
    });
  });

  test("P2: one host that cannot be talked to keeps the others as they are", async () => {
    const [good, bad] = [hostFor("plain"), hostFor("exits at once")];
    const before = await seenOn(good);
    const report = await deploy([good.name, bad.name]);
    expect(report).toMatchObject({ outcome: "failed", hosts: [{ error: null }, { error: { kind: "start-up-noise" } }] });
    expect(await seenOn(good)).toEqual(before);
  });
});

async function expectToWork(host: FleetHost): Promise<Report> {
  const report = await deploy([host.name]);
  expect(report).toMatchObject({ outcome: "deployed", warnings: [], hosts: [{ error: null }] });
  await expectNobodyThere(host);
  return report;
}

/** Two deploys and the way back. */
async function expectToWorkAgain(host: FleetHost): Promise<void> {
  const first = await expectToWork(host);
  expect(await expectToWork(host)).toMatchObject({ previous: first.release });
  const back = await createApi(realPorts()).rollback(contextOf([host.name]), {});
  expect(back).toMatchObject({ outcome: "rolled-back", release: first.release, warnings: [] });
  await expectNobodyThere(host);
}

interface Circumstances {
  readonly config?: string;
  readonly user?: string;
}

/** A deploy that ends by itself, says why and what to do, and leaves the host as it was. */
async function expectRefusal(
  host: FleetHost,
  refusal: Refusal,
  { config = fleet.sshConfigFile, user }: Circumstances = {},
): Promise<void> {
  const before = await seenOn(host, refusal);
  const report = await deploy([user === undefined ? host.name : `${user}@${host.name}`], config);
  const error = report.hosts[0]?.error;
  expect(error).toMatchObject({ kind: refusal.kind });
  for (const words of refusal.text) expect(error?.message).toContain(filled(words, config));
  for (const words of refusal.remedy) expect(error?.remedy).toContain(filled(words, config));
  expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["failed", 1]);
  expect(await seenOn(host, refusal)).toEqual(before);
  await expectNobodyThere(host);
}

function filled(words: string, config: string): string {
  return words.replaceAll("ROOT", fleet.appRoot).replaceAll("CONFIG", config);
}

async function expectNobodyThere(host: FleetHost): Promise<void> {
  // What a start-up file waits for is not ours to end. When it lets go, all the rest must go by itself.
  for (const { pid, args } of host.processes()) if (args === "sleep 300") process.kill(pid);
  await until(`nothing runs on ${host.name}`, () => host.processes().length === 0);
}

/** Everything in the app root, as the host sees it: kind, mode, owner, size, times, path and where a link leads. */
async function seenOn(host: FleetHost, { late = false }: { readonly late?: boolean } = {}): Promise<readonly string[]> {
  const { stdout } = await host.exec(String.raw`find "$1" -printf '%y %m %u:%g %s %C@ %T@ %P -> %l\n'`, fleet.appRoot);
  const lines = stdout.split("\n").toSorted();
  return late ? lines.filter((line) => !/ (\.symlink-helper\S*)? -> /.test(line)) : lines;
}

/** Deploys something that was never deployed before. */
async function deploy(hosts: readonly string[], config = fleet.sshConfigFile): Promise<Report> {
  const site = path(hosts.join());
  mkdirSync(join(site, "deep/down"), { recursive: true });
  writeFileSync(join(site, "version"), `${Math.random()}`);
  for (let n = 0; n < 20; n++) writeFileSync(join(site, `deep/down/${n}`), `file ${n}`);
  return createApi({ ...realPorts(), readyWithin: PATIENCE }).deploy(contextOf(hosts, config), {});
}

function contextOf(hosts: readonly string[], config = fleet.sshConfigFile): CommandContext {
  const written = {
    app: "shop",
    root: fleet.appRoot,
    lease: "4s",
    source: { directory: hosts.join() },
    ssh: { config },
    tasks: { prepare: "test -f version && echo prepared >made" },
    environments: { production: { hosts } },
  };
  const loaded = readConfig(JSON.stringify(written), { file: path("symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const who = { env: process.env, by: "ann@laptop", origin: "laptop" };
  return { config: loaded.config, emit: () => undefined, signal: new AbortController().signal, ...who };
}

function withStartUpFile(host: FleetHost, text: string): FleetHost {
  writeFileSync(join(host.files, "home/.bashrc"), `${text}\n`);
  return host;
}

/** A directory with all programs of this machine but some. */
function programsWithout(lacks: RegExp): string {
  const directory = mkdtempSync(path("programs-"));
  for (const from of ["/usr/bin", "/bin", "/usr/sbin"]) {
    for (const name of readdirSync(from)) {
      const there = lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined;
      if (!there && !lacks.test(name)) symlinkSync(join(from, name), join(directory, name));
    }
  }
  return directory;
}
