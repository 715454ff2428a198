import { expect, test } from "vitest";
import type { Api } from "../../src/api.ts";
import { run } from "../../src/cli/run.ts";
import type { Event } from "../../src/report/events.ts";
import { report } from "../report/samples.ts";
import { fakeWorld } from "./world.ts";

const began: readonly Event[] = [
  { kind: "phase-started", host: "web1", phase: "send" },
  { kind: "phase-started", host: "web2", phase: "send" },
  { kind: "task-started", host: "web1", point: "prepare", task: "npm ci\nnpm run assets" },
];

/** What a terminal would show at the end of what was written: the last state of every line. */
function screen(written: string): string {
  return written
    .replaceAll(/\u001b\[\?7[lh]/g, "")
    .split("\n")
    .map((line) => line.split("\u001b8").at(-1) ?? "")
    .map((line) => line.trimEnd())
    .join("\n");
}

async function played(
  script: (emit: (event: Event) => void, fake: ReturnType<typeof fakeWorld>) => void,
  columns = 80,
  tty = true,
) {
  const deploy: Api["deploy"] = (context) => {
    script(context.emit, fake);
    return Promise.resolve(report());
  };
  const fake = fakeWorld(["deploy", "--no-color"], { tty, columns, api: { deploy } });
  await run(fake.world);
  return fake;
}

test("the last line of a terminal says what is going on and for how long", async () => {
  const seen: string[] = [];
  await played((emit, { pass, said }) => {
    for (const event of began) emit(event);
    seen.push(screen(said.stdout).split("\n").at(-1) ?? "");
    pass(34_000);
    seen.push(screen(said.stdout).split("\n").at(-1) ?? "");
    emit({ kind: "task-ended", host: "web1", point: "prepare", task: "npm ci\nnpm run assets", code: 0, ms: 1 });
    seen.push(screen(said.stdout).split("\n").at(-1) ?? "");
  });
  expect(seen).toEqual([
    "... web1: prepare: npm ci … (0ms), web2: send (0ms)",
    "... web1: prepare: npm ci … (34.0s), web2: send (34.0s)",
    "... web2: send (34.0s)",
  ]);
});

test("it never stays among the lines, and is gone at the end", async () => {
  const { said, pass } = await played((emit, fake) => {
    for (const event of began) emit(event);
    fake.signal("SIGTERM");
    emit({ kind: "notice", host: "web1", text: "hello" });
  });
  expect(screen(said.both)).not.toContain("...");
  const before = said.both;
  pass(5000);
  expect(said.both).toBe(before);
});

test("it is never wider than the terminal", async () => {
  const { said } = await played((emit) => began.forEach(emit), 30);
  const drawn = said.stdout.split(/\r|\u001b8|\u001b\[\?7[lh]|\n/).filter((line) => line.startsWith("..."));
  expect(Math.max(...drawn.map((line) => line.length))).toBe(29);
});

test("there is none in a file", async () => {
  const { said } = await played((emit) => began.forEach(emit), 80, false);
  expect(said.both).not.toContain("...");
});
