import { describe, expect, test } from "vitest";
import type { Task } from "../../src/config/resolved.ts";
import { HostFailure } from "../../src/errors.ts";
import type { Member } from "../../src/fleet/member.ts";
import { taskFailure } from "../../src/fleet/task-failure.ts";
import type { TaskFacts } from "../../src/fleet/tasks.ts";

const address = { kind: "ssh", host: "web1", user: "deploy", port: null, configFile: null };
const host = { root: "/srv/my shop", layout: { releases: "releases", current: "current" }, address };
const member = { name: "web1", host } as unknown as Member;
const facts = { action: "deploy", release: "A" } as TaskFacts;

function remedy(point: "prepare" | "afterSwitch", task: Partial<Task>, output: readonly string[], kind = "task-failed"): string {
  const tasks = [{ run: "npm ci", in: "release", as: null, ...task } as Task];
  const error = new HostFailure({ host: "web1", kind: kind as "task-failed", message: "0 1", remedy: "" });
  return (taskFailure(error, member, { point, tasks, facts }, () => output) as HostFailure).remedy;
}

describe("a task that failed", () => {
  test("points to its last lines where there are some", () => {
    expect(remedy("prepare", {}, ["no space"])).toBe("Its last lines tell why. Put that right and try again.");
  });

  test.each([
    ["prepare", {}, "by hand in '/srv/my shop/current' (ssh deploy@web1)."],
    ["afterSwitch", {}, "by hand in '/srv/my shop/releases/A' (ssh deploy@web1)."],
    ["afterSwitch", { in: "root", as: "www" }, "by hand as www in '/srv/my shop' (ssh deploy@web1)."],
  ] as const)("in silence says so, and how to make it speak: %s %j", (point, task, expected) => {
    const told = remedy(point, task, []);
    expect(told).toMatch(/^It printed nothing\. .*set -x/);
    expect(told).toContain(expected);
    expect(told).not.toContain("last lines");
  });

  test("in silence until its time was over keeps the advice about that", () => {
    expect(remedy("prepare", {}, [], "task-timeout")).toMatch(/It printed nothing\..* raise `timeout`/);
  });
});
