import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { linksOfAnswer, linksOfReport } from "../../src/report/files/links.ts";
import { dotenvOfAnswer, dotenvOfReport } from "../../src/report/files/dotenv.ts";
import { junitOfAnswer } from "../../src/report/files/junit-answer.ts";
import { junitOfReport } from "../../src/report/files/junit.ts";
import { answerPage, MOST_BYTES, summaryPage } from "../../src/report/files/summary-page.ts";
import type { Report } from "../../src/report/report.ts";
import { hostReport, NEW, report, reports, taskFailed } from "./samples.ts";

/** What a compromised host, or an unlucky one, may print. */
const HOSTILE = [
  "::error title=owned::from the host",
  "##[add-mask]x",
  "]]></failure></testcase><testcase name='forged'/>",
  "</pre></details><script>alert(1)</script>",
  "| a | b |",
  "`code` **bold** [link](https://evil.example) ![i](https://evil.example/x.png) @all #1 www.evil.example",
  "\u001b[31mred\u001b]0;title\u0007 \u0000\u0001\u0008 \ud800 \ufffe\uffff \u202eevil",
  "- one\n# two\n\n```\n~~~\n",
  "",
];

const phases = ["connect", "send", "prepare"].map((name, at) => ({ name, ms: 100 * (at + 1), bytesSent: 0 }));

function hostile(): Report {
  const text = HOSTILE.join("\n");
  return report({
    outcome: "failed",
    environment: "prod|`x`",
    hosts: [
      hostReport("web1", { outcome: "failed", phases }),
      hostReport("web2", {
        outcome: "failed",
        phases,
        error: { ...taskFailed, message: `ended: ${text}`, remedy: text, output: HOSTILE },
      }),
      hostReport("web3", { outcome: "skipped", error: { ...taskFailed, message: text } }),
    ],
    commits: {
      from: NEW,
      to: NEW,
      added: { count: 21, newest: HOSTILE.map((subject) => ({ commit: "3fb2c81d0a6c", subject })) },
      removed: { count: 0, newest: [] },
    },
    warnings: HOSTILE,
  });
}

interface Parsed {
  readonly suites: readonly { readonly tests: string; readonly failures: string; readonly skipped: string }[];
  readonly cases: readonly {
    readonly classname: string;
    readonly name: string;
    readonly time: string;
    readonly failure: string | null;
    readonly skipped: boolean;
  }[];
}

