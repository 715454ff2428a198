import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Notification, WebhookNotification } from "../../src/config/notifications.ts";
import { eventOf } from "../../src/report/notification/event.ts";
import { refused, unreached } from "../../src/report/notification/failure.ts";
import { nameOf, requestOf, unusable } from "../../src/report/notification/request.ts";
import { slackMessage } from "../../src/report/notification/slack.ts";
import { notificationText, notificationVariables } from "../../src/report/notification/variables.ts";
import type { NotificationDocument } from "../../src/report/notification-document.ts";
import type { Commits, Outcome, Report } from "../../src/report/report.ts";
import { hostReport, NEW, OLD, report, taskFailed, wayBack } from "./samples.ts";

function document(facts: Partial<NotificationDocument> = {}, of: Partial<Report> = {}): NotificationDocument {
  const base = {
    schema: 1,
    event: "success",
    run: "12ab",
    by: "ann@laptop",
    origin: "laptop",
    runUrl: null,
    message: "",
  } as const;
  return { ...base, report: report(of), ...facts };
}

const slackText = (facts: Partial<NotificationDocument>, of?: Partial<Report>): string => slackMessage(document(facts, of)).text;
const commitsOf = (...subjects: readonly string[]): Commits => ({
  from: "a".repeat(40),
  to: "b".repeat(40),
  added: { count: subjects.length, newest: subjects.map((subject) => ({ commit: "c".repeat(40), subject })) },
  removed: { count: 0, newest: [] },
});

test.each<[Outcome, string | null, string | null]>([
  ["deployed", NEW, "success"],
  ["rolled-back", OLD, "success"],
  ["returned", NEW, "return"],
  ["failed", null, "failure"],
  ["failed", NEW, "failure"],
  ["partial", NEW, "failure"],
  ["interrupted", NEW, "failure"],
  ["interrupted", null, null],
  ["unchanged", NEW, null],
  ["locked", null, null],
  ["invalid", null, null],
  ["done", null, null],
])("the end %s with release %s is told as %s", (outcome, release, event) => {
  expect(eventOf({ outcome, release })).toBe(event);
});

