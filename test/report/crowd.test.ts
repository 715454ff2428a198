import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crowdLines } from "../../src/report/crowd-live.ts";
import { Crowd } from "../../src/report/crowd.ts";
import type { Event } from "../../src/report/events.ts";
import { goingAfter, idle } from "../../src/report/live.ts";
import { Progress } from "../../src/report/progress.ts";
import type { Row } from "../../src/report/rows.ts";
import { createTerminalView } from "../../src/report/terminal.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { displayWidth } from "../../src/report/width.ts";
import { hostReport, NEW, OLD, report, taskFailed } from "./samples.ts";

const names = (many: number): string[] => Array.from({ length: many }, (_, index) => `web${index + 1}`);
const begin = (host: string, phase: string): Event => ({ kind: "phase-started", host, phase });
const end = (host: string, phase: string, text = "", ms = 100, bytesSent = 0): Event => ({
  kind: "phase-ended",
  host,
  phase,
  ms,
  bytesSent,
  ok: true,
  text,
});
const failed = (host: string, message: string): Event => ({
  kind: "failed",
  host,
  error: { kind: "disk-full", message, remedy: "" },
});
const warning = (host: string, text: string): Event => ({ kind: "warning", host, text });
const ended: Event = { kind: "ended", report: report() };

/** What is said after each event, one text for a row; events that say nothing are left out. */
function told(hosts: readonly string[], events: readonly Event[]): string[] {
  const crowd = new Crowd(hosts);
  return events.flatMap((event) => crowd.take(event)).map(shown);
}

function shown({ host, topic, ms, task, text }: Row): string {
  return [host, topic, ms === null ? "" : `${ms}ms`, task ?? "", text].filter((part) => part !== "").join(" | ");
}

describe("what many hosts do is summed up", () => {
  const hosts = names(8);

  test("once the last of them has ended it, with the slowest time", () => {
    const crowd = new Crowd(hosts);
    const before = hosts.flatMap((host) => [begin(host, "send"), ...(host === "web8" ? [] : [end(host, "send", "1 file")])]);
    expect(before.flatMap((event) => crowd.take(event))).toEqual([]);
    expect(crowd.take(end("web8", "send", "1 file", 2100)).map(shown)).toEqual(["8 hosts | send | 2100ms | 1 file"]);
    expect(crowd.take(ended)).toEqual([]);
  });

  test("different texts are counted, the most frequent first, and what was sent is one sum", () => {
    const texts = ["a", "b", "b", "b", "c", "c", "d", "e"];
    const events = hosts.map((host, index) => end(host, "send", texts[index], index, 1000 + index));
    expect(told(hosts, events)).toEqual([
      "8 hosts | send | 7ms | 3 of 8: b; 2: c; web1: a; 2: other texts, 8.0 kB over the wire in all",
    ]);
  });

  test("a phase that only some do is told when all are past it", () => {
    const crowd = new Crowd(hosts);
    const say = (event: Event): string[] => crowd.take(event).map(shown);
    for (const host of hosts) say(end(host, "lock"));
    say(end("web3", "clean", "1 removed"));
    for (const host of hosts.slice(1)) expect(say(begin(host, "compare"))).toEqual([]);
    expect(say(begin("web1", "compare"))).toEqual(["web3 | clean | 100ms | 1 removed"]);
  });

  test("or when the others have failed", () => {
    const events = [...hosts.slice(0, 7).map((host) => end(host, "send", "sent")), begin("web8", "send"), failed("web8", "gone")];
    expect(told(hosts, events)).toEqual(["web8 | failed | gone"]);
    expect(told(hosts, [...events, begin("web8", "return"), end("web8", "return", "back")])).toContain(
      "7 hosts | send | 100ms | sent",
    );
  });

  test("tasks are, and what they print is only shown with --verbose", () => {
    const events = hosts.flatMap((host): Event[] => [
      { kind: "task-started", host, point: "afterSwitch", task: "reload" },
      { kind: "output", host, point: "afterSwitch", line: "reloading" },
      { kind: "task-ended", host, point: "afterSwitch", task: "reload", code: 0, ms: 5 },
    ]);
    expect(told(hosts, events)).toEqual([...hosts.slice(0, 7).flatMap(() => []), "8 hosts | afterSwitch | 5ms | reload | done"]);
    const verbose = createTerminalView({ theme: plainTheme, verbose: true });
    verbose.view({ kind: "started", command: "deploy", app: "shop", environment: "p", hosts });
    expect(events.flatMap((event) => verbose.view(event))).toHaveLength(3 * 8);
  });

  test("the switch is", () => {
    const events = hosts.map((host): Event => ({ kind: "switched", host, from: OLD, to: NEW }));
    expect(told(hosts, events)).toEqual([`8 hosts | switched | to ${NEW}, was ${OLD}`]);
  });

  test("what a program prints that was asked for is not", () => {
    const events = hosts.map((host): Event => ({ kind: "output", host, point: "exec", line: host }));
    expect(told(hosts, events)).toHaveLength(8);
  });
});

