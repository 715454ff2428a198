import { describe, expect, test } from "vitest";
import { summaryLines } from "../../src/report/summary.ts";
import { plainTheme } from "../../src/report/theme.ts";
import { displayWidth } from "../../src/report/width.ts";
import { hostReport, OLD, report, reports, taskFailed, wayBack } from "./samples.ts";

const caller = { program: "symlink-helper", config: null };

function summary(...args: Parameters<typeof report>): string {
  return summaryLines(report(...args), { theme: plainTheme, caller }).join("\n");
}

describe("the summary of", () => {
  test.each(Object.entries(reports))("%s", (_, sample) => {
    expect(summaryLines(sample, { theme: plainTheme, caller }).join("\n")).toMatchSnapshot();
  });

  test.each(Object.entries(reports))("%s fits 80 columns, where words allow it", (_, sample) => {
    const lines = summaryLines(sample, { theme: plainTheme, caller, width: 80 });
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
  });
});

describe("of a hundred hosts what they have in common is said once", () => {
  const names = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const lines = (...args: Parameters<typeof report>): readonly string[] =>
    summaryLines(report(...args), { theme: plainTheme, caller, width: 80 });

  test("all is well: no table, no names", () => {
    const hosts = names.map((name) => hostReport(name));
    expect(lines({ hosts }).join("\n")).not.toContain("web");
    expect(lines({ hosts }).length).toBeLessThan(8);
  });

  test("P2: hosts that differ are in the table by state, the rare ones by name and first", () => {
    const hosts = names.map((name, at) => hostReport(name, at === 41 ? { live: OLD, outcome: "partial" } : {}));
    const said = lines({ outcome: "partial", hosts });
    const table = said.findIndex((line) => line.includes("live now"));
    expect(said[table + 1]).toMatch(/^ {2}web42 +\d+T\d+Z .*partial/);
    expect(said[table + 2]).toMatch(/^ {2}99 others +\d+T\d+Z /);
  });

  test("P2: of two large groups the names of one are below the table, so that it is known of every host", () => {
    const hosts = names.map((name, at) => hostReport(name, at < 40 ? { live: OLD, outcome: "partial" } : {}));
    const text = lines({ outcome: "partial", hosts }).join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("60 others");
    expect(text).toContain(`40 hosts ${names.slice(0, 40).join(", ")}`);
  });

  test("one trouble, though each host names itself and prints other times", () => {
    const hosts = names.map((name, at) =>
      hostReport(name, { error: { ...taskFailed, message: `The disk of ${name} is full.`, output: [`after ${at} s`] } }),
    );
    const said = lines({ outcome: "failed", release: null, hosts });
    expect(said.filter((line) => line.includes("The disk of"))).toEqual(["    The disk of web1 is full."]);
    expect(said.join(" ").replaceAll(/\s+/g, " ")).toContain(`${names.join(", ")}: prepare`);
    expect(said.filter((line) => displayWidth(line) > 80)).toEqual([]);
  });

  test("one warning, with the names of all; what one host alone says stays as it is", () => {
    const warnings = [...names.slice(1).map((name) => `${name}: the clock of ${name} is wrong`), "web1: odd web1", "of nobody"];
    const text = lines({ hosts: names.map((name) => hostReport(name)), warnings })
      .join(" ")
      .replaceAll(/\s+/g, " ");
    expect(text).toContain(`${names.slice(1).join(", ")}: the clock of HOST is wrong`);
    expect(text).toContain("warning web1: odd web1 warning of nobody");
  });
});

describe("P3: a summary claims nothing that was not seen", () => {
  const failed = { outcome: "failed" as const, release: null };
  test.each([
    ["every host was seen as before", [hostReport("web1", { live: OLD })], "Every host serves what it served before."],
    [
      "one was not seen",
      [hostReport("web1", { live: OLD }), hostReport("web2", { live: null, liveKnown: false })],
      "No host was switched.",
    ],
    ["none was reached", [hostReport("web1", { live: null, liveKnown: false, previous: null })], "No host was switched."],
    ["there is no host", [], "No host was switched."],
  ])("when %s", (_, hosts, claim) => {
    expect(summary({ ...failed, hosts })).toContain(claim);
  });

  test("a host that was not seen is never said to serve something", () => {
    const unseen = hostReport("web2", { outcome: "partial", live: OLD, liveKnown: false });
    expect(summary({ outcome: "partial", hosts: [hostReport("web1"), unseen] })).toMatch(/web2\s+not known/);
  });

  test("a command that threw while it was changing hosts leads to a look", () => {
    expect(summary({ outcome: "partial", hosts: [] })).toContain("it is not known what production serves");
  });
});

