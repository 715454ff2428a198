import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as requests from "../../src/host/requests.ts";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { Bench, failureOf, linkAt, newRoot, put } from "./bench.ts";
import { mainKinds, scratch } from "./kinds.ts";

const prune = (...ids: readonly string[]): string => requests.prune(ids.map((id) => ({ id, line: `{"pruned":"${id}"}` })));

/** A release with everything that is known of it. */
function sealed(bench: Bench, id: string): void {
  bench.release(id);
  for (const file of [`manifests/${id}`, `manifests/${id}.seal`, `left/${id}`]) put(bench.home(file), "1\n");
}

function left(bench: Bench): { releases: string[]; known: string[] } {
  const known = ["manifests", "left"].flatMap((name) => readdirSync(bench.home(name)));
  return { releases: readdirSync(bench.at("releases")).toSorted(), known: known.toSorted() };
}

let user: ChildProcess | undefined;
afterEach(async () => {
  user?.kill("SIGKILL");
  if (user !== undefined) await once(user, "exit");
  user = undefined;
});

/** A process that uses a release in some way, once it does. Returns its number. */
async function use(program: string, args: readonly string[], options: Parameters<typeof spawn>[2]): Promise<number> {
  user = spawn(program, args, { stdio: "ignore", ...options });
  await once(user, "spawn");
  const { pid = 0 } = user;
  await until("it sleeps", () => linkAt(`/proc/${pid}/exe`)?.includes("sleep"));
  return pid;
}

const SLEEP = findProgram("sleep") ?? "sleep";
const LIBRARY = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"].find((path) => existsSync(path));

/** Ways in which a process may live in a release. */
const USES: readonly [string, (release: string) => Promise<number>][] = [
  ["works in it", (release) => use(SLEEP, ["1000"], { cwd: release })],
  ["works somewhere below it", (release) => use(SLEEP, ["1000"], { cwd: join(release, "deep/er") })],
  ["has a file of it open", (release) => use("/bin/sh", ["-c", `exec ${SLEEP} 1000 3<"$1"`, "sh", join(release, "file")], {})],
  ["runs a program of it", (release) => (copyFileSync(SLEEP, join(release, "sleep")), use(join(release, "sleep"), ["1000"], {}))],
];

