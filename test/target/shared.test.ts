import { hash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loss } from "../../src/host/loss.ts";
import { readProgram } from "../../src/host/program.ts";
import * as requests from "../../src/host/shared-requests.ts";
import { until } from "../hosts/until.ts";
import { Bench, failureOf, put } from "./bench.ts";
import { mainKinds, oneKind } from "./kinds.ts";

const sumOf = (text: string | Buffer): string => hash("sha256", text);
const ODD = ["a b", "-rf", "quo'te", '"', "$HOME", "*", "back\\slash", "caf\u00e9"];
const STAMP = "20261123T120000Z";

async function* piecesOf(...pieces: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (const piece of pieces) yield Buffer.from(piece);
}

/** The whole way that the controller goes with one host. */
async function putFile(bench: Bench, path: string, content: string | Buffer): Promise<string[]> {
  const sum = sumOf(content);
  const [line = ""] = await bench.ask(requests.lookBeforePut(path, sum));
  const [, state, before = "-"] = line.split(" ");
  if (state === "same") return [line];
  await bench.ask(requests.receivePut(path, sum), { stream: piecesOf(content) });
  const kept = await bench.ask(requests.commitPut(path, sum, before, STAMP));
  await bench.ask(requests.putDone('{"kind":"shared-put"}'));
  return [line, ...kept];
}

