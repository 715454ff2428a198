import { describe, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { outcomesOf, said } from "./local-hosts.ts";
import { api, config, context, fileAt, live, tasks, version } from "./some-hosts.ts";

describe("--hosts and --role", () => {
  test("a deploy to some says whom it left out, and that what the first host alone runs was not run", async () => {
    const report = await api.deploy(context(narrowTo(config(), { hosts: ["web2", "db1"] })), {});
    expect([report.outcome, report.leftOut, outcomesOf(report)]).toEqual([
      "deployed",
      ["web1"],
      ["web2 deployed", "db1 deployed"],
    ]);
    expect([live("web1"), live("web2"), live("db1")]).toEqual([null, report.release, report.release]);
    expect([tasks("web2"), tasks("db1")]).toEqual([["reload"], ["reload"]]);
    expect(report.warnings).toEqual([expect.stringContaining("web1 is left out, which alone runs it: echo")]);
    expect(said(report)).toMatch(/production \(2 hosts\)[^]*left out +web1/);
  });

  test("`on: first` is the first of the environment: a filter makes no other host the first, nor the first another", async () => {
    await api.deploy(context(narrowTo(config(), { roles: ["web"] })), {});
    expect([tasks("web1"), tasks("web2"), tasks("db1")]).toEqual([["migrate", "reload"], ["reload"], []]);
    // The fingerprint is made with who is first: the same, filtered or not.
    const again = await api.deploy(context(narrowTo(config(), { hosts: ["web2"] })), {});
    expect(again.outcome).toBe("unchanged");
    expect(said(again)).toMatch(/web2\) already serves[^]*left out +web1, db1/);
  });

  test("commands that people are told to type are for the same hosts", async () => {
    await api.deploy(context(config()), {});
    version("two");
    const only = {
      ...context(narrowTo(config(), { hosts: ["web1"] })),
      caller: { program: "slh", config: null, only: ["--hosts", "web1"] },
    };
    const report = await api.deploy(only, {});
    expect(report.goBack?.command).toBe("slh rollback production --hosts web1");
    const back = await api.rollback(only, {});
    expect([back.outcome, live("web1")]).toEqual(["rolled-back", live("db1")]);
  });

  test("answers are about those hosts, and say so", async () => {
    const web = context(narrowTo(config(), { roles: ["web"] }));
    await api.deploy(web, {});
    const [status, releases, check, plan, verify, exec] = [
      await api.status(web),
      await api.releases(web),
      await api.check(web),
      await api.plan(web, {}),
      await api.verify(web),
      await api.exec(web, { command: ["true"] }),
    ];
    for (const { leftOut, hosts } of [status, releases, check, plan, verify, exec])
      expect([leftOut, hosts.map(({ host }) => host)]).toEqual([["db1"], ["web1", "web2"]]);
    expect([status.agree, (await api.status(context(config()))).agree]).toEqual([true, false]);
    expect(await api.status(context(config()))).not.toHaveProperty("leftOut");
  });

  test("a saved plan for some hosts is carried out on those, without being told again", async () => {
    const file = fileAt("plan.json");
    await api.plan(context(narrowTo(config(), { hosts: ["web2"] })), { out: file });
    const report = await api.deploy(context(config()), { plan: file });
    expect([report.outcome, report.leftOut, outcomesOf(report)]).toEqual(["deployed", ["web1", "db1"], ["web2 deployed"]]);
    await api.plan(context(narrowTo(config(), { hosts: ["web2"] })), { out: file, force: true, overwrite: true });
    await expect(api.deploy(context(narrowTo(config(), { hosts: ["db1"] })), { plan: file })).rejects.toMatchObject({
      message: expect.stringContaining("The hosts are db1, not web2") as string,
    });
  });
});
