import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readProgram } from "../../src/host/program.ts";
import * as requests from "../../src/host/requests.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { Bench, failureOf, newRoot, put } from "./bench.ts";
import { mainKinds } from "./kinds.ts";

/** A switch from what `current` says to a release. */
function switchTo(to: string, from: string, fromText = from === "" ? "" : `releases/${from}`, message = ""): string {
  const texts = { fromText: bytesOf(fromText), toText: bytesOf(`releases/${to}`) };
  return requests.switchLink({ ...texts, to, switching: intent(to, message), live: `{"live":"${to}"}` });
}

/** The way back from a switch. */
function back(to: string, failed: string, toText = to === "" ? "" : `releases/${to}`): string {
  const texts = { backText: bytesOf(toText), failedText: bytesOf(`releases/${failed}`) };
  return requests.returnLink({ ...texts, back: to, failed, returned: `{"returned":"${failed}"}` });
}

const intent = (release: string, more = ""): string => `{"v":1,"kind":"switching","release":"${release}"}${more}`;
const confirm = requests.confirm('{"good":1}', bytesOf("releases/b"), "b");

/** Links of ours beside `current` that are no business of anybody's. */
const temporary = (bench: Bench): string[] => readdirSync(bench.root).filter((name) => name.startsWith(".current"));

/** When a release was left, by what the host noted. */
function leftAt(bench: Bench, id: string): number | null {
  const file = bench.home(`left/${id}`);
  return existsSync(file) ? Number(readFileSync(file, "latin1")) : null;
}