/** Names in a directory of shared/. */
const names = (bench: Bench, directory = "."): string[] => readdirSync(bench.at("shared", directory)).toSorted();
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  async function fresh(files: Readonly<Record<string, string>> = {}): Promise<void> {
    await bench.fresh();
    mkdirSync(bench.at("shared"));
    for (const [path, content] of Object.entries(files)) put(bench.at("shared", path), content);
  }

  test("P10: a new file gets mode 0600, with directories on the way, whatever its name", async () => {
    await fresh();
    for (const name of [...ODD, "deep/er/.env"]) {
      await putFile(bench, name, `of ${name}`);
      const path = bench.at("shared", name);
      expect([readFileSync(path, "utf8"), modeOf(path)]).toEqual([`of ${name}`, "600"]);
    }
    expect(names(bench)).toEqual([...ODD, "deep"].toSorted());
    expect(readdirSync(bench.home("run"))).toEqual([bench.session]);
  });

  test.each([
    [0o600, "600"],
    [0o640, "640"],
    [0o644, "640"],
    [0o666, "660"],
    [0o755, "750"],
  ])("one that has mode %o keeps what owner and group may do", async (mode, after) => {
    await fresh({ ".env": "old" });
    chmodSync(bench.at("shared/.env"), mode);
    const inode = statSync(bench.at("shared/.env")).ino;
    const told = await putFile(bench, ".env", "new");
    expect(told.at(-1)).toBe(`kept .env.slh-before-${STAMP}`);
    expect([readFileSync(bench.at("shared/.env"), "utf8"), modeOf(bench.at("shared/.env"))]).toEqual(["new", after]);
    const kept = statSync(bench.at(`shared/.env.slh-before-${STAMP}`));
    expect([kept.ino, kept.mode & 0o777]).toEqual([inode, mode]);
  });

  test("P9: what was kept is never overwritten, and the same content is not put again", async () => {
    await fresh({ ".env": "1" });
    await putFile(bench, ".env", "2");
    await putFile(bench, ".env", "3");
    expect(await putFile(bench, ".env", "3")).toEqual([expect.stringMatching(/^put same /)]);
    expect(names(bench).map((name) => readFileSync(bench.at("shared", name), "utf8"))).toEqual(["3", "1", "2"]);
  });

  test("P10: nothing is put or read outside shared/, nor over what is no file", async () => {
    await fresh({ "dir/x": "x" });
    put(bench.at("outside/secret"), "s");
    symlinkSync("../outside", bench.at("shared/out"));
    symlinkSync("dir/x", bench.at("shared/link"));
    symlinkSync("dir", bench.at("shared/inside"));
    const look = async (path: string): Promise<string> => (await failureOf(bench.ask(requests.lookBeforePut(path, "0")))).message;
    expect(await look("out/secret")).toContain("leads out of shared/");
    expect(await look("out/new/deep")).toContain("leads out of shared/");
    expect(await look("link")).toContain("is a symbolic link to dir/x");
    expect(await look("dir")).toContain("is not a file");
    expect(await look("dir/x/y")).toContain("is not a directory");
    expect((await failureOf(bench.ask(requests.getShared("out/secret", 100)))).message).toContain("leads out of shared/");
    await putFile(bench, "inside/y", "y");
    expect([names(bench, "dir"), readdirSync(bench.at("outside"))]).toEqual([["x", "y"], ["secret"]]);
  });

  test("a stream that is not what was announced leaves what was there, and nothing else", async () => {
    await fresh({ ".env": "old" });
    const failure = await failureOf(bench.ask(requests.receivePut(".env", sumOf("new")), { stream: piecesOf("ne") }));
    expect(failure.kind).toBe("transfer");
    expect([names(bench), readdirSync(bench.home("run"))]).toEqual([[".env"], [bench.session]]);
  });

  test("P9: what somebody else changed in between stays", async () => {
    await fresh({ ".env": "old" });
    await bench.ask(requests.receivePut(".env", sumOf("new")), { stream: piecesOf("new") });
    put(bench.at("shared/.env"), "by hand");
    expect((await failureOf(bench.ask(requests.commitPut(".env", sumOf("new"), sumOf("old"), STAMP)))).kind).toBe("moved");
    await bench.ask(requests.putBack(".env", sumOf("new")));
    expect([names(bench), readFileSync(bench.at("shared/.env"), "utf8")]).toEqual([[".env"], "by hand"]);
  });

  test.each([
    ["a file that was there", "old"],
    ["a file that is new", null],
  ])("taken back: %s, itself and with its mode", async (_, old) => {
    await fresh(old === null ? {} : { ".env": old });
    if (old !== null) chmodSync(bench.at("shared/.env"), 0o644);
    await bench.ask(requests.receivePut(".env", sumOf("new")), { stream: piecesOf("new") });
    await bench.ask(requests.commitPut(".env", sumOf("new"), old === null ? "-" : sumOf(old), STAMP));
    expect(readFileSync(bench.at("shared/.env"), "utf8")).toBe("new");
    await bench.ask(requests.putBack(".env", sumOf("new")));
    expect(names(bench)).toEqual(old === null ? [] : [".env"]);
    if (old !== null)
      expect([readFileSync(bench.at("shared/.env"), "utf8"), modeOf(bench.at("shared/.env"))]).toEqual([old, "644"]);
    expect(readdirSync(bench.home("run"))).toEqual([bench.session]);
  });

  test("contents come byte for byte, and those that are too large do not", async () => {
    const content = Buffer.from(Array.from({ length: 700_001 }, (_, at) => (at * 7) % 256));
    await fresh();
    put(bench.at("shared/blob"), content);
    put(bench.at("shared/empty"), "");
    const pieces: Buffer[] = [];
    const onOutput = (piece: Buffer): void => void pieces.push(Buffer.from(piece));
    expect(await bench.ask(requests.getShared("blob", 800_000), { onOutput })).toEqual([`got file 700001 ${sumOf(content)}`]);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(await bench.ask(requests.getShared("blob", 700_000), { onOutput })).toEqual([`got file 700001 ${sumOf(content)}`]);
    expect(await bench.ask(requests.getShared("empty", 10), { onOutput })).toEqual([`got file 0 ${sumOf("")}`]);
    expect(Buffer.concat(pieces)).toHaveLength(content.length);
    expect(await bench.ask(requests.getShared("nothing", 10))).toEqual(["got missing 0 -"]);
    expect(await bench.ask(requests.getShared(".", 10))).toEqual(["got directory 0 -"]);
  });

  test("the list tells what is there, through links, and what else is", async () => {
    await fresh({ "a b": "12", "dir/x": "", "other\\odd": "" });
    symlinkSync("a b", bench.at("shared/link"));
    symlinkSync("nowhere", bench.at("shared/dangling"));
    put(bench.at(`shared/a b.slh-before-${STAMP}`), "1");
    chmodSync(bench.at("shared/a b"), 0o640);
    const lines = await bench.ask(requests.listShared(["a b", "dir", "link", "dangling", "missing"]));
    const entries = lines
      .filter((line) => line.startsWith("entry "))
      .map((line) => line.replaceAll(/ \d+ \d+ (\d+|-) \d{9,} /g, " $1 "));
    expect(entries).toEqual([
      `entry file no 640 2 ${sumOf("12")} a b`,
      expect.stringMatching(/^entry directory no \d+ \d+ - dir$/),
      `entry file yes 640 2 ${sumOf("12")} link`,
      "entry dangling yes - - - - - - dangling",
      "entry missing no - - - - - - missing",
    ]);
    expect(lines).toContain(`before a b.slh-before-${STAMP}`);
    expect(lines.filter((line) => line.startsWith("top "))).toContain("top other\\\\odd");
  });
});