describe("people are told", () => {
  test("all that they need, the most important first", () => {
    const facts = { message: "Fix the login", origin: "https://ci/7", runUrl: "https://ci/7" };
    const of = { goBack: wayBack, commits: commitsOf("Fix the login", "b", "c", "d", "e", "f", "g") };
    expect(notificationText(document(facts, of)).split("\n")).toEqual([
      `shop production: deployed ${NEW}, before it was ${OLD} (24.1s)`,
      "https://ci/7",
      "go back: symlink-helper rollback production",
      "by ann@laptop: Fix the login",
      "revision 3fb2c81, 7 commits",
      "- ccccccc Fix the login",
      ...["b", "c", "d", "e"].map((subject) => `- ccccccc ${subject}`),
      "- and 2 more",
    ]);
  });

  test("of a failure each host and why, but not a hundred", () => {
    const hosts = Array.from({ length: 9 }, (_, at) =>
      hostReport(`web${at + 1}`, { outcome: "failed", live: OLD, error: taskFailed }),
    );
    const lines = notificationText(document({ event: "failure" }, { outcome: "failed", hosts })).split("\n");
    expect(lines[0]).toBe("shop production: deploy failed, every host serves what it served before (24.1s)");
    expect(lines[1]).toBe("web1: `npm ci --omit=dev` ended with exit code 1.");
    expect(lines[6]).toBe("and 4 other hosts that failed");
    expect(lines[8]).toBe("by ann@laptop on laptop");
  });

  test("P3: nothing of hosts that nobody saw", () => {
    const hosts = [hostReport("web1", { outcome: "failed", liveKnown: false, live: null })];
    expect(notificationText(document({}, { outcome: "failed", hosts }))).toMatch(/^shop production: deploy failed \(/);
  });
});

describe("in a chat, what others wrote", () => {
  // What somebody wrote, and what must not be left of it.
  test.each([
    ["<!channel> hello", /<|>(?<!&gt;)/],
    ["<https://evil.example|your bank>", /<|:\/\//],
    ["<@U123ABC>", /<|@U/],
    ["&lt;!here&gt;", /&lt;!here/],
    ["@all @here @channel @everyone", /@[a-z]/],
    ["see https://evil.example", /:\/\//],
    ["see www.evil.example", /www\./],
    ["[x](javascript:1) and [x][1]", /\]\(|\]\[/],
    ["mailto:a@b.example", /mailto:|@b/],
    ["```", /`/],
    ["*bold*", /\*bold/],
    ["\u001b[31mred\u202e\u0007", /[\u001b\u202e\u0007]/],
  ])("%j does nothing", (evil, left) => {
    const told = slackText(
      { message: evil, by: evil },
      { app: evil, commits: commitsOf(evil), hosts: [hostReport(evil, { error: taskFailed })] },
    );
    const ours = told.replaceAll(/^\*|\*$/gm, "").replaceAll(/^go back: `.*`$/gm, "");
    expect(ours.split("\n").filter((line) => left.test(line))).toEqual([]);
    expect(ours.length).toBeGreaterThan(60);
  });

  test("cannot begin a line of its own", () => {
    expect(slackText({ message: "one\ntwo" }).split("\n")).not.toContain("two");
  });

  test("leaves the address of the run and the command to go back as they are", () => {
    const runUrl = "https://ci.example.org/run?a=1&b=<2>";
    const lines = slackText({ runUrl }, { goBack: wayBack }).split("\n");
    expect(lines[1]).toBe("https://ci.example.org/run?a=1&amp;b=%3C2%3E");
    expect(lines[2]).toBe("go back: `symlink-helper rollback production`");
  });

  test("is cut before any chat refuses it", () => {
    const long = "&".repeat(10_000);
    const hosts = Array.from({ length: 90 }, () => hostReport("web", { error: { ...taskFailed, message: long } }));
    expect(slackText({ message: long }, { commits: commitsOf(long, long), hosts }).length).toBeLessThan(2000);
  });
});

test("a command finds the facts in its environment, whatever they hold", () => {
  const variables = notificationVariables(document({ message: "a\0b" }, { previous: null, goBack: wayBack }));
  expect(variables).toMatchObject({
    SLH_EVENT: "success",
    SLH_OUTCOME: "deployed",
    SLH_RELEASE: NEW,
    SLH_PREVIOUS: "",
    SLH_MESSAGE: "a\\x00b",
    SLH_SECONDS: "24",
    SLH_RUN_URL: "",
    SLH_GO_BACK: "symlink-helper rollback production",
    SLH_SUBJECT: `shop production: deployed ${NEW} (24.1s)`,
  });
});

const webhook: WebhookNotification = {
  kind: "webhook",
  url: { secret: "URL" },
  secret: "KEY",
  headers: { "X-Own": "1", Authorization: { secret: "AUTH" } },
  on: ["success"],
  timeout: 10,
};
const env = { URL: "https://ops.example.org/hook\n", KEY: "kéy", AUTH: "Bearer x\n" };

describe("a request", () => {
  test("of a webhook is the document, signed over its bytes", () => {
    const sent = document({ message: "grüß" });
    const { url, headers, body } = requestOf(webhook, sent, env);
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(sent)));
    expect(url).toBe("https://ops.example.org/hook");
    const signature = `sha256=${createHmac("sha256", "kéy").update(Buffer.from(body, "utf8")).digest("hex")}`;
    expect(headers).toMatchObject({ "X-Own": "1", Authorization: "Bearer x", "X-Slh-Event": "success", "X-Slh-Run": "12ab" });
    expect(headers["X-Slh-Signature"]).toBe(signature);
  });

  test("without a secret is not signed", () => {
    expect(requestOf({ ...webhook, secret: null }, document(), env).headers).not.toHaveProperty("X-Slh-Signature");
  });
});

const command: Notification = { kind: "command", run: "a\nb", secrets: ["TOKEN"], on: ["success"], timeout: 10 };

test.each<[Notification, Record<string, string>, string | null]>([
  [webhook, env, null],
  [webhook, { ...env, KEY: "" }, "the variable KEY is not set"],
  [webhook, { URL: "x", AUTH: "y" }, "the variable KEY is not set"],
  [webhook, { ...env, URL: "ftp://x" }, "what the variable URL holds is no http(s) URL"],
  [
    webhook,
    { ...env, URL: "https://bob:hunter2@ops.example.org/" },
    "what the variable URL holds is a URL with a user or a password in it, which could not be sent: take them out (a `webhook` can send them in a header, Authorization)",
  ],
  [webhook, { ...env, AUTH: "a\nb" }, "what the variable AUTH holds fits into no header"],
  [command, {}, "the variable TOKEN is not set"],
  [command, { TOKEN: "1" }, null],
])("%j with %j: %s", (told, given, why) => {
  expect(unusable(told, given)).toBe(why);
});

test.each<[Partial<Notification>, string]>([
  [{ kind: "slack", url: "https://hooks.example.org/services/T/B/x" }, "slack https://hooks.example.org/***"],
  [{ kind: "webhook", url: "https://ops.example.org" }, "webhook https://ops.example.org"],
  [{ kind: "webhook", url: "https://ops.example.org/?key=1" }, "webhook https://ops.example.org/***"],
  [webhook, "webhook { secret: URL }"],
  [command, "command `a`"],
])("P10: %j is called %s", (told, name) => {
  expect(nameOf(told as Notification)).toBe(name);
});

test.each([
  [refused({ status: 404, text: "no_service\nx", redirect: null }), 'it answered 404, "no_service"', /address/],
  [refused({ status: 502, text: "", redirect: null }), "it answered 502, twice", /run it/],
  [
    refused({ status: 302, text: "", redirect: "https://a.example/x?t=1" }),
    /^it answered 302 to https:\/\/a.example, and/,
    /leads/,
  ],
  [refused({ status: 301, text: "", redirect: "/x" }), /to another path/, /leads/],
  [unreached("ECONNREFUSED", "x"), "nobody listens there", /address/],
  [unreached("DEPTH_ZERO_SELF_SIGNED_CERT", "x"), /certificate is not accepted/, /NODE_EXTRA_CA_CERTS/],
  [unreached("", "bad port"), "bad port", /address/],
])("a failure %j says why and what to do", ({ why, remedy }, expected, next) => {
  expect(why).toMatch(expected);
  expect(remedy).toMatch(next);
});