const MAPS: typeof USES = [
  [
    "has a library of it loaded",
    (release) => {
      copyFileSync(LIBRARY ?? "", join(release, "lib.so"));
      // The loader takes a space for the end of a path.
      const way = join(newRoot(), "way");
      symlinkSync(release, way);
      return use(SLEEP, ["1000"], { env: { LD_PRELOAD: join(way, "lib.so") } });
    },
  ],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("releases go, with what is known of them, and the ledger says so", async () => {
    await bench.fresh();
    for (const id of ["a", "b", "c"]) sealed(bench, id);
    bench.pointTo("c");
    expect(await bench.ask(prune("a", "b"))).toEqual(["pruned a", "pruned b"]);
    expect(left(bench)).toEqual({ releases: ["c"], known: ["c", "c", "c.seal"] });
    expect(bench.ledger()).toBe('{"pruned":"a"}\n{"pruned":"b"}\n');
    expect(readdirSync(bench.home("trash"))).toHaveLength(2);
    await bench.ask(requests.close);
    await until("the trash is empty", () => readdirSync(bench.home("trash")).length === 0);
  });

  test.each([
    ["by its name", () => "releases/a"],
    ["by an absolute path", (at: Bench) => at.at("releases/a")],
    ["by a detour", () => "releases/../releases/a/"],
    ["by another link", (at: Bench) => (symlinkSync("releases/a", at.at("other")), "other")],
    ["by a directory in it", () => "releases/a/deep"],
  ])("P6: never the live release, linked %s", async (_, text) => {
    await bench.fresh();
    put(join(bench.release("a"), "deep/file"), "");
    symlinkSync(text(bench), bench.at("current"));
    expect(await bench.ask(prune("a"))).toEqual(["kept a it is live"]);
    expect(existsSync(bench.at("releases/a/file"))).toBe(true);
  });

  test.each([...USES, ...(LIBRARY === undefined ? [] : MAPS)])("P6: not while a process %s", async (_, begin) => {
    bench.moveTo(join(newRoot(), "café o'x & <y>\nz"));
    await bench.open();
    for (const id of ["a", "ab"]) put(join(bench.release(id), "deep/er/file"), "");
    const pid = await begin(bench.at("releases/ab"));
    expect(await bench.ask(prune("ab", "a"))).toEqual([`kept ab process ${pid} uses it`, "pruned a"]);
  });

  test("P6: nothing but releases", async () => {
    await bench.fresh();
    const elsewhere = newRoot();
    put(join(elsewhere, "mine"), "");
    mkdirSync(bench.at("releases"));
    symlinkSync(elsewhere, bench.at("releases/link"));
    writeFileSync(bench.at("releases/file"), "");
    for (const name of ["..", ".", "", "gone", "link", "file", "../shared", "a b", ".hidden"]) {
      expect(await bench.ask(prune(name))).toEqual([]);
    }
    expect(readdirSync(bench.at("releases")).toSorted()).toEqual(["file", "link"]);
    expect(existsSync(join(elsewhere, "mine"))).toBe(true);
  });

  test("P8: not by who has lost the lock", async () => {
    await bench.fresh();
    bench.release("a");
    symlinkSync("v1;t=other;k=lease", bench.home("locks/g000000002"));
    expect(await failureOf(bench.ask(prune("a")))).toMatchObject({ kind: "fenced" });
    expect(existsSync(bench.at("releases/a"))).toBe(true);
  });

  test("what a run that died left is cleared, ours and what is live is not", async () => {
    await bench.fresh();
    for (const id of ["half", "live"]) sealed(bench, id);
    bench.pointTo("live");
    symlinkSync("releases/x", bench.at(".current.slh-g000000000-new-abc"));
    put(bench.at(".current.slh-notes"), "a file of somebody");
    put(bench.home("run/0123dead/output"), "");
    await bench.ask(requests.clean(["{}"], ["half", "live", "never"], ""));
    expect(left(bench).releases).toEqual(["live"]);
    expect(bench.current()).toBe("releases/live");
    expect(readdirSync(bench.root).filter((name) => name.startsWith(".current"))).toEqual([".current.slh-notes"]);
    expect(readdirSync(bench.home("run"))).toEqual([bench.session]);
    expect(bench.ledger()).toBe("{}\n");
  });

  test("a half release is given up, and what is read-only in it goes too", async () => {
    await bench.fresh();
    put(join(bench.release("half"), "module/file"), "");
    await bench.ask(`chmod -R a-w "$slh_releases"/half/module\n${requests.abandon("half", '{"failed":1}')}`);
    expect(existsSync(bench.at("releases/half"))).toBe(false);
    expect(bench.ledger()).toBe('{"failed":1}\n');
    await until("the trash is empty", () => readdirSync(bench.home("trash")).length === 0);
  });

  test("what is live is not given up", async () => {
    await bench.fresh();
    bench.release("live");
    bench.pointTo("live");
    await bench.ask(requests.abandon("live", "{}"));
    expect(existsSync(bench.at("current/file"))).toBe(true);
  });
});

test.skipIf(process.getuid?.() !== 0)("read-only directories do not stay in the trash of a user who is not root", async () => {
  const root = newRoot();
  chmodSync(scratch, 0o755);
  chownSync(root, 65534, 65534);
  const bench = new Bench(undefined, { root, through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] });
  await bench.open();
  await bench.ask(
    'mkdir -p "$slh_releases"/a/module/x && touch "$slh_releases"/a/module/x/y && chmod -R a-w "$slh_releases"/a\n',
  );
  expect(await bench.ask(prune("a"))).toEqual(["pruned a"]);
  await bench.ask(requests.close);
  await until("the trash is empty", () => readdirSync(bench.home("trash")).length === 0);
  await bench.close();
});