const STEPS = ["put.begun", "put.received", "put.flushed", "put.kept", "put.renamed", "put.on-disk"];

describe.each([
  ["the controller goes", 'slh_step() { if [ "$1" = STEP ]; then : >"$slh_root/reached"; sleep 30; fi; }\n'],
  ["the worker is killed", 'slh_step() { if [ "$1" = STEP ]; then : >"$slh_root/reached"; kill -s KILL "$$"; fi; }\n'],
  [
    "everything is killed",
    'slh_step() { if [ "$1" = STEP ]; then : >"$slh_root/reached"; kill -s KILL "$slh_loop_pid"; kill -s KILL "$$"; fi; }\n',
  ],
])("P5: %s", (how, stop) => {
  test.each(STEPS.flatMap((step) => [[step, "old"] as const, [step, null] as const]))(
    "at %s, over %s: the old or the new content, and nothing is left after the next command",
    async (step, old) => {
      const kind = oneKind();
      const program = readProgram().replace("slh_step() { :; }\n", () => stop.replace("STEP", step));
      const bench = await new Bench(kind, { program, lease: 6 }).fresh();
      const root = bench.root;
      mkdirSync(bench.at("shared"));
      if (old !== null) put(bench.at("shared/.env"), old);
      const sum = sumOf("new");
      bench.talk.setLoss(loss.put(".env", sum));
      const ended = (async (): Promise<void> => {
        await bench.ask(requests.receivePut(".env", sum), { stream: piecesOf("new") });
        await bench.ask(requests.commitPut(".env", sum, old === null ? "-" : sumOf(old), STAMP));
      })().catch(() => undefined);
      if (how === "the controller goes") {
        await until("the step is reached", () => existsSync(join(root, "reached")));
        bench.channel.kill();
      }
      await ended;
      expect(existsSync(join(root, "reached"))).toBe(true);
      await bench.close();
      const content = (): string | null =>
        existsSync(bench.at("shared/.env")) ? readFileSync(bench.at("shared/.env"), "utf8") : null;
      expect([old, "new"]).toContain(content());
      const next = new Bench(kind, { root });
      await until("the lock is free", async () => (await next.open()).some((line) => line.startsWith("opened g")));
      await next.call("slh_do_clean", "", "0");
      expect([old, "new"]).toContain(content());
      const left = readdirSync(join(root, "shared")).filter((name) => name !== ".env");
      const [kept] = left;
      // Kept is only what is no longer there.
      expect(left).toEqual(content() === "new" && old !== null ? [`.env.slh-before-${STAMP}`] : []);
      if (kept !== undefined) expect(readFileSync(join(root, "shared", kept), "utf8")).toBe(old);
      expect(readdirSync(join(root, ".symlink-helper/run")).filter((name) => name.startsWith("put."))).toEqual([]);
      await next.close();
      rmSync(root, { recursive: true });
    },
  );
});
