import { describe, expect, test } from "vitest";
import { type HostLedger, historyRows } from "../../src/release/history.ts";
import { factOf, type LedgerEntry } from "../../src/release/ledger.ts";
import {
  deploy,
  failedDeploy,
  foreignDirectory,
  link,
  pin,
  play,
  recover,
  remove,
  returnedDeploy,
  returnedRollback,
  rollback,
  stampOf,
  type Step,
  worldAfter,
  revisionOf,
} from "./world.ts";

const A = deploy("A", null);
const B = deploy("B", "A");

function table(...histories: readonly Step[][][]): string[] {
  const ledgers = histories.map((runs, index) => ({ host: `web${index + 1}`, entries: worldAfter(...runs).entries }));
  return historyRows(ledgers).map(({ command, result, release, from, hosts }) => {
    return `${command}: ${result} ${release ?? "-"} from ${from ?? "-"} on ${hosts.join(",")}`;
  });
}

const found: Step[] = [(world): void => void recover(world)];
const takeover: Step = (world) => void world.entries.push(factOf(stampOf(world, "deploy"), "takeover", ""));
const hold = (kind: "held" | "released"): Step[] => [
  (world): void => void world.entries.push(factOf(stampOf(world, "lock"), kind, "")),
];

describe("historyRows", () => {
  test.each<[why: string, runs: Step[][], rows: string[]]>([
    ["nothing", [], []],
    ["deploys", [A, B], ["deploy: deployed A from - on web1", "deploy: deployed B from A on web1"]],
    ["a failed deploy", [failedDeploy("A", false)], ["deploy: failed A from - on web1"]],
    ["taken back", [returnedDeploy("B", "A")], ["deploy: returned B from A on web1"]],
    ["a rollback", [rollback("A", "B")], ["rollback: rolled back A from B on web1"]],
    ["a rollback taken back", [returnedRollback("A", "B")], ["rollback: returned A from B on web1"]],
    ["a deploy and what it pruned", [[...B, ...remove("X"), ...remove("Y")]], ["deploy: deployed, pruned 2 B from A on web1"]],
    ["prune", [[...remove("A"), ...remove("B"), ...remove("C")]], ["prune: pruned 3 - from - on web1"]],
    ["prune of one", [remove("A")], ["prune: pruned 1 A from - on web1"]],
    ["pins", [pin("A", true), pin("A", false)], ["pin: pinned A from - on web1", "unpin: unpinned A from - on web1"]],
    ["holds", [hold("held"), hold("released")], ["lock: held - from - on web1", "lock: released - from - on web1"]],
    [
      "a takeover, and the deploy that did it",
      [[takeover, ...A]],
      ["deploy: took over - from - on web1", "deploy: deployed A from - on web1"],
    ],
    ["first contact", [foreignDirectory("X"), [link("X"), ...found]], ["deploy: adopted X from - on web1"]],
    [
      "a foreign switch",
      [A, [link("X"), ...found]],
      ["deploy: deployed A from - on web1", "deploy: foreign switch X from A on web1"],
    ],
    ["interrupted, nobody looked yet", [A.slice(0, 4)], ["deploy: unfinished A from - on web1"]],
    ["interrupted before the switch", [A.slice(0, 4), found], ["deploy: failed A from - on web1"]],
    ["interrupted after the switch", [A.slice(0, 6), found], ["deploy: unfinished A from - on web1"]],
    ["interrupted while being taken back", [returnedDeploy("B", "A").slice(0, 8), found], ["deploy: returned B from A on web1"]],
  ])("%s", (_why, runs, rows) => {
    expect(table(runs)).toEqual(rows);
  });

  test("a run on many hosts is one row", () => {
    expect(table([A, B], [A, B], [A, B])).toEqual([
      "deploy: deployed A from - on web1,web2,web3",
      "deploy: deployed B from A on web1,web2,web3",
    ]);
  });

  test.each<[why: string, web1: Step[], web2: Step[], result: string]>([
    ["one was never confirmed", B, B.slice(0, 7), "partial"],
    ["one was taken back, one never switched", returnedDeploy("B", "A"), [...failedDeploy("B", true)], "returned"],
    ["both failed", failedDeploy("B", true), failedDeploy("B", false), "failed"],
    ["one was taken back, one is still on it", returnedDeploy("B", "A"), B.slice(0, 7), "unfinished"],
  ])("hosts that ended differently: %s", (_why, web1, web2, result) => {
    expect(table([A, web1], [A, web2])[1]).toContain(`deploy: ${result} B`);
  });

  test("the words of the run come first, those of who concluded it after", () => {
    const world = worldAfter(A.slice(0, 6));
    world.entries = world.entries.map((entry) => ({ ...entry, by: "ann", message: "release day", origin: "ci/1" }));
    recover(world);
    const [row] = historyRows([
      { host: "web1", entries: world.entries.map((entry) => (entry.recovered === undefined ? entry : { ...entry, by: "bob" })) },
    ]);
    expect(row).toMatchObject({ by: "ann", message: "release day", origin: "ci/1", revision: revisionOf("A") });
    expect(row?.reason).toMatch(/ended before it could confirm/);
  });
});