test.each([
  [["releases/A/public", "releases/A/public"], "replaced  no release: `current` pointed to releases/A/public"],
  [["releases/A/public", "/srv/a"], "replaced  no release: `current` pointed elsewhere"],
  [[undefined, undefined], "replaced  no release: there was none before"],
])("a deploy that replaced %j says so", (links, said) => {
  const hosts = links.map((link, index) =>
    hostReport(`web${index}`, { previous: null, ...(link === undefined ? {} : { previousLink: link }) }),
  );
  expect(summary({ previous: null, hosts })).toContain(said);
});

describe("a summary says how to go back", () => {
  test("with the command of the report, however narrow the terminal", () => {
    const lines = summaryLines(report({ goBack: wayBack }), { theme: plainTheme, caller, width: 30 });
    expect(lines).toContain(`  go back   ${wayBack.command}`);
  });

  test("or why not and what to do, the command in one piece", () => {
    const remedy = `To bring every host to ${OLD}: slh rollback production --to ${OLD}`;
    const goBack = { to: null, command: "", refused: "The hosts would go back to different releases, so none does.", remedy };
    const lines = summaryLines(report({ goBack }), { theme: plainTheme, caller: { program: "slh", config: null }, width: 60 });
    expect(lines.slice(-4)).toEqual([
      "  go back   The hosts would go back to different releases, so",
      "            none does.",
      `            To bring every host to ${OLD}:`,
      `            slh rollback production --to ${OLD}`,
    ]);
  });

  test("but not where there is nothing to go back to", () => {
    expect(summary({ previous: null, goBack: null, hosts: [hostReport("web1", { previous: null })] })).not.toContain("go back");
  });
});

describe("what leads on repeats what was asked for", () => {
  test.each([
    [
      "interrupted",
      "deploy",
      ["--ref", "v1.4.2", "--message", "Fix it"],
      "try again  slh deploy production --ref v1.4.2 --message 'Fix it'",
    ],
    ["partial", "deploy", ["--ref", "v1.4.2"], "try again   slh deploy production --ref v1.4.2"],
    ["interrupted", "rollback", ["--to", OLD], `try again  slh rollback production --to ${OLD}`],
    ["interrupted", "pin", [OLD], `try again  slh pin production ${OLD}`],
    ["unchanged", "deploy", ["--ref", "v1.4.2"], "deploy anyway  slh deploy production --ref v1.4.2 --force"],
  ] as const)("after %s: %s %j", (outcome, command, asked, expected) => {
    const from = { program: "slh", config: null };
    const lines = summaryLines(report({ outcome, command }), { theme: plainTheme, caller: from, asked });
    expect(lines).toContain(`  ${expected}`);
  });
});

test("P10: what was asked for is harmless when it is told again", () => {
  const asked = ["--message", "a\u001b[2J\n::error::b"];
  const lines = summaryLines(report({ outcome: "interrupted" }), { theme: plainTheme, caller, asked });
  expect(lines.join("\n")).not.toContain("\u001b");
  expect(lines.filter((line) => line.startsWith("::"))).toEqual([]);
});

test("what hosts print stays behind a mark, harmless", () => {
  const error = { ...taskFailed, message: "first\n::error::second", output: ["\u001b[2J::error::x", "a\nb"] };
  const lines = summaryLines(report({ outcome: "failed", hosts: [hostReport("web1", { error })] }), {
    theme: plainTheme,
    caller,
  });
  expect(lines.filter((line) => line.includes("error::x") || line.trim() === "| b")).toEqual(["    | ::error::x", "    | b"]);
});
