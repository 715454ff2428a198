import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseRecord } from "../../src/plan/lock-record.ts";
import { loss } from "../../src/host/loss.ts";
import * as requests from "../../src/host/requests.ts";
import { until } from "../hosts/until.ts";
import { Bench, failureOf, linkAt, newRoot } from "./bench.ts";
import { mainKinds } from "./kinds.ts";
import { lay, record } from "./lock-records.ts";

const HOLD = "k=hold;c=lock;w=ann;m=migration";
/** When this very process began, in ticks since boot. */
const OUR_START =
  readFileSync("/proc/self/stat", "latin1")
    .replace(/^.*\) /s, "")
    .split(" ")[19] ?? "";

/** Whose lock is found, and what becomes of it: taken over with this proof, or not. */
const OWNERS: readonly [string, string, "gone" | null][] = [
  ["whose process is gone", record({}), "gone"],
  ["whose process number belongs to another process now", record({ p: String(process.pid), s: "12345" }), "gone"],
  ["that lives", record({ p: String(process.pid), s: OUR_START }), null],
  ["of another boot or another machine", record({ b: "11111111-2222-3333-4444-555555555555" }), null],
  ["of another process namespace", record({ n: "[1]" }), null],
  ["that did not know its boot", record({ b: "" }), null],
  ["that is a person's hold", record({ k: "hold" }), null],
  ["that cannot be read", "nonsense", null],
];

const locks = (bench: Bench): string[] => readdirSync(bench.home("locks")).toSorted();
const opened = (generation: string): unknown => expect.stringMatching(new RegExp(`^opened ${generation} `));

