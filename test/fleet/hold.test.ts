import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
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

  test("one is lost before it is known to keep it", async () => {
    const { ports, cut } = cutting(0);
    const emit = (event: Event): void => {
      // Both have it; the last has just said so.
      if (event.kind === "phase-started" && event.phase === "look") cut();
    };
    const context = fleet.on({ hosts, settings: { lease: "5s" } });
    const report = await createApi(ports).lockAcquire({ ...context, emit }, "why");
    expect([report.outcome, outcomesOf(report)]).toEqual(["failed", ["web1 failed", "web2 failed"]]);
    expect(report.warnings.join("\n")).toContain("web1: The hold may still be there. Look: slh lock status production");
    expect((await locks())[1]).toBe(false);
  });

  test("one has let go of it while the others were slow", async () => {
    const ports = realPorts();
    const context = fleet.on({ hosts, settings: { lease: "5s" } });
    const emit = (event: Event): void => {
      if (event.kind !== "phase-ended" || event.phase !== "lock" || event.host !== "web1") return;
      const locks = join(fleet.root("web1"), ".symlink-helper/locks");
      for (const name of readdirSync(locks)) if (!name.endsWith(".done")) symlinkSync("released", join(locks, `${name}.done`));
    };
    const report = await createApi(ports).lockAcquire({ ...context, emit }, "why");
    expect([report.outcome, await locks()]).toEqual(["failed", [false, false]]);
    expect(report.hosts.map(({ error }) => error?.message ?? "")).toContainEqual(
      expect.stringContaining("It had let go of the hold"),
    );
  });

  test("all have taken it: it stays, with nobody there", async () => {
    expect((await api.lockAcquire(fleet.on({ hosts }), "why")).outcome).toBe("done");
    expect(await locks()).toEqual([true, true]);
    expect((await api.lockRelease(fleet.on({ hosts }), {})).outcome).toBe("done");
    expect(await locks()).toEqual([false, false]);
  });
});
