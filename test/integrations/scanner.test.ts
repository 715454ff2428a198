import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { Scanner } from "./scanner.ts";

const SECRET = `first "line"\nsecond line\n{`;
const scanner = new Scanner([SECRET]);

let directory = "";
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "slh-scanner-"))));
afterEach(() => rmSync(directory, { recursive: true }));

test("finds each line of a secret, also in other forms, and nothing else", () => {
  const held = [
    "x second line y",
    JSON.stringify(SECRET),
    encodeURIComponent(SECRET),
    Buffer.from('first "line"').toString("base64"),
  ];
  expect(held.filter((text) => !scanner.has(text))).toEqual([]);
  expect(["", "{", "first", "line"].filter((text) => scanner.has(text))).toEqual([]);
  expect(scanner.inTexts({ log: "quiet", report: "second line" })).toEqual(["report"]);
});

test("finds them in files, in names and in links, however deep", () => {
  mkdirSync(join(directory, "a/b"), { recursive: true });
  writeFileSync(join(directory, "a/b/file"), Buffer.concat([Buffer.from([0, 255]), Buffer.from(SECRET)]));
  writeFileSync(join(directory, "a/second line"), "");
  symlinkSync("second line", join(directory, "a/link"));
  writeFileSync(join(directory, "a/innocent"), "first line");
  expect(scanner.inFiles(directory, join(directory, "missing")).toSorted()).toEqual(
    ["a/b/file", "a/link", "a/second line"].map((name) => join(directory, name)),
  );
});

test("finds them in command lines and environments of processes, but where they may be", async () => {
  const stop = scanner.watch(({ args }) => args.includes("allowed"));
  const start = (args: readonly string[], env: NodeJS.ProcessEnv): ReturnType<typeof spawn> =>
    spawn("sh", ["-c", "echo begun; read x", ...args], { env, stdio: ["pipe", "pipe", "ignore"] });
  const children = [start(["allowed"], { A: SECRET }), start(["not"], { A: SECRET }), start(["second line"], {})];
  try {
    let begun = 0;
    for (const child of children) child.stdout?.on("data", () => (begun += 1));
    await until("all have begun", () => begun === children.length);
    const found = stop();
    expect(found.filter((each) => each.startsWith("environment"))).toEqual([expect.stringMatching(/ not$/u)]);
    expect(found.filter((each) => each.startsWith("command line"))).toEqual([`command line of ${children[2]?.pid}`]);
  } finally {
    for (const child of children) child.kill();
  }
});