/** The loop of a bench by what its lock says of it. It leads a group of its own. */
function loopOf(bench: Bench): number {
  return Number(/;p=(\d+);/.exec(linkAt(bench.home("locks/g000000001")) ?? "")?.[1]);
}

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  let others: Bench[] = [];
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());
  afterEach(async () => {
    await Promise.all(others.map((other) => other.close()));
    others = [];
  });

  function contender(lease = 30): Bench {
    const other = new Bench(kind, { root: bench.root, lease });
    others.push(other);
    return other;
  }

  test("P8: one at a time, and the other learns who and why", async () => {
    await bench.fresh();
    const told = await contender().open();
    expect(told).toContain("opened no");
    const [line = ""] = told.filter((text) => text.startsWith("lock held g000000001 "));
    const seen = parseRecord(line.split(" ").slice(4).join(" "));
    expect(seen).toMatchObject({ kind: "lease", command: "deploy", by: "ann", session: bench.session, lease: 30 });
    await bench.ask(requests.unlock);
    expect(await contender().open()).toContainEqual(opened("g000000002"));
  });

  test("P8: who waits gets the lock when it is let go", async () => {
    await bench.fresh();
    const waiting = contender().open(undefined, null, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await bench.ask(requests.unlock);
    expect(await waiting).toContainEqual(opened("g000000002"));
  });

  test("what is past is swept, and nothing of a conversation stays behind it", async () => {
    await bench.fresh();
    for (let round = 0; round < 3; round++) {
      await bench.ask(requests.unlock);
      bench.moveTo(bench.root);
      await bench.open();
    }
    expect(locks(bench).filter((name) => !name.startsWith("g000000004"))).toEqual([]);
    await bench.ask(requests.close);
    expect(locks(bench)).toEqual(["g000000004", "g000000004.done"]);
    expect(readdirSync(bench.home("run"))).toEqual([]);
  });

  test.each(["g000000007", "g000000008", "g000000009", "g000000099", "g000000779", "g009999999"])(
    "behind %s comes the next",
    async (top) => {
      bench.moveTo(newRoot());
      lay(bench, top, record({}));
      await bench.open();
      expect(bench.generation).toBe(`g${String(Number(top.slice(1)) + 1).padStart(9, "0")}`);
      expect(linkAt(bench.home("locks", top))).toBeUndefined();
    },
  );

  test.each(OWNERS)("P8: a lock %s", async (_, text, proof) => {
    bench.moveTo(newRoot());
    lay(bench, "g000000001", text);
    const told = await bench.open();
    if (proof === null) expect(told).toContain("opened no");
    else expect(told).toContainEqual(`took ${proof} g000000001 ${text}`);
    expect(linkAt(bench.home("locks/g000000001"))).toBe(proof === null ? text : undefined);
  });

  test("P8: a heartbeat that was watched to stand still is a proof, also of another machine; one that moved is none", async () => {
    bench.moveTo(newRoot());
    const text = record({ b: "another" });
    lay(bench, "g000000001", text);
    writeFileSync(bench.home("locks/g000000001.beat"), "41\n");
    expect(await bench.open(undefined, { generation: "g000000001", beat: "40" })).toContain("opened no");
    expect(await bench.open(undefined, { generation: "g000000000", beat: "41" })).toContain("opened no");
    expect(await bench.open(undefined, { generation: "g000000001", beat: "41" })).toContainEqual(
      `took silent g000000001 ${text}`,
    );
  });

  test("P8: a hold is not taken over for its silence", async () => {
    bench.moveTo(newRoot());
    lay(bench, "g000000001", record({ k: "hold" }));
    expect(await bench.open(undefined, { generation: "g000000001", beat: "-" })).toContain("opened no");
  });

  test("P5, P8: an owner that is killed with its watchdog is taken over, and what it left running is stopped", async () => {
    bench.moveTo(newRoot());
    const owner = contender(2);
    await owner.open();
    const work = failureOf(owner.ask("sleep 1000 & sleep 1000\n"));
    await until("it works", () => owner.running("sleep 1000").length === 2);
    process.kill(-loopOf(owner), "SIGKILL");
    expect(owner.running("sleep 1000")).toHaveLength(2);
    const told = await bench.open(undefined, null, 10_000);
    expect(told).toContainEqual(expect.stringMatching(/^took gone g000000001 /));
    await until("nothing of it is left", () => owner.processes().length === 0);
    await work;
  });

  test("P5: a controller that is lost while it asks for the lock leaves none", async () => {
    bench.moveTo(newRoot());
    const lost = contender();
    lost.talk.setLoss(loss.asking);
    await lost.open();
    await lost.close();
    expect(locks(lost)).toEqual(["g000000001", "g000000001.done"]);
  });

  test("a hold is set without a process, and ends only when the one that was seen is released", async () => {
    bench.moveTo(newRoot());
    expect(await bench.ask(requests.hold("id", HOLD, '{"held":1}'))).toEqual(["opened g000000001"]);
    expect(await contender().open()).toContain("opened no");
    expect(await failureOf(bench.ask(requests.unhold("g000000007", "{}")))).toMatchObject({ kind: "moved" });
    await bench.ask(requests.unhold("g000000001", '{"released":1}'));
    expect(bench.ledger()).toBe('{"held":1}\n{"released":1}\n');
    expect(await contender().open()).toContainEqual(opened("g000000002"));
  });

  test("P8: many at once: each sees what the one before it wrote, and loses nothing", async () => {
    bench.moveTo(newRoot());
    const count = 'read -r n <"$slh_root/count"; slh_nap 0.05; slh_put $((n + 1)) >"$slh_root/count"\n';
    writeFileSync(bench.at("count"), "0\n");
    const work = async (one: Bench): Promise<void> => {
      for (let round = 0; round < 4; round++) {
        do await one.open(undefined, null, 30_000);
        while (one.generation === "");
        await one.ask(count);
        await one.ask(requests.unlock);
        one.moveTo(one.root);
      }
    };
    await Promise.all(Array.from({ length: 5 }, () => work(contender())));
    expect(readFileSync(bench.at("count"), "latin1")).toBe("20\n");
  });
});

describe.skipIf(process.getuid?.() !== 0).each(mainKinds())("on a disk without inodes, $name", (kind) => {
  test("P5: the lock can be let go", async () => {
    const mount = newRoot();
    execFileSync("mount", ["-t", "tmpfs", "-o", "nr_inodes=40", "tmpfs", mount]);
    const bench = new Bench(kind, { root: mount });
    try {
      await bench.open();
      for (let index = 0; fill(bench.at(`filler-${index}`)); index++);
      await bench.ask(requests.close);
      expect(await bench.ask(requests.look({ ledgerLines: 0, base: false, shared: [] }))).toContain("lock free g000000001 - -");
    } finally {
      await bench.close();
      execFileSync("umount", [mount]);
    }
  });
});

function fill(path: string): boolean {
  try {
    writeFileSync(path, "");
    return true;
  } catch {
    return false;
  }
}