const READ = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
suites = [dict(s.attrib) for s in root.iter("testsuite")]
cases = [dict(c.attrib, failure=None if c.find("failure") is None else c.find("failure").text, skipped=c.find("skipped") is not None) for c in root.iter("testcase")]
print(json.dumps({"suites": suites, "cases": cases}))
`;

/** With the parser of Python, which is none of ours. */
function parse(xml: string): Parsed {
  const { stdout, stderr } = spawnSync("python3", ["-c", READ], { input: xml, encoding: "utf8", maxBuffer: 1e9 });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Parsed;
}

describe.skipIf(spawnSync("python3", ["--version"]).error !== undefined)("JUnit XML", () => {
  test("has a case for each phase of each host, with what failed", () => {
    const { suites, cases } = parse(junitOfReport(hostile()));
    expect(suites).toMatchObject([{ tests: "7", failures: "1", skipped: "1" }]);
    expect(cases.map(({ classname, name, time }) => [classname, name, time])).toEqual([
      ["shop.prod|`x`.web1", "connect", "0.100"],
      ["shop.prod|`x`.web1", "send", "0.200"],
      ["shop.prod|`x`.web1", "prepare", "0.300"],
      ["shop.prod|`x`.web2", "connect", "0.100"],
      ["shop.prod|`x`.web2", "send", "0.200"],
      ["shop.prod|`x`.web2", "prepare", "0.300"],
      ["shop.prod|`x`.web3", "deploy", "0.000"],
    ]);
    const [failed] = cases.filter(({ failure }) => failure !== null);
    expect(failed).toMatchObject({ name: "prepare", classname: "shop.prod|`x`.web2" });
    expect(failed?.failure).toContain("| ]]></failure></testcase><testcase name='forged'/>");
    expect(failed?.failure).toContain("| red \\x00\\x01\\x08 \ufffd \ufffd\ufffd \\u{202e}evil");
    expect(cases.at(-1)).toMatchObject({ skipped: true });
  });

  test.each(Object.entries(reports))("of a run that ended as `%s` fails where the run did, and is never empty", (_, ended) => {
    const { cases } = parse(junitOfReport(ended));
    const well = ["deployed", "rolled-back", "unchanged", "done"].includes(ended.outcome) && ended.error === null;
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.some(({ failure }) => failure !== null)).toBe(!well || ended.hosts.some(({ error }) => error !== null));
  });

  test("of a phase that is gone through twice has two names, and the failure at the last", () => {
    const twice = [...phases, ...phases];
    const host = hostReport("web1", { outcome: "failed", phases: twice, error: taskFailed });
    const { cases } = parse(junitOfReport(report({ outcome: "failed", hosts: [host] })));
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases.filter(({ failure }) => failure !== null).map(({ name }) => name)).toEqual(["prepare (2)"]);
  });

  test("of an answer has a case for each host", () => {
    const times = { startedAt: "2026-11-23T11:45:02.000Z", durationMs: 1 };
    const hosts = [
      { host: "web1", error: null },
      { host: "web2", error: null, problems: HOSTILE },
    ];
    const failing = parse(junitOfAnswer("plan", { app: "shop", environment: "production", hosts }, false, times));
    expect(failing.cases.map(({ failure }) => failure !== null)).toEqual([false, false, true]);
    expect(parse(junitOfAnswer("status", { hosts: [] }, false, times)).suites).toMatchObject([{ tests: "1", failures: "1" }]);
    expect(parse(junitOfAnswer("status", { hosts: [] }, true, times)).suites).toMatchObject([{ tests: "1", failures: "0" }]);
  });
});

describe("the page of Markdown", () => {
  test("shows what others wrote, and obeys nothing of it", () => {
    const page = summaryPage(hostile(), false);
    // What stands in <pre> is HTML, where only tags and entities mean something; the rest is Markdown.
    const outside = page.replaceAll(/<pre>[^<]*<\/pre>/gu, "");
    const tags = new Set([...page.matchAll(/<\/?\w+/gu)].map(([tag]) => tag));
    expect([...tags].toSorted()).toEqual(["</code", "</details", "</pre", "</summary", "<code", "<details", "<pre", "<summary"]);
    expect(outside).not.toMatch(/[`[\]@~\\!]|https?:\/\/|www\.|\*\*bold/u);
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
    const rows = outside.split("\n").filter((line) => line.startsWith("| <code>web"));
    expect(rows.map((row) => row.split("|").length)).toEqual([8, 8, 8]);
    expect(page.match(/<details>/gu)).toHaveLength(2);
  });

  test("says what somebody looks for who was not there", () => {
    const page = summaryPage(report({ hosts: [hostReport("web1", { phases })], leftOut: ["web9"] }), false);
    expect(page).toContain("### ✅ Deployed 20261123T114502Z to production");
    expect(page).toContain("<pre>symlink-helper rollback production");
    expect(page).toContain("| Host | Ended as | Live now | connect | send | prepare |");
    expect(page).toContain("| 0.1s | 0.2s | 0.3s |");
    expect(page).toContain("| Left out | web9 |");
  });

  test.each(Object.entries(reports))("of a run that ended as `%s` has a headline and stays a page", (_, ended) => {
    const page = summaryPage(ended, false);
    expect(page).toMatch(/^### \S+ [^\n]+\n/u);
    expect(page).not.toContain("undefined");
  });

  test("is never longer than it may be; the last lines go first", () => {
    const line = "x<&".repeat(300);
    const output = Array.from({ length: 20 }, (_, at) => `${at} ${line}`);
    const failing = (hosts: number): Report =>
      report({
        outcome: "failed",
        hosts: Array.from({ length: hosts }, (_, at) =>
          hostReport(`web${at}`, { outcome: "failed", phases, error: { ...taskFailed, message: line, output } }),
        ),
      });
    for (const [hosts, most] of [
      [200, MOST_BYTES],
      [4000, MOST_BYTES],
      [3, 5000],
      [3, 100],
      [3, 0],
    ] as const)
      expect(Buffer.byteLength(summaryPage(failing(hosts), false, most))).toBeLessThanOrEqual(most);
    const page = summaryPage(failing(200), false);
    expect(page.match(/^\| <code>web/gmu)).toHaveLength(200);
    expect(page).toContain("What to do");
    const small = summaryPage(failing(4000), false);
    expect(small).toMatch(/And \d+ hosts more\./u);
  });

  test("of an answer loses its end where it is too long", () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `${at} </pre>| \`x\` \u001b[31m${"y".repeat(40)}`);
    const page = answerPage("status", lines);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MOST_BYTES);
    expect(page.match(/<\/pre>/gu)).toHaveLength(1);
    expect(page).toContain("\n…\n</pre>");
    expect(page).toContain("<pre>0 ");
    expect(page).not.toContain("\u001b");
  });
});