describe("warnings and failures are told at once", () => {
  const hosts = names(100);

  test("what others say alike is told once, with their names", () => {
    const events = hosts.map((host) => failed(host, `The disk of ${host} is full.`));
    expect(told(hosts, [...events, ended])).toEqual([
      "web1 | failed | The disk of web1 is full.",
      "99 hosts | failed | The disk of HOST is full. (web2, web3, web4, web5, web6, web7 and 93 others)",
    ]);
  });

  test("which phase failed stands before why, also where others go on", () => {
    const fails = (host: string): Event[] => [
      begin(host, "send"),
      { ...end(host, "send"), ok: false } as Event,
      failed(host, "no room"),
    ];
    const [one = "", ...others] = hosts.slice(0, 8);
    expect(told(hosts.slice(0, 8), [...fails(one), ...others.map((host) => end(host, "send", "sent")), ended])).toEqual([
      "web1 | send | 100ms | failed",
      "web1 | failed | no room",
      "7 hosts | send | 100ms | sent",
    ]);
    expect(told(hosts, [...hosts.flatMap(fails), ended])).toEqual([
      "web1 | send | 100ms | failed",
      "web1 | failed | no room",
      "99 hosts | send | 100ms | failed (web2, web3, web4, web5, web6, web7 and 93 others)",
      "99 hosts | failed | no room (web2, web3, web4, web5, web6, web7 and 93 others)",
    ]);
  });

  test("it does not wait for the end, but for the next phase that is over", () => {
    const events = [...hosts.slice(0, 3).map((host) => warning(host, "odd")), ...hosts.map((host) => end(host, "look"))];
    expect(told(hosts, events)).toEqual([
      "web1 | warning | odd",
      "100 hosts | look | 100ms",
      "2 hosts | warning | odd (web2, web3)",
    ]);
  });

  test("of many different ones, five; how many more there are is told in the end", () => {
    const events = hosts.map((host, index) => warning(host, `trouble ${index}`));
    const lines = told(hosts, [...events, ended]);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("95 hosts | warning | 95 others like that: all of them are in the summary");
  });
});

test("a few hosts are shown as ever", () => {
  const events = names(6).map((host) => end(host, "send", "sent"));
  const { view, rest } = createTerminalView({ theme: plainTheme, verbose: false, width: 80 });
  view({ kind: "started", command: "deploy", app: "shop", environment: "p", hosts: names(6) });
  expect(events.flatMap((event) => view(event))).toHaveLength(6);
  expect(rest()).toEqual([]);
});

/** What one host goes through: phases in the order that all have, of which it may leave some out, or fail in one. */
const walk = fc.record({
  left: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
  again: fc.boolean(),
  fails: fc.option(fc.integer({ min: 0, max: 7 }), { freq: 4, nil: null }),
});

function eventsOf(
  host: string,
  { left, again, fails }: { left: readonly number[]; again: boolean; fails: number | null },
): Event[] {
  const phases = Array.from({ length: 8 }, (_, index) => index).filter((index) => !left.includes(index));
  const way = again ? [...phases, ...phases] : phases;
  const last = fails === null ? -1 : way.indexOf(fails);
  const done = last === -1 ? way : way.slice(0, last);
  const events = done.flatMap((phase) => [begin(host, `p${phase}`), end(host, `p${phase}`, "text")]);
  return last === -1 ? events : [...events, begin(host, `p${fails}`), failed(host, "trouble")];
}

