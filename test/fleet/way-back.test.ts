import { execFileSync } from "node:child_process";
import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApi, realPorts, type Event } from "../../src/index.ts";
import { cutting } from "./cut-answers.ts";
import { LocalHosts, outcomesOf, said } from "./local-hosts.ts";

const api = createApi(realPorts());
const hosts = ["web1", "web2"];
let fleet: LocalHosts;
beforeEach(() => void (fleet = new LocalHosts()));
afterEach(() => fleet.remove());

const FAILS = { command: "false", within: "1s", interval: "1s" };
const onEach = (...steps: readonly string[]): string[] =>
  hosts.flatMap((host) => steps.map((step) => `${step} ${host}`)).toSorted();

/** Done once for all. */
const migrate = (): object => ({ run: fleet.note("migrate"), on: "first", undo: `: back; ${fleet.note("unmigrate")}` });

/** Deploys what a second deploy, of something else, will replace. */
async function deployFirst(): Promise<string> {
  const { release } = await api.deploy(fleet.on({ hosts }), {});
  fleet.version("two");
  await fleet.nextSecond();
  return release ?? "";
}

describe("P2: where `current` led to what is no release", () => {
  beforeEach(() => {
    for (const host of hosts) {
      mkdirSync(join(fleet.root(host), "old app"), { recursive: true });
      writeFileSync(join(fleet.root(host), "old app/index.html"), "old");
      symlinkSync("old app", join(fleet.root(host), "current"));
    }
  });
  const links = (): string[] => hosts.map((host) => readlinkSync(join(fleet.root(host), "current")));

  test("that is reloaded and put into service again when the deploy is taken back", async () => {
    const inIt = (what: string): string =>
      `[ "$SLH_ACTION" != return ] || { [ "$(cat index.html)" = old ] && cd "$SLH_RELEASE_PATH"; } && ${fleet.note(`${what} $SLH_ACTION`)}`;
    const tasks = { drain: fleet.note("drain"), afterSwitch: inIt("reload"), undrain: inIt("undrain") };
    const report = await api.deploy(fleet.on({ hosts, settings: { tasks, check: FAILS } }), {});
    expect([report.outcome, links(), report.warnings.filter((text) => /return|going back/u.test(text))]).toEqual([
      "returned",
      ["old app", "old app"],
      [],
    ]);
    expect(fleet.ran.toSorted()).toEqual(onEach("drain", "reload deploy", "reload return", "undrain return"));
  });

  test("that is checked, and what it answers is told: nobody can ask it for the name of a release", async () => {
    const check = { ...FAILS, command: `test -n "$SLH_RELEASE"`, within: "1s" };
    const tasks = { afterSwitch: `test "$SLH_ACTION" = return || test "$SLH_HOST" != web1` };
    const report = await api.deploy(fleet.on({ hosts, settings: { check, tasks } }), {});
    expect([report.outcome, report.hosts.map(({ failedOnReturn }) => failedOnReturn)]).toEqual([
      "returned",
      [["check"], ["check"]],
    ]);
    expect(report.warnings.join("\n")).toContain("web1: What was served before may not be served: The check");
  });

  test("a host that was drained and never switched is put into service again", async () => {
    const tasks = { drain: `${fleet.note("drain")}; test "$SLH_HOST" != web2`, undrain: fleet.note("undrain") };
    const report = await api.deploy(fleet.on({ hosts, settings: { tasks } }), {});
    expect([report.outcome, links()]).toEqual(["failed", ["old app", "old app"]]);
    expect(fleet.ran.toSorted()).toEqual(onEach("drain", "undrain"));
  });
});

test("P3: what fails on the way back is said in the first sentence, not the contrary of it", async () => {
  await deployFirst();
  const settings = { tasks: { afterSwitch: `test "$SLH_ACTION.$SLH_HOST" != return.web2` }, check: FAILS };
  const report = await api.deploy(fleet.on({ hosts, settings }), {});
  expect([report.outcome, report.hosts.map(({ failedOnReturn }) => failedOnReturn)]).toEqual([
    "returned",
    [["check"], ["afterSwitch", "check"]],
  ]);
  expect(said(report)).toContain(
    "`current` says on every host what it said before, but web1, web2 may not serve that: check and afterSwitch failed on the way back.",
  );
  expect(said(report)).not.toContain("Every host serves again");
});

test("what was done once for all is not undone while a host keeps the release", async () => {
  const old = await deployFirst();
  const tasks = {
    beforeSwitch: migrate(),
    afterSwitch: `test "$SLH_HOST" != web2 || chattr +i "$SLH_ROOT"`,
  };
  const check = { ...FAILS, command: `test "$SLH_HOST" != web1` };
  const report = await api.deploy(fleet.on({ hosts, settings: { tasks, check } }), {}).finally(() => {
    execFileSync("chattr", ["-i", fleet.root("web2")]);
  });
  expect([report.outcome, fleet.live("web1"), fleet.live("web2")]).toEqual(["partial", old, report.release]);
  expect(fleet.ran).toEqual(["migrate web1"]);
  expect(report.warnings.join("\n")).toMatch(
    /was not undone: \S+ is, or may be, still live on web2\. Once .* undo it: `: back; /u,
  );
});

test("it is undone where what keeps a host from going back is that others have switched it", async () => {
  const old = await deployFirst();
  mkdirSync(join(fleet.root("web2"), "elsewhere"));
  const others = `ln -sn elsewhere "$SLH_ROOT/theirs" && mv -T "$SLH_ROOT/theirs" "$SLH_CURRENT"`;
  const tasks = { beforeSwitch: migrate(), afterSwitch: `test "$SLH_HOST" != web2 || { ${others}; }` };
  const check = { ...FAILS, command: `test "$SLH_HOST" != web1` };
  const report = await api.deploy(fleet.on({ hosts, settings: { tasks, check } }), {});
  expect([report.outcome, fleet.live("web1"), fleet.live("web2")]).toEqual(["partial", old, "elsewhere"]);
  expect(fleet.ran).toEqual(["migrate web1", "unmigrate web1"]);
});

test("P3: of a host that is lost while it is told that the switch is final, it is not said that it goes back", async () => {
  const old = await deployFirst();
  const { ports, cut } = cutting(1);
  const tasks = { beforeSwitch: migrate() };
  const emit = (event: Event): void => {
    if (event.kind === "phase-started" && event.phase === "confirm" && event.host === "web2") cut();
  };
  const report = await createApi(ports).deploy({ ...fleet.on({ hosts, settings: { lease: "5s", tasks } }), emit }, {});
  // It may need what the migration did.
  expect(fleet.ran).toEqual(["migrate web1"]);
  expect([report.outcome, outcomesOf(report)]).toEqual(["partial", ["web1 returned", "web2 partial"]]);
  const warnings = report.warnings.join("\n");
  expect(warnings).toContain(`It may have heard that the switch is final, and keeps ${report.release} then.`);
  expect(warnings).toContain(`Then take it back: slh rollback production --to ${old} --hosts web2`);
  expect(warnings).not.toContain("by itself");
  // Longer than its lease.
  await sleep(7000);
  expect([fleet.live("web1"), fleet.live("web2")]).toEqual([old, report.release]);
}, 120_000);