async function ready(bench: Bench, live: string): Promise<Bench> {
  await bench.fresh();
  for (const id of ["a", "b", "c"]) bench.release(id);
  if (live !== "") bench.pointTo(live);
  return bench;
}

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  test("the first deploy makes the link; going back removes it", async () => {
    await ready(bench, "");
    expect(await bench.ask(switchTo("a", ""))).toEqual(["switched", "current releases/a", "live a"]);
    expect(bench.ledger()).toBe(`${intent("a")}\n{"live":"a"}\n`);
    expect(temporary(bench)).toEqual([]);
    expect(await bench.ask(back("", "a"))).toEqual(["returned"]);
    expect(bench.current()).toBeUndefined();
  });

  test("a switch tells the intent before and the fact behind it, and keeps the way back until it is confirmed", async () => {
    await ready(bench, "a");
    expect(await bench.ask(switchTo("b", "a"))).toEqual(["switched", "current releases/b", "live b"]);
    expect(bench.ledger()).toBe(`${intent("b")}\n{"live":"b"}\n`);
    expect(temporary(bench)).toHaveLength(1);
    expect(leftAt(bench, "a")).toBeGreaterThan(1_700_000_000);
    await bench.ask(confirm);
    expect(temporary(bench)).toEqual([]);
    expect(bench.current()).toBe("releases/b");
  });

  test("P6: when a release was left is forgotten once it is live again, whichever way", async () => {
    await ready(bench, "a");
    put(bench.home("left/b"), "1000\n");
    await bench.ask(switchTo("b", "a"));
    expect([leftAt(bench, "a"), leftAt(bench, "b")]).toEqual([expect.any(Number), null]);
    await bench.ask(back("a", "b"));
    expect([leftAt(bench, "a"), leftAt(bench, "b")]).toEqual([null, expect.any(Number)]);
  });

  test("P6: what others switched from counts as left when that is found", async () => {
    await ready(bench, "b");
    put(bench.home("left/b"), "1000\n");
    await bench.ask(requests.othersSwitched("b", ["a", "never"]));
    expect([leftAt(bench, "a"), leftAt(bench, "b")]).toEqual([expect.any(Number), null]);
    await bench.ask(requests.othersSwitched(null, []));
    await bench.ask(requests.othersSwitched("../ledger.jsonl", ["../releases/a"]));
    expect(readdirSync(bench.home("left"))).toEqual(["a"]);
    expect(bench.current()).toBe("releases/b");
  });

  test("going back after a switch, and once only", async () => {
    await ready(bench, "a");
    await bench.ask(switchTo("b", "a"));
    expect(await bench.ask(back("a", "b"))).toEqual(["returned", "current releases/a", "live a"]);
    expect(await bench.ask(back("a", "b"))).toEqual(["current releases/a", "live a"]);
    expect(bench.ledger().match(/returned/g)).toHaveLength(1);
    expect(temporary(bench)).toEqual([]);
  });

  test("a link as another tool made it is put back as it was", async () => {
    await ready(bench, "");
    const text = bench.at("releases/./a");
    symlinkSync(text, bench.at("current"));
    await bench.ask(switchTo("b", "a", text));
    await bench.ask(back("a", "b", text));
    expect(bench.current()).toBe(text);
  });

  test("P6: the release into which a link led counts as left", async () => {
    await ready(bench, "");
    mkdirSync(bench.at("releases/a/public"));
    symlinkSync("releases/a/public", bench.at("current"));
    await bench.ask(switchTo("b", "", "releases/a/public"));
    expect(readdirSync(bench.home("left"))).toEqual(["a"]);
  });

  test("going back where nothing was switched does nothing", async () => {
    await ready(bench, "a");
    expect(await bench.ask(back("a", "b"))).toEqual(["current releases/a", "live a"]);
    expect(bench.ledger()).toBe("");
  });

  test("P3: nobody goes back over what somebody else has switched to since", async () => {
    await ready(bench, "a");
    await bench.ask(switchTo("b", "a"));
    repoint(bench, "releases/c");
    expect(await failureOf(bench.ask(back("a", "b")))).toMatchObject({ kind: "moved" });
    expect(bench.current()).toBe("releases/c");
  });

  test.each([
    ["another release is live", (at: Bench) => repoint(at, "releases/c"), "releases/a", "moved"],
    ["the same release by another text", (at: Bench) => repoint(at, at.at("releases/a")), "releases/a", "moved"],
    ["the link is gone", (at: Bench) => rmSync(at.at("current")), "releases/a", "moved"],
    ["there is a directory now", (at: Bench) => (rmSync(at.at("current")), mkdirSync(at.at("current"))), "releases/a", "moved"],
    ["there is a link where none was", () => undefined, "", "moved"],
    ["the release is gone", (at: Bench) => rmSync(at.at("releases/b"), { recursive: true }), "releases/a", "not-whole"],
  ])("P3: compare and swap: %s: nothing is changed", async (_, change, fromText, failure) => {
    await ready(bench, "a");
    change(bench);
    const before = bench.current();
    expect(await failureOf(bench.ask(switchTo("b", "a", fromText)))).toMatchObject({ kind: failure });
    expect(bench.current()).toBe(before);
    expect([temporary(bench), bench.ledger()]).toEqual([[], ""]);
  });

  test.each([
    ["was pointed elsewhere", (at: Bench) => repoint(at, "releases/c"), "moved"],
    ["was removed", (at: Bench) => rmSync(at.at("current")), "moved"],
    ["leads to nothing", (at: Bench) => rmSync(at.at("releases/b"), { recursive: true }), "switch"],
  ])("P3: nothing is confirmed where the link %s since the switch", async (_, change, failure) => {
    await ready(bench, "a");
    await bench.ask(switchTo("b", "a"));
    change(bench);
    expect(await failureOf(bench.ask(confirm))).toMatchObject({ kind: failure });
    expect(bench.ledger()).not.toContain("good");
  });

  test("P8: who has lost the lock neither switches nor confirms nor goes back", async () => {
    await ready(bench, "a");
    await bench.ask(switchTo("b", "a"));
    symlinkSync("v1;t=other;k=lease", bench.home("locks/g000000002"));
    for (const late of [switchTo("c", "b"), confirm, back("a", "b")])
      expect(await failureOf(bench.ask(late))).toMatchObject({ kind: "fenced" });
    expect(bench.current()).toBe("releases/b");
  });
});

/** Like another tool would: at once, over what is there. */
function repoint(bench: Bench, text: string): void {
  symlinkSync(text, bench.at("new"));
  execFileSync("mv", ["-fT", bench.at("new"), bench.at("current")]);
}