test("in whatever order hosts come on, each phase of each host is counted once, and nothing is kept back in the end", () => {
  const runs = fc.array(walk, { minLength: 7, maxLength: 20 }).chain((walks) => {
    const ways = walks.map((each, index) => eventsOf(`web${index + 1}`, each));
    const all = ways.reduce((sum, way) => sum + way.length, 0);
    return fc.record({ ways: fc.constant(ways), turns: fc.array(fc.nat(), { minLength: all, maxLength: all }) });
  });
  fc.assert(
    fc.property(runs, ({ ways, turns }) => {
      const crowd = new Crowd(ways.map((_, index) => `web${index + 1}`));
      const rows: Row[] = [];
      const left = ways.map((way) => [...way]);
      for (const turn of turns) {
        const open = left.filter((way) => way.length > 0);
        const event = open[turn % Math.max(1, open.length)]?.shift();
        if (event !== undefined) rows.push(...crowd.take(event));
      }
      rows.push(...crowd.take(ended));
      expect(crowd.rest()).toEqual([]);
      for (let phase = 0; phase < 8; phase++) {
        const counted = rows.filter(({ topic }) => topic === `p${phase}`).reduce((sum, row) => sum + hostsIn(row), 0);
        const happened = ways.flat().filter((event) => event.kind === "phase-ended" && event.phase === `p${phase}`).length;
        expect([phase, counted]).toEqual([phase, happened]);
      }
      const troubles = rows.filter(({ topic }) => topic === "failed").reduce((sum, row) => sum + hostsIn(row), 0);
      expect(troubles).toBe(ways.flat().filter(({ kind }) => kind === "failed").length);
    }),
  );
});

function hostsIn({ host }: Row): number {
  const many = /^(\d+) hosts$/.exec(host ?? "");
  return many === null ? 1 : Number(many[1]);
}

describe("the live part", () => {
  const hosts = names(100);

  function drawn(
    events: readonly (readonly [at: number, event: Event])[],
    now: number,
    columns: number,
    lines = 4,
  ): readonly string[] {
    const progress = new Progress(hosts);
    let going = idle;
    for (const [at, event] of events) {
      progress.take(event, at);
      going = goingAfter(going, event, at);
    }
    return crowdLines(progress, going, now, { columns, lines });
  }

  const sending = [
    ...hosts.map((host, index) => [index, begin(host, "send")] as const),
    ...hosts.slice(0, 63).map((host) => [200, end(host, "send")] as const),
    ...hosts.slice(0, 40).map((host) => [300, begin(host, "prepare")] as const),
    ...hosts
      .slice(0, 20)
      .map((host) => [400, { kind: "task-started", host, point: "prepare", task: "npm ci" } as const] as const),
  ];

  test.each([
    [
      80,
      [
        "[######....]  63/100  send             12.3s  web64, web65, web66, web67, web68…",
        "[..........]   0/100  prepare          12.1s  web21, web22, web23, web24, web25…",
        "[..........]    0/20  prepare: npm ci  12.0s  web1, web2, web3, web4, web5, web…",
      ],
    ],
    [30, ["63/100 send 12.3s web64, web6…", "0/100 prepare 12.1s web21, we…", "0/20 prepare: npm ci 12.0s we…"]],
  ])("says how many of how many are done, for how long, and who is at it longest, in %i columns", (columns, expected) => {
    expect(drawn(sending, 12_363, columns)).toEqual(expected);
  });

  test.each([
    [1, ["[######....]  63/100  send             12.3s  web64, web65, web66, web67, web68…"]],
    [2, ["[######....]  63/100  send             12.3s  web64, web65, web66, web67, web68…", "... and 2 more"]],
  ])("in %i lines", (lines, expected) => {
    expect(drawn(sending, 12_363, 80, lines)).toEqual(expected);
  });

  test("what the controller does, and a wait for somebody, are lines of their own", () => {
    const events: (readonly [number, Event])[] = [
      [0, { kind: "step-started", name: "build" }],
      [0, begin("web1", "lock")],
      [5, { kind: "waiting", host: "web1", owner: "deploy of ann" }],
    ];
    expect(drawn(events, 1000, 80)).toEqual(["... controller: build (1.0s), web1: waiting for deploy of ann (1.0s)"]);
  });

  test("never wider than there is room", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (columns) =>
        drawn(sending, 12_363, columns).every((line) => displayWidth(line) <= columns),
      ),
    );
  });
});

test("no line of ours is wider than a narrow window", () => {
  for (const width of [20, 30, 40, 50]) {
    const { view } = createTerminalView({ theme: plainTheme, verbose: false, width });
    const events: Event[] = [
      { kind: "started", command: "deploy", app: "shop", environment: "production", hosts: names(100) },
      ...names(100).map((host) => end(host, "send", "312 files copied, 4 sent")),
      ...names(100).map((host): Event => ({ kind: "switched", host, from: OLD, to: NEW })),
      ...names(100).map((host) => failed(host, taskFailed.message)),
      { kind: "ended", report: report({ hosts: names(100).map((host) => hostReport(host)) }) },
    ];
    const lines = events.flatMap((event) => view(event)).map(({ text }) => text);
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
  }
});
