// @ts-nocheck: it makes no more of a world than the output looks at.
// Plays what happens in a deploy to a hundred hosts through the real output, on the terminal that it is started in. Each stage waits for a file
// of its number in the directory that is named, so that whoever watches can look around in between.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Output } from "../../dist/cli/output.js";
import { every, outputStream } from "../../dist/cli/process.js";

const directory = process.argv[2] ?? "";
const world = {
  program: "symlink-helper",
  env: { NO_COLOR: "1", TERM: process.env["TERM"] },
  stdout: outputStream(process.stdout),
  stderr: outputStream(process.stderr),
  now: Date.now,
  every,
};
const output = new Output(
  world,
  { json: false, events: false, quiet: false, verbose: process.argv[3] === "--verbose", noColor: true },
  false,
);

const hosts = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
const begin = (phase) => (host) => output.emit({ kind: "phase-started", host, phase });
const end = (phase, text) => (host) => output.emit({ kind: "phase-ended", host, phase, ms: 100, bytesSent: 0, ok: true, text });
const warn = (host) => output.emit({ kind: "warning", host, text: `the clock of ${host} is wrong` });
const task = { point: "prepare", task: "npm ci" };

/** @type {(() => unknown)[]} */
const stages = [
  () => {
    output.emit({ kind: "started", command: "deploy", app: "shop", environment: "production", hosts });
    hosts.forEach(begin("send"));
    hosts.slice(0, 63).forEach(end("send", "3 files to send"));
    hosts.slice(0, 40).forEach(begin("prepare"));
    for (const host of hosts.slice(0, 20)) output.emit({ kind: "task-started", host, ...task });
  },
  () => hosts.slice(0, 50).forEach(warn),
  () => output.aside(() => sleep(300)),
  () => {
    hosts.slice(63).forEach(end("send", "3 files to send"));
    hosts.slice(40).forEach(begin("prepare"));
    for (const host of hosts) output.emit({ kind: "task-ended", host, ...task, code: 0, ms: 2000 });
    hosts.forEach(end("prepare", "sealed"));
    for (const host of hosts) output.emit({ kind: "switched", host, from: "A", to: "B" });
  },
];

const keeper = setInterval(() => {}, 1000);
for (const [number, play] of stages.entries()) {
  while (!existsSync(join(directory, String(number)))) await sleep(10);
  await play();
}
output.report(reportOf());
clearInterval(keeper);

function reportOf() {
  const host = { outcome: "deployed", live: "B", liveKnown: true, previous: "A", phases: [], pruned: [], error: null };
  return {
    schema: 1,
    command: "deploy",
    app: "shop",
    environment: "production",
    outcome: "deployed",
    release: "B",
    previous: "A",
    revision: null,
    tree: null,
    startedAt: "2026-11-23T11:45:02.000Z",
    durationMs: 2000,
    hosts: hosts.map((name) => ({ host: name, ...host })),
    goBack: null,
    warnings: hosts.slice(0, 50).map((name) => `${name}: the clock of ${name} is wrong`),
    error: null,
  };
}