const STEPS = ["begin", "intent", "linked", "renamed", "flushed", "noted"].map((name) => `switch.${name}`);

describe.each(mainKinds())("killed, $name", (kind) => {
  test.each(STEPS)("P1, P5: at %s: one release or the other, and the way back is open", async (step) => {
    const program = readProgram().replace("slh_step() { :; }", () => `slh_step() { [ "$1" != ${step} ] || kill -s KILL $$; }`);
    const bench = await ready(new Bench(kind, { program }), "a");
    await failureOf(bench.ask(switchTo("b", "a")));
    expect(bench.current()).toBe(STEPS.indexOf(step) < STEPS.indexOf("switch.renamed") ? "releases/a" : "releases/b");
    await bench.ask(back("a", "b"));
    expect([bench.current(), temporary(bench).filter((name) => name.includes("-back-"))]).toEqual(["releases/a", []]);
    await bench.close();
  });
});

describe.each(mainKinds())("judged by what is there, $name", (kind) => {
  const RENAME = 'slh_rename() { "slh_rename_by_$slh_renamer" "$1" "$2" 2>/dev/null; }';

  test.each([
    ["a rename that is done and reported as failed is done (NFS)", RENAME.replace("; }", "; return 1; }"), "releases/b"],
    ["a rename that is reported as done and is not, is not", 'slh_rename() { rm -f "$1"; }', "releases/a"],
  ])("P3: %s", async (_, rename, live) => {
    const program = readProgram();
    expect(program).toContain(RENAME);
    const bench = await ready(new Bench(kind), "a");
    const text = `${rename}\n${switchTo("b", "a")}`;
    if (live === "releases/b") expect(await bench.ask(text)).toContain("switched");
    else expect(await failureOf(bench.ask(text))).toMatchObject({ kind: "switch" });
    expect(bench.current()).toBe(live);
    await bench.close();
  });
});

describe.skipIf(process.getuid?.() !== 0).each(mainKinds())("on a full disk, $name", (kind) => {
  let mount: string;
  let bench: Bench;
  beforeAll(async () => {
    mount = newRoot();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,nr_inodes=60", "tmpfs", mount]);
    bench = new Bench(kind, { root: mount });
    await bench.open();
    for (const id of ["a", "b"]) bench.release(id);
    bench.pointTo("a");
  });
  afterAll(async () => {
    await bench.close();
    execFileSync("umount", [mount]);
  });

  const fills: readonly [string, (at: Bench) => void][] = [
    ["no inodes", (at) => untilFull((index) => writeFileSync(at.at(`filler-${index}`), ""))],
    ["no space", (at) => untilFull((index) => writeFileSync(at.at("filler-0"), "x".repeat(4096 * index), { flag: "a" }))],
  ];

  test.each(fills)("P2: %s: the way back is there, and to confirm is possible", async (_, fill) => {
    await bench.ask(switchTo("b", "a"));
    fill(bench);
    expect(await failureOf(bench.ask(switchTo("a", "b", "releases/b", " ".repeat(5000))))).toMatchObject({ kind: "disk-full" });
    expect(bench.current()).toBe("releases/b");
    expect(await bench.ask(back("a", "b"))).toContain("returned");
    expect(bench.current()).toBe("releases/a");
    for (const name of readdirSync(mount).filter((entry) => entry.startsWith("filler"))) rmSync(bench.at(name));
  });

  test("no inodes: a switch can be confirmed", async () => {
    await bench.ask(switchTo("b", "a"));
    fills[0]?.[1](bench);
    await bench.ask(confirm);
    expect(bench.ledger()).toMatch(/\{"good":1\}\n$/);
    expect(await bench.ask(callReturnUnconfirmed())).toEqual(["no"]);
  });
});

/** What a host does when it loses its controller behind the switch. */
function callReturnUnconfirmed(): string {
  return "if slh_return_unconfirmed releases/a releases/b a '{}' b; then slh_say yes; else slh_say no; fi\n";
}

function untilFull(add: (index: number) => void): void {
  try {
    for (let index = 0; index < 10_000; index++) add(index);
  } catch {
    // Full, as it should be.
  }
}
