import { describe, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { outcomesOf, said } from "./local-hosts.ts";
import { api, config, context, live, version } from "./some-hosts.ts";

describe("rollback --leave-lacking", () => {
  test("P7: a host that came later is left as it is, named, and no other host waits for it", async () => {
    const first = await api.deploy(context(narrowTo(config(), { roles: ["web"] })), {});
    version("two");
    const second = await api.deploy(context(config()), {});
    await expect(api.rollback(context(config()), {})).rejects.toMatchObject({
      message: "Not every host can go back, so none does. These cannot: db1.",
      remedy: expect.stringContaining(`slh rollback production --to ${first.release} --leave-lacking`) as string,
    });
    const report = await api.rollback(context(config()), { leaveLacking: true });
    expect([report.outcome, outcomesOf(report)]).toEqual([
      "rolled-back",
      ["web1 rolled-back", "web2 rolled-back", "db1 skipped"],
    ]);
    expect(report.hosts[2]).toMatchObject({ live: second.release, liveKnown: true, previous: second.release, error: null });
    expect([live("web1"), live("web2"), live("db1")]).toEqual([first.release, first.release, second.release]);
    expect(report.warnings).toEqual([expect.stringMatching(/^db1: Left as it is, as asked for: There is nothing to go back to/)]);
    expect(said(report)).toMatch(/production \(2 hosts\)[^]*db1 .*skipped/);
  });
});