test("two megabytes of output in one line make no file of two megabytes", () => {
  const error = { ...taskFailed, message: "x".repeat(2_000_000), output: ["y".repeat(2_000_000)] };
  const failed = report({ outcome: "failed", hosts: [hostReport("web1", { outcome: "failed", error })] });
  expect(summaryPage(failed, false).length).toBeLessThan(10_000);
  expect(junitOfReport(failed).length).toBeLessThan(100_000);
});

describe("variables for the jobs that follow", () => {
  const read = (text: string): Record<string, string> =>
    Object.fromEntries(text.split("\n").flatMap((line) => (line === "" ? [] : [line.split(/=(.*)/su).slice(0, 2)])));

  test.each(Object.entries(reports))("%s: the same names, each once, on a line of its own", (_, each) => {
    const text = dotenvOfReport(each);
    expect(text).toMatch(/^(?:DEPLOY_[A-Z_]+=[\w.:@%+/,=~-]*\n){8}$/u);
    expect(read(text)).toMatchObject({
      DEPLOY_OUTCOME: each.outcome,
      DEPLOY_RELEASE: each.release ?? "",
      DEPLOY_WARNINGS: String(each.warnings.length),
    });
  });

  test("what a shell or another reader might obey is left empty", () => {
    for (const release of [...HOSTILE, "$(id)", "`id`", "a b", "'", '"', "a\nDEPLOY_OUTCOME=deployed", "${HOME}", "a\\", "#"]) {
      const text = dotenvOfReport(report({ outcome: "failed", release, environment: release }));
      expect(read(text)).toMatchObject({ DEPLOY_RELEASE: "", DEPLOY_ENVIRONMENT: "", DEPLOY_OUTCOME: "failed" });
      expect(text.split("\n")).toHaveLength(9);
    }
  });

  test("of what only looks: how it ended", () => {
    const text = dotenvOfAnswer("lock status", { environment: "production", outcome: "blocked" }, false);
    expect(read(text)).toMatchObject({ DEPLOY_COMMAND: "lock-status", DEPLOY_OUTCOME: "blocked", DEPLOY_RELEASE: "" });
    expect(read(dotenvOfAnswer("status", {}, false))["DEPLOY_OUTCOME"]).toBe("failed");
  });
});

describe("links for the page of a job", () => {
  const to = "3fb2c81d0a6c";
  const commits = { from: "a1b2", to, added: { count: 2, newest: [] }, removed: { count: 0, newest: [] } };
  const pages = { run: "https://git.example/job/7", compare: { commit: to, address: "https://git.example/-/compare/" } };
  const links = (text: string): readonly { label: string; url: string }[] =>
    Object.values<{ external_link: { label: string; url: string } }[]>(JSON.parse(text)).flatMap((group) =>
      group.map((each) => each.external_link),
    );

  test("how it ended, and what changed", () => {
    const good = report({ revision: to, commits });
    expect(links(linksOfReport(good, false, pages))).toEqual([
      { label: expect.stringMatching(/^Deployed /u), url: "https://git.example/job/7" },
      { label: "What changed: 2 commits", url: "https://git.example/-/compare/a1b2...3fb2c81d0a6c" },
    ]);
    // The commit of another repository has no page in this one.
    expect(links(linksOfReport({ ...good, revision: "0000" }, false, pages))).toHaveLength(1);
    expect(linksOfReport(good, false, { run: null, compare: null })).toBe("{}\n");
    expect(links(linksOfReport(good, false, { ...pages, run: "javascript:alert(1)" }))).toHaveLength(1);
  });

  test("what a host says is a label at most, of one short line", () => {
    const text = linksOfReport({ ...hostile(), environment: HOSTILE.join("\n") }, false, pages);
    expect(text).not.toMatch(/##\[|[\u0000-\u0009\u000b-\u001f]/u);
    for (const { label, url } of links(text))
      expect([label.length < 300, label.includes("\n"), url]).toEqual([true, false, pages.run]);
    expect(links(linksOfAnswer("status shop production", false, pages))[0]?.label).toContain("not as it should be");
  });
});
