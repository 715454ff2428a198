import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApi, realPorts } from "../../src/index.ts";
import { LocalHosts, outcomesOf, said } from "./local-hosts.ts";

const api = createApi(realPorts());
let fleet: LocalHosts;
beforeEach(() => void (fleet = new LocalHosts()));
afterEach(() => fleet.remove());

const onlyBehind = { onlyBehind: true };

describe("deploy --only-behind", () => {
  test("goes through waves, drain, checks and service as any deploy; what one host did for all is not done again", async () => {
    const settings = {
      strategy: { wave: 1 },
      tasks: {
        prepare: fleet.note("prepare"),
        beforeSwitch: [{ run: fleet.note("migrate"), on: "first" }, fleet.note("before")],
        drain: fleet.note("drain"),
        afterSwitch: fleet.note("reload"),
        undrain: fleet.note("undrain"),
        finish: fleet.note("finish"),
      },
      check: { command: fleet.note("check") },
    };
    const all = ["web1", "web2", "web3"];
    const { release } = await api.deploy(fleet.on({ hosts: ["web3"], settings }), {});
    fleet.forgetWhatRan();
    const report = await api.deploy(fleet.on({ hosts: all, settings }), onlyBehind);
    expect([report.outcome, report.release, outcomesOf(report)]).toEqual([
      "deployed",
      release,
      ["web1 deployed", "web2 deployed", "web3 unchanged"],
    ]);
    expect(fleet.ran.slice(0, 4).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "before web1",
      "before web2",
      "prepare web1",
      "prepare web2",
    ]);
    const course = (host: string): string[] => ["drain", "reload", "check", "undrain"].map((step) => `${step} ${host}`);
    expect(fleet.ran.slice(4, 12)).toEqual([...course("web1"), ...course("web2")]);
    expect(fleet.ran.slice(12).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["finish web1", "finish web2"]);
    expect(report.waves?.map(({ hosts }) => hosts)).toEqual([["web1"], ["web2"]]);
  });

  test.each(["drain", "beforeSwitch"])(
    "P6, P9: where %s fails, a release that a host had from before stays, and is gone back to as ever",
    async (point) => {
      const hosts = ["web1", "web2"];
      await api.deploy(fleet.on({ hosts }), {});
      fleet.version("two");
      await fleet.nextSecond();
      const { release } = await api.deploy(fleet.on({ hosts }), {});
      const two = release ?? "";
      await api.rollback(fleet.on({ hosts, choice: { hosts: ["web2"] } }), {});
      await api.pin(fleet.on({ hosts }), two, true);
      const settings = { tasks: { [point]: "exit 1" } };
      const report = await api.deploy(fleet.on({ hosts, settings }), { ...onlyBehind, to: two });
      expect([report.outcome, readdirSync(join(fleet.root("web2"), "releases"))]).toEqual([
        "failed",
        expect.arrayContaining([two]),
      ]);
      expect(readFileSync(join(fleet.root("web2"), ".symlink-helper/ledger.jsonl"), "utf8")).not.toContain('"failed"');
      const back = await api.rollback(fleet.on({ hosts, choice: { hosts: ["web2"] } }), { to: two });
      expect([back.outcome, fleet.served("web2")]).toEqual(["rolled-back", "two"]);
    },
  );

  test("P2: where a check fails all of them go back, and the others never noticed", async () => {
    const before = fleet.on({ hosts: ["web1", "web2"] });
    const { release: old } = await api.deploy(before, {});
    fleet.version("two");
    await fleet.nextSecond();
    const all = ["web1", "web2", "web3"];
    const settings = { check: { command: `test "$(basename "$SLH_ROOT")" != web2`, within: "1s", interval: "1s" } };
    const { release } = await api.deploy(fleet.on({ hosts: all, settings, choice: { hosts: ["web3"] } }), {});
    const report = await api.deploy(fleet.on({ hosts: all, settings }), {
      ...onlyBehind,
      ...(release === null ? {} : { to: release }),
    });
    expect([report.outcome, outcomesOf(report)]).toEqual(["returned", ["web1 returned", "web2 returned", "web3 unchanged"]]);
    expect(all.map((name) => fleet.live(name))).toEqual([old, old, release]);
  });

  test("some of them: what is live on the others counts, and who is behind besides is named and left", async () => {
    const { release } = await api.deploy(fleet.on({ hosts: ["web1"] }), {});
    const hosts = ["web1", "web2", "web3", "gone4"];
    const report = await api.deploy(fleet.on({ hosts, choice: { hosts: ["web2"] } }), onlyBehind);
    expect([report.outcome, outcomesOf(report)]).toEqual([
      "deployed",
      ["web1 unchanged", "web2 deployed", "web3 skipped", "gone4 skipped"],
    ]);
    expect(["web1", "web2", "web3"].map((name) => fleet.live(name))).toEqual([release, release, null]);
    expect(report.warnings).toEqual([
      expect.stringMatching(/^gone4: Not asked what is live there, since it cannot be reached\./) as string,
      "Behind, too, and left as asked for: web3.",
    ]);
    expect(said(report)).toContain("web2");
    // One that shall be brought there is waited for as ever.
    const stopped = await api.deploy(fleet.on({ hosts, choice: { hosts: ["web3", "gone4"] } }), onlyBehind);
    expect([stopped.outcome, fleet.live("web3")]).toEqual(["failed", null]);
    const none = await api.deploy(fleet.on({ hosts, choice: { hosts: ["web1"] } }), onlyBehind);
    expect([none.outcome, fleet.live("web3")]).toEqual(["unchanged", null]);
  });

  test("P3: where no host is behind, but files are gone on one, that is told", async () => {
    const hosts = ["web1", "web2"];
    const { release } = await api.deploy(fleet.on({ hosts }), {});
    expect((await api.deploy(fleet.on({ hosts }), onlyBehind)).warnings).toEqual([]);
    rmSync(join(fleet.root("web2"), "current/index.html"));
    const report = await api.deploy(fleet.on({ hosts }), onlyBehind);
    expect([report.outcome, report.warnings]).toEqual([
      "unchanged",
      [expect.stringMatching(`^web2: .*${release}.* A deploy makes one that is whole: slh deploy production$`)],
    ]);
  });

  test("P3: what somebody deleted of the records of a release is told, and where it is behind it is made anew", async () => {
    const hosts = ["web1", "web2"];
    const { release } = await api.deploy(fleet.on({ hosts }), {});
    const records = (name: string): string => join(fleet.root(name), ".symlink-helper/manifests");
    rmSync(records("web2"), { recursive: true });
    rmSync(join(fleet.root("web2"), "current"));
    const report = await api.deploy(fleet.on({ hosts }), onlyBehind);
    expect([report.outcome, outcomesOf(report), fleet.live("web2")]).toEqual([
      "deployed",
      ["web1 unchanged", "web2 deployed"],
      release,
    ]);
    expect(report.warnings).toContainEqual(
      expect.stringMatching(`^web2: The seal of ${release}, .* is gone, so nobody can tell .*\\. It is made anew\\.$`),
    );
    expect(readdirSync(records("web2"))).toEqual([release, `${release}.seal`]);
    for (const name of hosts) rmSync(join(records(name), release ?? ""));
    const lent = await api.deploy(fleet.on({ hosts: [...hosts, "web3"] }), onlyBehind);
    expect([lent.outcome, lent.hosts[0]?.error?.message]).toEqual([
      "failed",
      expect.stringMatching(`^What was recorded of release ${release} in .*/manifests is gone`),
    ]);
  });

  test("where there is nothing to bring anybody to, a deploy to all is advised, whoever was chosen", async () => {
    const chosen = fleet.on({ hosts: ["web1", "web2"], choice: { hosts: ["web2"] } });
    const caller = { program: "slh", config: null, only: ["--hosts", "web2"] };
    await expect(api.deploy({ ...chosen, caller }, onlyBehind)).rejects.toMatchObject({
      kind: "nothing-good",
      remedy: "To make one on all of them: slh deploy production",
    });
  });

  test("a hold on a host that was not chosen is to be released there", async () => {
    await api.deploy(fleet.on({ hosts: ["web1"] }), {});
    const hosts = ["web1", "web2", "web3"];
    await api.lockAcquire(fleet.on({ hosts, choice: { hosts: ["web3"] } }), "a new disk");
    const chosen = fleet.on({ hosts, choice: { hosts: ["web2"] } });
    const caller = { program: "slh", config: null, only: ["--hosts", "web2"] };
    const report = await api.deploy({ ...chosen, caller }, onlyBehind);
    expect([report.outcome, report.hosts[2]?.error?.remedy]).toEqual([
      "locked",
      "When the reason is gone: slh lock release production --hosts web3",
    ]);
  });

  test("a host that failed midway is brought there by the next try, with nothing done by hand", async () => {
    const { release } = await api.deploy(fleet.on({ hosts: ["web1"] }), {});
    const all = { hosts: ["web1", "web2", "web3"] };
    const settings = { tasks: { prepare: `test "$(basename "$SLH_ROOT")" != web3` } };
    const failed = await api.deploy(fleet.on({ ...all, settings }), onlyBehind);
    expect([failed.outcome, failed.hosts[2]?.error?.kind]).toEqual(["failed", "task-failed"]);
    expect(said(failed)).toContain("Every host serves what it served before.");
    expect([fleet.live("web2"), fleet.live("web3")]).toEqual([null, null]);
    const report = await api.deploy(fleet.on(all), onlyBehind);
    expect([report.outcome, outcomesOf(report)]).toEqual(["deployed", ["web1 unchanged", "web2 deployed", "web3 deployed"]]);
    for (const name of ["web2", "web3"]) expect(readdirSync(join(fleet.root(name), "releases"))).toEqual([release]);
  });
});
