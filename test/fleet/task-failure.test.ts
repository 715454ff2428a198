import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import type { ResolvedHost, Task } from "../../src/config/resolved.ts";
import { HostFailure } from "../../src/errors.ts";
import { taskFailure } from "../../src/fleet/task-failure.ts";
import type { TaskFacts } from "../../src/fleet/tasks.ts";

function hostOf(written: string): ResolvedHost {
  const settings = { app: "shop", root: "/srv/my shop", environments: { all: { hosts: [written] } } };
  const loaded = readConfig(JSON.stringify(settings), { file: "/x/symlink-helper.yaml" });
  const [host] = loaded.ok ? loaded.config.hosts : [];
  if (host === undefined) throw new Error("no host");
  return host;
}

const member = { name: "web1", host: hostOf("deploy@web1") };
const facts = { action: "deploy", release: "B", previous: "A" } as TaskFacts;

function remedy(
  point: "prepare" | "afterSwitch",
  task: Partial<Task>,
  output: readonly string[],
  kind = "task-failed",
  code = 1,
  previous = facts.previous,
): string {
  const tasks = [{ run: "npm ci", in: "release", as: null, ...task } as Task];
  const error = new HostFailure({ host: "web1", kind: kind as "task-failed", message: `0 ${code}`, remedy: "" });
  return (taskFailure(error, member, { point, tasks, facts: { ...facts, previous } }, () => output) as HostFailure).remedy;
}

describe("a task that failed", () => {
  test("points to its last lines where there are some", () => {
    expect(remedy("prepare", {}, ["no space"])).toBe("Its last lines tell why. Put that right and try again.");
  });

  test("because a program is not found says how tasks find one", () => {
    expect(remedy("prepare", {}, ["sh: npm: not found"], "task-failed", 127)).toMatch(/`path` or `shell` .*nvm/);
  });

  test.each([
    ["prepare", {}, "by hand in '/srv/my shop/current' (ssh deploy@web1)."],
    ["afterSwitch", {}, "by hand in '/srv/my shop/releases/B' (ssh deploy@web1)."],
    ["afterSwitch", { in: "root", as: "www" }, "by hand as www in '/srv/my shop' (ssh deploy@web1)."],
  ] as const)("in silence says so, and how to make it speak: %s %j", (point, task, expected) => {
    const told = remedy(point, task, []);
    expect(told).toMatch(/^It printed nothing\. .*set -x/);
    expect(told).toContain(expected);
    expect(told).not.toContain("last lines");
  });

  test("in silence before anything was ever live sends nobody to a directory that is not there", () => {
    const first = (task: Partial<Task>): string => remedy("prepare", task, [], "task-failed", 1, "");
    expect(first({})).toBe(
      "It printed nothing. To see where it stops, put `set -x` on its first line. Put that right and try again.",
    );
    expect(first({ in: "root" })).toContain("by hand in '/srv/my shop' (ssh deploy@web1).");
  });

  test.each([
    "sudo: a password is required",
    "sudo: sorry, you must have a tty to run sudo",
    "Sorry, user deploy is not allowed to execute '/bin/sh -c …' as www on web1.",
  ])("that sudo did not start says what rule is needed: %s", (line) => {
    expect(remedy("prepare", { as: "www" }, [line])).toMatch(
      /^sudo did not start it as www: .*ALL=\(www\) NOPASSWD: \/bin\/sh$/s,
    );
    expect(remedy("prepare", { as: null }, [line])).not.toContain("NOPASSWD");
    expect(remedy("prepare", { as: "www" }, ["working", line])).not.toContain("NOPASSWD");
  });

  test("that sudo did start is not blamed on what sudo says of the machine", () => {
    const lines = ["sudo: unable to resolve host web1: Name or service not known"];
    expect(remedy("prepare", { as: "www" }, lines)).not.toContain("NOPASSWD");
  });

  test("in silence until its time was over keeps the advice about that", () => {
    expect(remedy("prepare", {}, [], "task-timeout")).toMatch(/It printed nothing\..* raise `timeout`/);
  });
});
