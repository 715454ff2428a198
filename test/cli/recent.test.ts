import { describe, expect, test } from "vitest";
import { Recent } from "../../src/cli/recent.ts";
import type { Event } from "../../src/report/events.ts";
import { hostReport, report, taskFailed } from "../report/samples.ts";

const warning: Event = { kind: "warning", host: "web1", text: "is slow" };
const lines = taskFailed.output ?? [];
const failed = report({
  outcome: "failed",
  hosts: [hostReport("web1", { error: taskFailed })],
  warnings: ["web1: is slow", "never shown"],
});

function printed(host: string): Event[] {
  return lines.map((line) => ({ kind: "output", host, point: "prepare", line }));
}

describe("what was shown a moment ago is not said again", () => {
  test("warnings and output that are just above", () => {
    const recent = new Recent(false);
    for (const event of [warning, ...printed("web1")]) recent.shown(event, 1);
    const left = recent.leftToSay(failed);
    expect(left.warnings).toEqual(["never shown"]);
    expect(left.hosts[0]?.error).toEqual({ ...taskFailed, output: undefined });
  });

  test.each<[string, (recent: Recent) => void]>([
    ["nobody was shown it", (recent) => [warning, ...printed("web1")].forEach((event) => recent.shown(event, 0))],
    ["another host printed it", (recent) => printed("web2").forEach((event) => recent.shown(event, 1))],
    [
      "much was said since",
      (recent) => {
        for (const event of [warning, ...printed("web1")]) recent.shown(event, 1);
        for (let at = 0; at < 60; at += 1) recent.shown({ kind: "output", host: "web1", point: "finish", line: `${at}` }, 1);
      },
    ],
  ])("but where %s, all of it is", (_, happen) => {
    const recent = new Recent(false);
    happen(recent);
    expect(recent.leftToSay(failed)).toEqual(failed);
  });
});
