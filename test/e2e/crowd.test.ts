import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root as checkout } from "../../scripts/files.mjs";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { openProject } from "./project.ts";
import { openScreen, type Screen, type ScreenOptions } from "./screen.ts";

const program = join(checkout, "bin/symlink-helper");
const player = join(checkout, "test/e2e/crowd-player.mjs");

let scratch: string;
let screens: Screen[];
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "slh-crowd-"));
  screens = [];
});
afterEach(() => {
  for (const screen of screens) screen.close();
  rmSync(scratch, { recursive: true, force: true });
});

function open(options: ScreenOptions): Screen {
  const screen = openScreen(options);
  screens.push(screen);
  return screen;
}

/** Real lines that stand above ours: none of them may ever be erased. */
const BEFORE = Array.from({ length: 80 }, (_, index) => `before ${index + 1}`);

/** A hundred hosts, in a window of some size. `stage` lets the next part of the play happen. */
function play(columns: number, rows: number, option = ""): { readonly screen: Screen; readonly stage: (number: number) => void } {
  const command = `printf '${BEFORE.join("\\n")}\\n'; '${process.execPath}' '${player}' '${scratch}' ${option}; echo "ended as $?"`;
  const screen = open({ columns, rows, command, cwd: scratch });
  return { screen, stage: (number) => writeFileSync(join(scratch, String(number)), "") };
}

/** Lines of the live part: they count what is under way. */
function liveLines(lines: readonly string[]): string[] {
  return lines.filter((line) => /^(\[[#.]+\] +)?\d+\/\d+ +(send|prepare)|^\.\.\. /.test(line));
}

describe.skipIf(findProgram("tmux") === undefined)("a hundred hosts on the screen of a terminal", () => {
  test.each([
    [
      80,
      24,
      [
        [30, 10],
        [80, 24],
      ],
    ],
    [
      30,
      10,
      [
        [24, 6],
        [120, 40],
        [30, 10],
      ],
    ],
    [
      200,
      50,
      [
        [40, 12],
        [200, 50],
      ],
    ],
  ])("%i x %i, resized while it runs: a few live lines, and nothing left behind or erased", async (columns, rows, sizes) => {
    const { screen, stage } = play(columns, rows);
    stage(0);
    await until("it is drawn", () => liveLines(screen.lines()).length === 3);
    for (const [width = 0, height = 0] of sizes) {
      screen.resize(width, height);
      // The clock counts on in lines as wide as the window, and there are no others.
      await until(`it fits ${width} x ${height}`, () => {
        const lines = liveLines(screen.lines());
        return lines.length === Math.min(3, Math.floor(height / 2)) && lines.every((line) => line.length < width);
      });
    }
    expect(liveLines(screen.lines())[0]).toMatch(/63\/100 +send .*web64/);
    stage(1);
    await until("the warnings are told", () => screen.all().join("\n").includes("the clock of web1"));
    expect(screen.all().filter((line) => line.includes("clock"))).toHaveLength(1);
    stage(2);
    stage(3);
    await until("it is over", () => screen.all().includes("ended as 0"));
    const all = screen.all();
    expect(all.slice(0, 80)).toEqual(BEFORE);
    expect(liveLines(screen.lines())).toEqual([]);
    // What a terminal itself has scrolled away while it became smaller, nobody can erase: that is the beginning of one of ours at most.
    expect(liveLines(all).length).toBeLessThanOrEqual(sizes.length);
    expect(screen.isAsBefore()).toBe(true);
    const text = all.join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("100 hosts send 0.1s 3 files to send");
    expect(text).toContain("100 hosts prepare 2.0s npm ci: done");
    expect(text).toContain("100 hosts switched to B, was A");
    expect(text).toContain("49 hosts warning the clock of HOST is wrong (web2, web3,");
    expect(text).toContain("Deployed B to production (100 hosts)");
    // All in all it is shorter than one line for each host would be.
    expect(all.length).toBeLessThan(80 + 70);
  });

  test("resized again and again, where the lines need no more room than there is, it leaves nothing behind", async () => {
    const { screen, stage } = play(80, 40);
    stage(0);
    await until("it is drawn", () => liveLines(screen.lines()).length === 3);
    for (let turn = 0; turn < 40; turn++) screen.resize(30 + ((turn * 37) % 120), 40 + ((turn * 7) % 20));
    screen.resize(60, 40);
    await until("it is drawn once", () => liveLines(screen.all()).length === 3);
    for (const number of [1, 2, 3]) stage(number);
    await until("it is over", () => screen.all().includes("ended as 0"));
    expect(liveLines(screen.all())).toEqual([]);
    expect(screen.all().slice(0, 80)).toEqual(BEFORE);
  });

  test("--verbose shows every host", async () => {
    const { screen, stage } = play(80, 24, "--verbose");
    for (const number of [0, 1, 2, 3]) stage(number);
    await until("it is over", () => screen.all().includes("ended as 0"));
    const all = screen.all();
    expect(all.filter((line) => /^web\d+ +send /.test(line))).toHaveLength(100);
    expect(all.filter((line) => /^web\d+ +switched /.test(line))).toHaveLength(100);
    expect(liveLines(all)).toEqual([]);
  });

  test("a real deploy to eight hosts, and one that is interrupted: the screen is clean", async () => {
    const project = openProject();
    try {
      const hosts = Array.from({ length: 8 }, (_, index) => {
        const root = join(scratch, `root ${index}`);
        mkdirSync(root);
        return { host: "local", name: `web${index + 1}`, root };
      });
      const configure = (prepare: string): void =>
        project.configure({ environments: { production: { hosts } }, tasks: { prepare } });
      configure("sleep 1");
      const command = `'${program}' deploy; echo "ended as $?"`;
      const first = open({ columns: 80, rows: 24, command, cwd: project.directory });
      await until("tasks are drawn", () => /0\/8 +prepare: sleep 1/.test(first.lines().join("\n")));
      await until("it is over", () => first.all().includes("ended as 0"));
      for (const phase of ["connect", "lock", "compare", "send", "switch", "switched", "confirm"]) {
        expect([phase, first.all().filter((line) => line.startsWith(`8 hosts     ${phase} `))]).toEqual([
          phase,
          [expect.any(String)],
        ]);
      }
      expect(first.all().filter((line) => line.startsWith("web"))).toEqual([]);
      configure("sleep 300");
      const second = open({
        columns: 80,
        rows: 24,
        command: command.replace("deploy;", "deploy --force;"),
        cwd: project.directory,
      });
      await until("tasks are drawn", () => /0\/8 +prepare: sleep 300/.test(second.lines().join("\n")));
      second.press("C-c");
      await until("it is over", () => second.all().includes("ended as 130"));
      expect(liveLines(second.all())).toEqual([]);
      expect(second.all().join("\n")).toContain("Interrupted: deploy of production. Every host serves what it served before.");
      expect(second.isAsBefore()).toBe(true);
    } finally {
      project.close();
    }
  });
});
