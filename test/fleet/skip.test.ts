import { describe, expect, test } from "vitest";
import { exitCodeOf, exitCodeOfPlan } from "../../src/cli/exit-codes.ts";
import { outcomesOf, said } from "./local-hosts.ts";
import { api, config, context, eventsOf, fileAt, live, version } from "./some-hosts.ts";

describe("unreachable: skip", () => {
  const skip = { unreachable: "skip" };

  test("P2: otherwise a host that cannot be reached stops everything", async () => {
    const report = await api.deploy(context(config({ gone: ["db1"] })), {});
    expect([report.outcome, report.hosts[2]?.error?.kind]).toEqual(["failed", "unreachable"]);
    expect([live("web1"), live("web2")]).toEqual([null, null]);
    expect(report.warnings).toEqual(["To go on without db1: the same command again, with --skip-unreachable"]);
  });

  test("that it could be left out is told only where that would be done", async () => {
    const tasks = { beforeSwitch: { run: "true", on: "db" } };
    const alone = await api.deploy(context(config({ gone: ["db1"], settings: { tasks } })), {});
    const nobody = await api.deploy(context(config({ gone: ["web1", "web2", "db1"], settings: { tasks: {} } })), {});
    // The lock of a maintenance is for all hosts.
    const hold = await api.lockAcquire(context(config({ gone: ["db1"] })), "a new disk");
    expect([alone, nobody, hold].map(({ outcome, warnings }) => [outcome, warnings])).toEqual([
      ["failed", []],
      ["failed", []],
      ["failed", []],
    ]);
    const back = await api.rollback(context(config({ gone: ["db1"], settings: { tasks } })), {});
    expect(back.warnings).toEqual([expect.stringContaining("without db1")]);
  });

  test("it is left out, told, and no failure", async () => {
    const report = await api.deploy(context(config({ gone: ["db1"], settings: skip })), {});
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["deployed", 0]);
    expect(outcomesOf(report)).toEqual(["web1 deployed", "web2 deployed", "db1 skipped"]);
    expect(report.hosts[2]).toMatchObject({ live: null, liveKnown: false, error: { kind: "unreachable" } });
    expect([live("web1"), live("web2")]).toEqual([report.release, report.release]);
    expect(report.warnings).toEqual([
      expect.stringMatching(/^db1: Skipped, and left as it is, since it cannot be reached\. /),
      "Once it can be reached again: slh deploy production --only-behind",
    ]);
    expect(eventsOf("failed", "skipped")).toEqual([{ kind: "skipped", host: "db1" }]);
    expect(said(report)).toMatch(/^Deployed \S+ to production \(2 hosts\)[^]*skipped +db1/);
    expect(said(report)).not.toContain("(unreachable)");
  });

  test("never the host that alone migrates, whether as the first or by its role", async () => {
    const first = await api.deploy(context(config({ gone: ["web1"], settings: skip })), {});
    expect([first.outcome, first.warnings]).toEqual([
      "failed",
      [expect.stringMatching(/^No host is skipped: web1 alone runs `echo .*` before the switch \(on: first\)\.$/)],
    ]);
    expect(first.hosts[0]?.error?.kind).toBe("unreachable");
    const tasks = { beforeSwitch: { run: "true", on: "db" } };
    const byRole = await api.deploy(context(config({ gone: ["db1"], settings: { ...skip, tasks } })), {});
    expect([byRole.outcome, byRole.warnings[0]]).toEqual(["failed", expect.stringContaining("db1 alone runs `true`")]);
    expect([live("web2"), live("db1")]).toEqual([null, null]);
    const others = { beforeSwitch: [{ run: "true", on: "web" }, "true"] };
    const one = await api.deploy(context(config({ gone: ["web1"], settings: { ...skip, tasks: others } })), {});
    expect(outcomesOf(one)).toEqual(["web1 skipped", "web2 deployed", "db1 deployed"]);
  });

  test("never all of them", async () => {
    const gone = ["web1", "web2", "db1"];
    const report = await api.deploy(context(config({ gone, settings: { ...skip, tasks: {} } })), {});
    expect([report.outcome, report.warnings]).toEqual(["failed", ["No host is skipped: no host would be left."]]);
    expect(outcomesOf(report)).toEqual(gone.map((name) => `${name} failed`));
  });

  test("a rollback goes without it, too, and needs no migration", async () => {
    const before = await api.deploy(context(config()), {});
    version("two");
    await api.deploy(context(config()), {});
    const back = await api.rollback(context(config({ gone: ["web1"], settings: skip })), {});
    expect([back.outcome, outcomesOf(back)]).toEqual(["rolled-back", ["web1 skipped", "web2 rolled-back", "db1 rolled-back"]]);
    expect([live("web2"), live("web1")]).toEqual([before.release, expect.not.stringMatching(`^${before.release}$`)]);
    // It may serve what came after, and which of both was meant, no program knows: --only-behind alone would be refused.
    expect(back.warnings).toContain("Once it can be reached again: slh status production");
    await expect(api.deploy(context(config()), { onlyBehind: true })).rejects.toMatchObject({ kind: "hosts-differ" });
    for (const report of [
      await api.pin(context(config({ gone: ["web1"], settings: skip })), before.release ?? "", true),
      await api.prune(context(config({ gone: ["web1"], settings: skip })), {}),
      await api.setup(context(config({ gone: ["web1"], settings: skip }))),
    ])
      expect([report.outcome, outcomesOf(report)]).toEqual(["done", ["web1 skipped", "web2 done", "db1 done"]]);
  });

  test("P11: plan and check say who would be skipped, and that it stops nothing", async () => {
    const lost = context(config({ gone: ["db1"], settings: skip }));
    const plan = await api.plan(lost, { out: fileAt("plan.json") });
    expect([plan.outcome, plan.skipped, plan.hosts.map(({ host }) => host), exitCodeOfPlan(plan)]).toEqual([
      "deploy",
      ["db1"],
      ["web1", "web2"],
      0,
    ]);
    expect(plan.warnings).toEqual([expect.stringContaining("db1: Skipped")]);
    const check = await api.check(lost);
    expect([check.ok, check.hosts[2]?.findings]).toEqual([
      true,
      [expect.objectContaining({ level: "warning", code: "skipped" })],
    ]);
    const stopped = context(config({ gone: ["web1"], settings: skip }));
    expect([(await api.plan(stopped, {})).outcome, (await api.check(stopped)).ok]).toEqual(["blocked", false]);
    // A host that is back is more than was planned.
    await expect(api.deploy(context(config({ settings: skip })), { plan: fileAt("plan.json") })).rejects.toMatchObject({
      message: expect.stringContaining("The hosts are db1, web1, web2, not web1, web2") as string,
    });
    expect((await api.deploy(lost, { plan: fileAt("plan.json") })).outcome).toBe("deployed");
  });

  test("what was left out was not looked at: a failure still puts everybody back whom it concerns", async () => {
    const before = await api.deploy(context(config()), {});
    version("two");
    const tasks = { afterSwitch: { run: '[ "$SLH_ACTION" = return ]', on: "web" } };
    const report = await api.deploy(context(config({ gone: ["db1"], settings: { ...skip, tasks } })), {});
    expect([report.outcome, outcomesOf(report)]).toEqual(["returned", ["web1 returned", "web2 returned", "db1 skipped"]]);
    expect([live("web1"), live("web2")]).toEqual([before.release, before.release]);
    expect(said(report)).toContain("Every host serves again what it served before.");
  });
});