describe("the order of history", () => {
  const entry = (run: string, at: string): LedgerEntry => {
    return factOf({ at, by: "a", run, generation: 1, command: "deploy" }, "good", run);
  };
  const ledger = (host: string, ...runs: [run: string, at: string][]): HostLedger => {
    return { host, entries: runs.map(([run, at]) => entry(run, at)) };
  };
  const order = (...ledgers: HostLedger[]): string =>
    historyRows(ledgers)
      .map(({ release }) => release)
      .join(" ");

  test.each<[why: string, ledgers: HostLedger[], order: string]>([
    ["the ledger's, not the clocks'", [ledger("a", ["R1", "2026-05"], ["R2", "2025-01"])], "R1 R2"],
    ["hosts that know different runs", [ledger("a", ["R1", "1"], ["R3", "3"]), ledger("b", ["R2", "2"])], "R1 R2 R3"],
    ["a host that joined later", [ledger("a", ["R1", "1"], ["R2", "2"]), ledger("b", ["R2", "2"], ["R3", "3"])], "R1 R2 R3"],
    [
      "a common run orders what clocks do not",
      [ledger("a", ["R1", "9"], ["R2", "2"]), ledger("b", ["R2", "2"], ["R3", "1"])],
      "R1 R2 R3",
    ],
    ["hosts that contradict each other", [ledger("a", ["R1", "1"], ["R2", "2"]), ledger("b", ["R2", "2"], ["R1", "1"])], "R1 R2"],
  ])("%s", (_why, ledgers, expected) => {
    expect(order(...ledgers)).toBe(expected);
  });

  test("thousands of runs are no trouble", () => {
    const world = worldAfter();
    let from: string | null = null;
    for (let index = 0; index < 1000; index++) {
      play(world, deploy(`R${index}`, from));
      from = `R${index}`;
    }
    const ledgers = ["a", "b", "c"].map((host) => ({ host, entries: world.entries }));
    expect(historyRows(ledgers)).toHaveLength(1000);
  });
});

describe("a ledger of which only the last lines are known", () => {
  const runs = [A, deploy("B", "A"), deploy("C", "B"), deploy("D", "C")];
  const { entries } = worldAfter(...runs);
  /** All from a line on, and the one before it. */
  const from = (line: number, host = "web1"): HostLedger => {
    return { host, entries: entries.slice(line), before: entries.slice(line - 1, line) };
  };
  const shown = (...ledgers: readonly HostLedger[]): string[] =>
    historyRows(ledgers).map(
      ({ result, release, from: before, hosts }) => `${result} ${release} from ${before} on ${hosts.join(",")}`,
    );
  const perRun = entries.length / runs.length;

  test.each([
    ["begins with a run", perRun, ["B", "C", "D"]],
    ["begins inside of a run, which is left out", perRun + 2, ["C", "D"]],
    ["begins with the end of a run", 2 * perRun - 1, ["C", "D"]],
  ])("%s", (_, line, releases) => {
    expect(historyRows([from(line)]).map(({ release }) => release)).toEqual(releases);
  });

  test("does not make it look as if a host had no part in what it did not forget", () => {
    const on = "web1,web2";
    expect(shown({ host: "web1", entries }, from(perRun + 2, "web2"))).toEqual([
      `deployed C from B on ${on}`,
      `deployed D from C on ${on}`,
    ]);
  });

  test("leaves out a run of which only the conclusion by another one is there", () => {
    const [failed, ...rest] = worldAfter(A).entries;
    const concluded = { ...(failed as LedgerEntry), kind: "failed" as const, release: "Z", recovered: "gone" };
    const ledger = { host: "web1", entries: [concluded, ...rest] };
    expect(historyRows([{ ...ledger, before: [] }]).map(({ release }) => release)).toEqual(["A"]);
  });
});
