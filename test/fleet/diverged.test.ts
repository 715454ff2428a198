import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApi, realPorts, type StatusDocument } from "../../src/index.ts";
import { statusLines } from "../../src/report/tables/status.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { LocalHosts, outcomesOf, said } from "./local-hosts.ts";

const api = createApi(realPorts());

/** All that may have come apart: `front` and `extra` serve two; `extra` has one more release; `foreign` serves what is no release; one is down. */
const ALL = ["front", "late", "extra", "fresh", "foreign", "gone"];
const UP = ALL.slice(0, -1);

describe("hosts that have come apart", () => {
  let fleet: LocalHosts;
  let one: string;
  let two: string;
  beforeEach(async () => {
    fleet = new LocalHosts();
    one = await made("one", "front", "late", "extra");
    await made("extra", "extra");
    await api.rollback(fleet.on({ hosts: ["extra"] }), {});
    two = await made("two", "front", "extra");
    mkdirSync(join(fleet.root("foreign"), "old-site"), { recursive: true });
    writeFileSync(join(fleet.root("foreign"), "old-site/index.html"), "theirs");
    symlinkSync("old-site", join(fleet.root("foreign"), "current"));
  });
  afterEach(() => fleet.remove());

  async function made(text: string, ...hosts: readonly string[]): Promise<string> {
    fleet.version(text);
    return (await api.deploy(fleet.on({ hosts }), {})).release ?? "";
  }

  const serve = (): readonly string[] =>
    UP.filter((name) => name !== "fresh" || fleet.live(name) !== null).map((name) => fleet.served(name));
  const AS_BEFORE = ["two", "one", "two", "theirs"];

  const table = (status: StatusDocument): string =>
    statusLines(status, { theme: plainTheme, caller: { program: "slh", config: null }, now: Date.now() }).join("\n");

  test("status says who is behind, what brings it up, why no rollback would go, and who could not be asked", async () => {
    const status = await api.status(fleet.on({ hosts: ALL }));
    expect(status.drift).toMatchObject({ release: two, behind: ["late", "fresh", "foreign"], why: null });
    const text = table(status);
    // Nothing is claimed of the one that could not be asked.
    expect(text).toMatch(
      new RegExp(
        `behind +late, fresh, foreign: ${two} is live and good on front, extra\\n +slh deploy production --only-behind\\n`,
      ),
    );
    expect(text).toMatch(/foreign +old-site/);
    expect(text).toContain("Not possible as long as gone cannot be asked.");
    expect(text).toMatch(/gone \(unreachable\)/);
  });

  test("plan says for each what a deploy would replace, and is blocked by the one that is down", async () => {
    fleet.version("three");
    const plan = await api.plan(fleet.on({ hosts: UP }), {});
    expect([plan.outcome, plan.hosts.map(({ live }) => live)]).toEqual(["deploy", [two, one, two, null, null]]);
    const blocked = await api.plan(fleet.on({ hosts: ALL }), {});
    expect([blocked.outcome, blocked.hosts.map(({ error }) => error?.kind ?? null)]).toEqual([
      "blocked",
      [null, null, null, null, null, "unreachable"],
    ]);
    expect(serve()).toEqual(AS_BEFORE);
  });

  test("P3: the one that is down stops what would switch, and nothing is said of what nobody looked at", async () => {
    for (const options of [{}, { onlyBehind: true }]) {
      const report = await api.deploy(fleet.on({ hosts: ALL }), options);
      expect([report.outcome, report.hosts.map(({ previousKnown }) => previousKnown)]).toEqual(["failed", ALL.map(() => false)]);
      expect(said(report)).toMatch(new RegExp(`No host was switched\\.[^]*front +${two} +not known +failed`));
    }
    expect((await api.rollback(fleet.on({ hosts: ALL }), {})).outcome).toBe("failed");
    expect(serve()).toEqual(AS_BEFORE);
  });

  test("P7: rollback names who cannot go and what goes without them; what is told then works as it stands", async () => {
    await expect(api.rollback(fleet.on({ hosts: UP }), {})).rejects.toMatchObject({
      message: "Not every host can go back, so none does. These cannot: late, fresh, foreign.",
      remedy: expect.stringContaining(`slh rollback production --to ${one} --leave-lacking`) as string,
      output: expect.arrayContaining([`front: ${two} is live, would go to ${one}`]) as string[],
    });
    expect(serve()).toEqual(AS_BEFORE);
    const ends = ["front rolled-back", "late rolled-back", "extra rolled-back", "fresh skipped", "foreign skipped"];
    const report = await api.rollback(fleet.on({ hosts: UP }), { leaveLacking: true });
    expect(outcomesOf(report)).toEqual(ends);
    expect(serve()).toEqual(["one", "one", "one", "theirs"]);
    expect(report.goBack?.refused).toBe("The hosts served different releases before.");
    const forward = await api.rollback(fleet.on({ hosts: UP }), { to: two, leaveLacking: true });
    // The way back is no other for those that stay: it is not told as if they were not there.
    expect(forward.goBack).toMatchObject({ to: null, command: "", refused: expect.stringContaining("fresh, foreign") as string });
    expect(forward.goBack?.remedy).toContain(`slh rollback production --to ${one} --leave-lacking`);
    expect(serve()).toEqual(AS_BEFORE);
  });

  test("deploy --only-behind makes them equal, with what is down left out where that is wanted", async () => {
    const settings = { unreachable: "skip" };
    const report = await api.deploy(fleet.on({ hosts: ALL, settings }), { onlyBehind: true });
    const ends = ["front unchanged", "late deployed", "extra unchanged", "fresh deployed", "foreign deployed", "gone skipped"];
    expect([report.outcome, report.release, outcomesOf(report)]).toEqual(["deployed", two, ends]);
    expect(UP.map((name) => fleet.served(name))).toEqual(UP.map(() => "two"));
    expect(said(report)).toContain(`Deployed ${two} to production (3 of 5 hosts)`);
    expect(report.warnings).toContain(
      "foreign: current pointed to old-site, which is no release here: rollback cannot go back to it.",
    );
    expect(report.goBack?.refused).toContain("fresh, foreign");
    const after = await api.status(fleet.on({ hosts: UP }));
    expect([after.agree, after.drift]).toEqual([true, undefined]);
  });

  test("deploy makes them equal whatever they served, and from then on all go back together", async () => {
    const three = await made("three", ...UP);
    expect(UP.map((name) => fleet.live(name))).toEqual(UP.map(() => three));
    await made("four", ...UP);
    const back = await api.rollback(fleet.on({ hosts: UP }), {});
    expect([back.outcome, back.release, back.goBack?.refused]).toEqual(["rolled-back", three, null]);
  });
});
