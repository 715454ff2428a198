import { describe, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { statusLines } from "../../src/report/tables/status.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { api, config, context, version } from "./some-hosts.ts";

describe("drift", () => {
  test("status says who is behind, what brings it up, and what nobody knows", async () => {
    expect((await api.status(context(config()))).drift).toBeUndefined();
    const first = await api.deploy(context(config()), {});
    version("two");
    const second = await api.deploy(context(narrowTo(config(), { roles: ["web"] })), {});
    const status = await api.status(context(config()));
    expect(status.drift).toEqual({
      release: second.release,
      behind: ["db1"],
      command: "slh deploy production --only-behind",
      why: null,
      remedy: "",
    });
    expect(status.hosts.map(({ live, since, rollbackTo, unknown }) => [live, since !== null, rollbackTo, unknown])).toEqual([
      [second.release, true, first.release, []],
      [second.release, true, first.release, []],
      [first.release, true, null, []],
    ]);
    const table = statusLines(status, { theme: plainTheme, caller: { program: "slh", config: null }, now: Date.now() }).join(
      "\n",
    );
    expect(table).toMatch(/behind +db1: \S+ is live and good on web1, web2\n +slh deploy production --only-behind\n/);
    const lost = await api.status(context(config({ gone: ["db1"] })));
    expect([lost.agree, lost.drift, lost.hosts[2]?.unknown]).toEqual([
      true,
      undefined,
      expect.arrayContaining(["live", "since", "rollbackTo"]),
    ]);
    await api.rollback(context(narrowTo(config(), { hosts: ["web1"] })), {});
    const apart = (await api.status(context(narrowTo(config(), { roles: ["web"] })))).drift;
    expect(apart).toMatchObject({
      release: null,
      behind: [],
      command: "",
      why: expect.stringContaining("cannot be told") as string,
    });
    expect(apart?.remedy).toContain("deploy production --only-behind --to ");
  });
});
