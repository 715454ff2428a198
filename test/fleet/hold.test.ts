import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApi, realPorts, type Event } from "../../src/index.ts";
import { until } from "../hosts/until.ts";
import { cutting } from "./cut-answers.ts";
import { LocalHosts, outcomesOf } from "./local-hosts.ts";

const api = createApi(realPorts());
const hosts = ["web1", "web2"];
let fleet: LocalHosts;
beforeEach(() => void (fleet = new LocalHosts()));
afterEach(() => fleet.remove());

const locks = async (): Promise<boolean[]> =>
  (await api.lockStatus(fleet.on({ hosts, settings: { lease: "5s" } }))).hosts.map(({ lock }) => lock !== null);

describe("P8: a hold that one host could not take is on none", () => {
  beforeEach(async () => void (await api.deploy(fleet.on({ hosts }), {})));

  test("its ledger cannot be written", async () => {
    const ledger = join(fleet.root("web2"), ".symlink-helper/ledger.jsonl");
    rmSync(ledger);
    mkdirSync(ledger);
    const report = await api.lockAcquire(fleet.on({ hosts }), "why");
    rmSync(ledger, { recursive: true });
    expect([report.outcome, await locks()]).toEqual(["failed", [false, false]]);
  });

  test("its answer is lost", async () => {
    const { ports, cut } = cutting(1);
    const context = fleet.on({ hosts, settings: { lease: "5s" } });
    const emit = (event: Event): void => {
      if (event.kind === "phase-started" && event.phase === "lock" && event.host === "web2") cut();
    };
    const report = await createApi(ports).lockAcquire({ ...context, emit }, "why");
    expect([report.outcome, outcomesOf(report)]).toEqual(["failed", ["web1 failed", "web2 failed"]]);
    await until("both are free", async () => (await locks()).every((held) => !held));
  });

  test("all have taken it: it stays, with nobody there", async () => {
    expect((await api.lockAcquire(fleet.on({ hosts }), "why")).outcome).toBe("done");
    expect(await locks()).toEqual([true, true]);
    expect((await api.lockRelease(fleet.on({ hosts }), {})).outcome).toBe("done");
    expect(await locks()).toEqual([false, false]);
  });
});
