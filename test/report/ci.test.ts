import { describe, expect, test } from "vitest";
import { command, githubStyle } from "../../src/report/ci/github.ts";
import { hostReport, report, reports, taskFailed } from "./samples.ts";

const style = (): ReturnType<typeof githubStyle> => githubStyle(() => "T");

describe("a workflow command", () => {
  test("cannot be ended or continued by what is in it", () => {
    const line = command("error", { title: "a,file=/x::b%\n::error::c" }, "1%\r\n::error::2\n##[error]3\u001b[31m");
    expect(line).not.toMatch(/[\r\n\u001b]|##\[/u);
    expect(line).toMatch(/^::error title=[^,:]*::/u);
    expect(line).toContain("%25");
  });
});

test("at most ten annotations, the last of which says how many more there are", () => {
  const hosts = Array.from({ length: 40 }, (_, at) => hostReport(`web${at}`, { outcome: "failed", error: taskFailed }));
  const lines = style()
    .end(report({ outcome: "failed", hosts }), [])
    .filter((line) => line.startsWith("::error"));
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toContain("And 31 more");
});

test.each(Object.entries(reports))("after a run that ended as `%s` commands are obeyed again", (_, ended) => {
  const log = style();
  const output = { kind: "output", host: "web1", point: "prepare", line: "::error::x" } as const;
  const lines = [...log.before(output), ...log.before(output), ...log.end(ended, []), ...log.after()];
  const stops = lines.filter((line) => line === "::stop-commands::T").length;
  expect(stops).toBe(lines.filter((line) => line === "::T::").length);
  expect(lines[0]).toBe("::stop-commands::T");
});
