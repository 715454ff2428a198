import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { Report } from "../../src/index.ts";
import { UserError } from "../../src/errors.ts";
import { failsAt } from "../faults/scenario.ts";
import { look } from "../faults/outside.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

describeHosts("three hosts", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await openScene({ hosts: 3, keep: 3, breakable: false })));
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("empty"));

  const lives = (): (string | null)[] => scene.sites.map((site) => look(site).live);
  const all = (release: string | null): (string | null)[] => [release, release, release];
  const errors = (report: Report): (string | null)[] => report.hosts.map(({ error }) => error?.kind ?? null);

  test("deploys, with every task where it belongs, in one connection and one channel per host", async () => {
    const before = scene.fleet?.hosts.map((host) => host.log());
    const report = await scene.deploy("v1");
    expect(report).toMatchObject({ outcome: "deployed", previous: null, warnings: [], error: null });
    expect(lives()).toEqual(all(report.release));
    expect(scene.sites.map((site) => look(site).broken)).toEqual(["", "", ""]);
    expect(scene.sites.map((site) => look(site).leftovers)).toEqual([[], [], []]);
    const of = (point: string): string => `${point} deploy ${report.release ?? ""}`;
    const everywhere = [of("prepare"), of("afterSwitch"), of("finish")];
    expect(scene.tasksRun("web1")).toEqual([of("prepare"), of("beforeSwitch"), of("afterSwitch"), of("finish")]);
    expect([scene.tasksRun("web2"), scene.tasksRun("web3")]).toEqual([everywhere, everywhere]);
    const after = scene.fleet?.hosts.map((host) => host.log());
    const used = after?.map((log, index) => [
      log.connections - (before?.[index]?.connections ?? 0),
      log.channels - (before?.[index]?.channels ?? 0),
    ]);
    expect(used).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test("P7: goes back twice, and forth by name", async () => {
    const [first, second, third] = [await scene.deploy("v1"), await scene.deploy("v2"), await scene.deploy("v3")];
    const back = await scene.api().rollback(scene.context(), {});
    expect(back).toMatchObject({ outcome: "rolled-back", release: second.release, previous: third.release });
    expect(lives()).toEqual(all(second.release));
    expect(scene.tasksRun("web2").slice(-2)).toEqual([
      `afterSwitch rollback ${second.release}`,
      `finish rollback ${second.release}`,
    ]);
    await scene.api().rollback(scene.context(), {});
    expect(lives()).toEqual(all(first.release));
    await expect(scene.api().rollback(scene.context(), {})).rejects.toMatchObject({ kind: "no-target" });
    const forth = await scene.api().rollback(scene.context(), { to: third.release ?? "" });
    expect(forth.outcome).toBe("rolled-back");
    expect(lives()).toEqual(all(third.release));
  });

  test("P7: the way back that a report and status tell of is the one that rollback goes, or refuses", async () => {
    const two = { config: { ...scene.config, hosts: scene.config.hosts.slice(0, 2) } };
    expect((await scene.deploy("v1", two)).goBack).toBeNull();
    await scene.deploy("v2", two);
    const second = await scene.deploy("v3", two);
    expect(second.goBack).toMatchObject({ to: second.previous, refused: null });
    const joined = await scene.deploy("v4");
    expect(joined.goBack).toMatchObject({ to: null, command: "", refused: expect.stringContaining("web3") as string });
    expect((await scene.api().status(scene.context())).goBack).toEqual(joined.goBack);
    await expect(scene.api().rollback(scene.context(), {})).rejects.toMatchObject({ message: joined.goBack?.refused });
    const back = await scene.api().rollback(scene.context(two), { to: second.release ?? "" });
    expect(back.goBack).toMatchObject({ to: joined.release, refused: null });
    const hold = await scene.api().lockAcquire(scene.context(two), "db");
    expect(hold.outcome).toBe("done");
    expect((await scene.api().status(scene.context(two))).goBack).toMatchObject({
      refused: expect.stringContaining("held by you (ann@laptop)") as string,
      remedy: expect.stringMatching(/lock release \w+$/) as string,
    });
  });

  test("what is live already is unchanged, unless forced", async () => {
    const first = await scene.deploy("v1");
    expect(await scene.deploy("v1")).toMatchObject({ outcome: "unchanged", release: first.release });
    expect(lives()).toEqual(all(first.release));
    const forced = await scene.api().deploy(scene.context(), { force: true });
    expect(forced.outcome).toBe("deployed");
    expect(forced.release).not.toBe(first.release);
  });

  test("P6: prunes, but nothing that is pinned, live or gone back to", async () => {
    const reports = [];
    for (const version of ["v1", "v2"]) reports.push(await scene.deploy(version));
    const pinned = reports[0]?.release ?? "";
    expect((await scene.api().pin(scene.context(), pinned, true)).outcome).toBe("done");
    for (const version of ["v3", "v4", "v5"]) reports.push(await scene.deploy(version));
    const [, second, third, fourth, fifth] = reports.map(({ release }) => release);
    expect(reports[4]?.hosts.map(({ pruned }) => pruned)).toEqual([[second], [second], [second]]);
    const listed = await scene.api().releases(scene.context());
    expect(listed.hosts.map(({ releases }) => releases.map(({ id }) => id))).toEqual(
      all("").map(() => [fifth, fourth, third, pinned]),
    );
    expect(listed.hosts[0]?.releases.map((row) => row.pinned)).toEqual([false, false, false, true]);
    expect((await scene.api().pin(scene.context(), pinned, false)).outcome).toBe("done");
    expect((await scene.api().prune(scene.context(), {})).hosts.map(({ pruned }) => pruned)).toEqual([
      [pinned],
      [pinned],
      [pinned],
    ]);
    expect(lives()).toEqual(all(fifth ?? null));
  });

  test("P8: a person's hold keeps everybody out, on all hosts or on none", async () => {
    expect((await scene.api().lockAcquire(scene.context(), "a sale")).outcome).toBe("done");
    const report = await scene.deploy("v1");
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["locked", 3]);
    expect(lives()).toEqual(all(null));
    const { hosts } = await scene.api().lockStatus(scene.context());
    expect(hosts.map(({ lock }) => [lock?.kind, lock?.reason, lock?.by])).toEqual(
      all("").map(() => ["hold", "a sale", "ann@laptop"]),
    );
    expect((await scene.api().lockRelease(scene.context(), {})).outcome).toBe("done");
    expect((await scene.deploy("v1")).outcome).toBe("deployed");
  });

  test("status and history tell the same of all hosts", async () => {
    const first = await scene.deploy("v1");
    const second = await scene.deploy("v2");
    const status = await scene.api().status(scene.context());
    expect(status.agree).toBe(true);
    expect(status.hosts.map(({ live, rollbackTo, lock, findings }) => [live, rollbackTo, lock, findings])).toEqual(
      all("").map(() => [second.release, first.release, null, []]),
    );
    const { rows, errors: none } = await scene.api().history(scene.context());
    expect(none).toEqual([]);
    expect(rows.map(({ command, result, release, from, hosts }) => [command, result, release, from, hosts])).toEqual([
      ["deploy", "deployed", first.release, null, ["web1", "web2", "web3"]],
      ["deploy", "deployed", second.release, first.release, ["web1", "web2", "web3"]],
    ]);
  });

  test("P2: a task of prepare that fails on one host changes nothing anywhere", async () => {
    const first = await scene.deploy("v1");
    const report = await scene.deploy("v2", { more: [failsAt("prepare", "web2")] });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["failed", 1]);
    expect(errors(report)).toEqual([null, "task-failed", null]);
    expect(lives()).toEqual(all(first.release));
    const { releases } = (await scene.api().releases(scene.context())).hosts[0] ?? {};
    expect(releases?.map(({ id }) => id)).toEqual([first.release]);
    expect(scene.tasksRun("web2").at(-1)).toBe(`failed deploy ${report.release}`);
  });

  test("P7: just after a return nobody goes back by mistake: the tool asks", async () => {
    const [first, second] = [await scene.deploy("v1"), await scene.deploy("v2")];
    await scene.deploy("v3", { more: [failsAt("afterSwitch", "web3")] });
    const asked: string[] = [];
    const refused = scene
      .api()
      .rollback(scene.context(), { confirm: (question) => (asked.push(question), Promise.resolve(false)) });
    await expect(refused).rejects.toBeInstanceOf(UserError);
    expect(asked).toHaveLength(1);
    expect(lives()).toEqual(all(second.release));
    const agreed = await scene.api().rollback(scene.context(), { confirm: () => Promise.resolve(true) });
    expect(agreed).toMatchObject({ outcome: "rolled-back", release: first.release });
  });
});
