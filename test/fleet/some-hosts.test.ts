import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exitCodeOf, exitCodeOfPlan } from "../../src/cli/exit-codes.ts";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { readConfig } from "../../src/config/read.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { type CommandContext, createApi, type Event, realPorts, type Report } from "../../src/index.ts";
import { statusLines } from "../../src/report/tables/status.ts";
import { summaryLines } from "../../src/report/summary.ts";
import { plainTheme } from "../../src/report/theme.ts";

/** Three hosts on this machine, of which one may be somewhere where nobody listens. */
let directory: string;
let events: Event[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-some-"));
  events = [];
  mkdirSync(join(directory, "app"));
  version("one");
});
afterEach(() => rmSync(directory, { recursive: true }));

const api = createApi(realPorts());

function version(text: string): void {
  writeFileSync(join(directory, "app/index.html"), text);
}

interface Options {
  readonly gone?: readonly string[];
  readonly settings?: object;
}

function config({ gone = [], settings = {} }: Options = {}): ResolvedConfig {
  const host = (name: string, roles: readonly string[]): object =>
    gone.includes(name)
      ? { host: "127.0.0.1", port: 9, name, roles, root: join(directory, name) }
      : { host: "local", name, roles, root: join(directory, name) };
  const note = (point: string): string => `echo "${point}" >>"$SLH_ROOT/tasks.log"`;
  const text = JSON.stringify({
    app: "shop",
    source: { directory: "app" },
    tasks: { beforeSwitch: { run: note("migrate"), on: "first" }, afterSwitch: note("reload") },
    environments: { production: { hosts: [host("web1", ["web"]), host("web2", ["web"]), host("db1", ["db"])] } },
    ...settings,
  });
  const loaded = readConfig(text, { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.config;
}

function context(of: ResolvedConfig): CommandContext {
  const emit = (event: Event): void => void events.push(event);
  const caller = { program: "slh", config: null };
  return { config: of, emit, signal: new AbortController().signal, env: process.env, by: "ann", origin: "laptop", caller };
}

const live = (name: string): string | null => {
  const link = join(directory, name, "current");
  return existsSync(link) ? readlinkSync(link).replace("releases/", "") : null;
};
const tasks = (name: string): string[] => {
  const file = join(directory, name, "tasks.log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};
const outcomes = (report: Report): string[] => report.hosts.map(({ host, outcome }) => `${host} ${outcome}`);
const said = (report: Report): string =>
  summaryLines(report, { theme: plainTheme, caller: { program: "slh", config: null } }).join("\n");

describe("--hosts and --role", () => {
  test("a deploy to some says whom it left out, and that what the first host alone runs was not run", async () => {
    const report = await api.deploy(context(narrowTo(config(), { hosts: ["web2", "db1"] })), {});
    expect([report.outcome, report.leftOut, outcomes(report)]).toEqual(["deployed", ["web1"], ["web2 deployed", "db1 deployed"]]);
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
    const file = join(directory, "plan.json");
    await api.plan(context(narrowTo(config(), { hosts: ["web2"] })), { out: file });
    const report = await api.deploy(context(config()), { plan: file });
    expect([report.outcome, report.leftOut, outcomes(report)]).toEqual(["deployed", ["web1", "db1"], ["web2 deployed"]]);
    await api.plan(context(narrowTo(config(), { hosts: ["web2"] })), { out: file, force: true, overwrite: true });
    await expect(api.deploy(context(narrowTo(config(), { hosts: ["db1"] })), { plan: file })).rejects.toMatchObject({
      message: expect.stringContaining("The hosts are db1, not web2") as string,
    });
  });
});

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
    expect(outcomes(report)).toEqual(["web1 deployed", "web2 deployed", "db1 skipped"]);
    expect(report.hosts[2]).toMatchObject({ live: null, liveKnown: false, error: { kind: "unreachable" } });
    expect([live("web1"), live("web2")]).toEqual([report.release, report.release]);
    expect(report.warnings).toEqual([
      expect.stringMatching(/^db1: Skipped, and left as it is, since it cannot be reached\. /),
      "Once it can be reached again: slh deploy production --only-behind",
    ]);
    expect(events.filter(({ kind }) => kind === "failed" || kind === "skipped")).toEqual([{ kind: "skipped", host: "db1" }]);
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
    expect(outcomes(one)).toEqual(["web1 skipped", "web2 deployed", "db1 deployed"]);
  });

  test("never all of them", async () => {
    const gone = ["web1", "web2", "db1"];
    const report = await api.deploy(context(config({ gone, settings: { ...skip, tasks: {} } })), {});
    expect([report.outcome, report.warnings]).toEqual(["failed", ["No host is skipped: no host would be left."]]);
    expect(outcomes(report)).toEqual(gone.map((name) => `${name} failed`));
  });

  test("a rollback goes without it, too, and needs no migration", async () => {
    const before = await api.deploy(context(config()), {});
    version("two");
    await api.deploy(context(config()), {});
    const back = await api.rollback(context(config({ gone: ["web1"], settings: skip })), {});
    expect([back.outcome, outcomes(back)]).toEqual(["rolled-back", ["web1 skipped", "web2 rolled-back", "db1 rolled-back"]]);
    expect([live("web2"), live("web1")]).toEqual([before.release, expect.not.stringMatching(`^${before.release}$`)]);
    // It may serve what came after, and which of both was meant, no program knows: --only-behind alone would be refused.
    expect(back.warnings).toContain("Once it can be reached again: slh status production");
    await expect(api.deploy(context(config()), { onlyBehind: true })).rejects.toMatchObject({ kind: "hosts-differ" });
    for (const report of [
      await api.pin(context(config({ gone: ["web1"], settings: skip })), before.release ?? "", true),
      await api.prune(context(config({ gone: ["web1"], settings: skip })), {}),
      await api.setup(context(config({ gone: ["web1"], settings: skip }))),
    ])
      expect([report.outcome, outcomes(report)]).toEqual(["done", ["web1 skipped", "web2 done", "db1 done"]]);
  });

  test("P11: plan and check say who would be skipped, and that it stops nothing", async () => {
    const lost = context(config({ gone: ["db1"], settings: skip }));
    const plan = await api.plan(lost, { out: join(directory, "plan.json") });
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
    await expect(api.deploy(context(config({ settings: skip })), { plan: join(directory, "plan.json") })).rejects.toMatchObject({
      message: expect.stringContaining("The hosts are db1, web1, web2, not web1, web2") as string,
    });
    expect((await api.deploy(lost, { plan: join(directory, "plan.json") })).outcome).toBe("deployed");
  });

  test("what was left out was not looked at: a failure still puts everybody back whom it concerns", async () => {
    const before = await api.deploy(context(config()), {});
    version("two");
    const tasks = { afterSwitch: { run: '[ "$SLH_ACTION" = return ]', on: "web" } };
    const report = await api.deploy(context(config({ gone: ["db1"], settings: { ...skip, tasks } })), {});
    expect([report.outcome, outcomes(report)]).toEqual(["returned", ["web1 returned", "web2 returned", "db1 skipped"]]);
    expect([live("web1"), live("web2")]).toEqual([before.release, before.release]);
    expect(said(report)).toContain("Every host serves again what it served before.");
  });
});

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
    expect([report.outcome, outcomes(report)]).toEqual(["rolled-back", ["web1 rolled-back", "web2 rolled-back", "db1 skipped"]]);
    expect(report.hosts[2]).toMatchObject({ live: second.release, liveKnown: true, previous: second.release, error: null });
    expect([live("web1"), live("web2"), live("db1")]).toEqual([first.release, first.release, second.release]);
    expect(report.warnings).toEqual([expect.stringMatching(/^db1: Left as it is, as asked for: There is nothing to go back to/)]);
    expect(said(report)).toMatch(/production \(2 hosts\)[^]*db1 .*skipped/);
  });
});

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
