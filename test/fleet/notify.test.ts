import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { createApi, realPorts } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";
import type { NotificationDocument } from "../../src/report/notification-document.ts";
import type { Report } from "../../src/report/report.ts";

interface Got {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** By the first part of the path: how the other side behaves. */
const BEHAVIOURS: Readonly<Record<string, (response: ServerResponse, before: number) => void>> = {
  good: (response) => void response.end("ok"),
  broken: (response) => void response.writeHead(500).end("oops"),
  recovers: (response, before) => void response.writeHead(before === 0 ? 503 : 204).end(),
  gone: (response) => void response.writeHead(404).end("no_service hush hush"),
  elsewhere: (response) => void response.writeHead(307, { location: "/good/after" }).end(),
  silent: () => undefined,
  closing: (response) => void response.destroy(),
  endless: (response) => void response.writeHead(200).write("a"),
  endlessNo: (response) => void response.writeHead(400).write("because"),
};

let server: Server;
let base = "";
let got: Got[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      const url = request.url ?? "";
      const before = got.filter((one) => one.url === url).length;
      got.push({ url, headers: request.headers, body });
      BEHAVIOURS[url.split("/")[1] ?? ""]?.(response, before);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let directory = "";
beforeEach(() => {
  got = [];
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-notify-"));
  mkdirSync(join(directory, "site"));
  writeFileSync(join(directory, "site/index.html"), "hello");
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Options {
  readonly notify: readonly object[];
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly message?: string;
  readonly controller?: AbortController;
  readonly onEvent?: (event: Event) => void;
}

interface Ended {
  readonly report: Report;
  readonly events: readonly Event[];
}

async function deploy({ notify, settings = {}, env = {}, message = "", controller, onEvent }: Options): Promise<Ended> {
  const text = JSON.stringify({
    app: "shop",
    root: join(directory, "app"),
    source: { directory: join(directory, "site") },
    environments: { local: { hosts: ["local"] } },
    notify,
    ...settings,
  });
  const loaded = readConfig(text, { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join("\n"));
  const events: Event[] = [];
  const emit = (event: Event): void => {
    events.push(event);
    onEvent?.(event);
  };
  const { signal } = controller ?? new AbortController();
  const context = {
    config: loaded.config,
    emit,
    signal,
    env: { PATH: process.env["PATH"], ...env },
    by: "ann@laptop",
    origin: "laptop",
  };
  return { report: await createApi(realPorts()).deploy(context, { message }), events };
}

test("all are told, once, with what happened, and the report says nothing of it", async () => {
  const notify = [
    { slack: `${base}/good/slack` },
    { webhook: `${base}/good/hook` },
    { command: 'cat > got.json; printf %s "$SLH_EVENT" > event' },
  ];
  const { report } = await deploy({ notify, message: "Fix <it>" });
  expect(report).toMatchObject({ outcome: "deployed", warnings: [] });
  const [hook, slack] = got.toSorted((a, b) => (a.url < b.url ? -1 : 1)).map(({ body }) => JSON.parse(body));
  expect(hook).toMatchObject({
    schema: 1,
    event: "success",
    by: "ann@laptop",
    origin: "laptop",
    runUrl: null,
    message: "Fix <it>",
  });
  expect(hook.report).toEqual(JSON.parse(JSON.stringify(report)));
  expect(slack.text).toMatch(new RegExp(`^\\*shop local: deployed ${report.release}.*Fix &lt;it&gt;`, "s"));
  expect(JSON.parse(readFileSync(join(directory, "got.json"), "utf8"))).toEqual(hook);
  expect(readFileSync(join(directory, "event"), "utf8")).toBe("success");
});

test("who fails is a warning that says why, and nothing else comes of it", async () => {
  const times = { timeout: "1s" };
  const { report } = await deploy({
    notify: [
      { webhook: `${base}/broken` },
      { webhook: `${base}/recovers` },
      { webhook: `${base}/gone` },
      { webhook: `${base}/elsewhere` },
      { webhook: `${base}/silent`, ...times },
      { webhook: `${base}/closing` },
      { webhook: `${base}/endless`, ...times },
      { webhook: `${base}/endlessNo`, ...times },
      { command: "echo why not; exit 3" },
      { command: "sleep 60", ...times },
      { command: "setsid sleep 60 & echo $! > pid; sleep 60", ...times },
      { slack: { secret: "NOT_SET" } },
    ],
  });
  process.kill(Number(readFileSync(join(directory, "pid"), "utf8")));
  expect(report.outcome).toBe("deployed");
  const why = report.warnings.map((text) => /\(notify\[(\d+)\]\), since (.*?)\. (?:What|Set)/.exec(text)?.slice(1).join(": "));
  expect(why).toEqual([
    "11: the variable NOT_SET is not set",
    '0: it answered 500, "oops", twice',
    '2: it answered 404, "no_service hush hush"',
    "3: it answered 307 to another path, and redirects are not followed",
    "4: it took longer than 1 s",
    "5: it closed the connection without an answer",
    '7: it answered 400, "because"',
    '8: it ended with code 3 and said "why not"',
    "9: it took longer than 1 s",
    "10: it took longer than 1 s",
  ]);
  const counts = [...new Set(got.map(({ url }) => url))].map((url) => [
    url.slice(1),
    got.filter((one) => one.url === url).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    broken: 2,
    recovers: 2,
    gone: 1,
    elsewhere: 1,
    silent: 1,
    closing: 2,
    endless: 1,
    endlessNo: 1,
  });
});

test("when they are told the lock is released, and the report comes after them", async () => {
  const { events } = await deploy({
    notify: [{ command: "ls app/.symlink-helper/locks > locks" }, { webhook: `${base}/broken` }],
  });
  // One generation, and that it is done.
  expect(readFileSync(join(directory, "locks"), "utf8")).toBe("g000000001\ng000000001.done\n");
  const kinds = events.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "ended")).toHaveLength(1);
  const last = events.at(-1);
  expect(last?.kind === "ended" && last.report.warnings).toHaveLength(1);
});

test.each([
  ["a failure", { prepare: "exit 7" }, ["failure"]],
  ["a release that was taken back", { afterSwitch: 'test "$SLH_ACTION" = return' }, ["return"]],
])("%s is told to those who want to know", async (_, tasks, told) => {
  const notify = ["success", "failure", "return"].map((on) => ({ webhook: `${base}/good/${on}`, on }));
  const { report } = await deploy({ notify, settings: { tasks } });
  expect(got.map(({ body }) => (JSON.parse(body) as NotificationDocument).event)).toEqual(told);
  expect(got.map(({ url }) => url.split("/").at(-1))).toEqual(told);
  expect(got[0]?.body).toContain(JSON.stringify(report.outcome));
});

test("where nothing was done nobody is told", async () => {
  const notify = [{ webhook: `${base}/good` }];
  await deploy({ notify });
  expect((await deploy({ notify })).report.outcome).toBe("unchanged");
  expect(got).toHaveLength(1);
});

test("P10: secrets reach only who names them, and are masked in all that is told", async () => {
  const env = { HUSH: "hush hush", SIGN: "signing key", URL: `${base}/gone/secret/path`, OTHER: "other secret" };
  const say = 'env | grep -c "^HUSH=\\|^SIGN=\\|^URL=" > ';
  const { report, events } = await deploy({
    env,
    message: "with hush hush",
    settings: { tasks: { build: `${say} ${directory}/build || :`, prepare: { run: "echo hush hush", secrets: ["OTHER"] } } },
    notify: [
      { webhook: { secret: "URL" }, secret: "SIGN" },
      { webhook: `${base}/good` },
      { command: `${say} without || :; env | grep -c "^OTHER=" >> without || :` },
      { command: `${say} with || :; cat; echo "$SLH_MESSAGE"`, secrets: ["HUSH"] },
    ],
  });
  expect(report.outcome).toBe("deployed");
  expect(["build", "without", "with"].map((name) => readFileSync(join(directory, name), "utf8"))).toEqual([
    "0\n",
    "0\n0\n",
    "1\n",
  ]);
  const told = [JSON.stringify(events), JSON.stringify(report.warnings), ...got.map(({ body }) => body)].join("\n");
  expect(told).not.toMatch(/hush hush|signing key|secret\/path|other secret/);
  expect(told).toContain("with ***");
  expect(got.find(({ url }) => url.startsWith("/gone"))?.headers["x-slh-signature"]).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test("an interrupt while others are told ends that at once, and changes nothing", async () => {
  const controller = new AbortController();
  const onEvent = (event: Event): void => {
    if (event.kind === "step-started" && event.name === "notify") setTimeout(() => controller.abort(), 100);
  };
  const notify = [
    { webhook: `${base}/silent`, timeout: "5m" },
    { command: "sleep 300", timeout: "5m" },
  ];
  const { report } = await deploy({ notify, controller, onEvent });
  expect(report.outcome).toBe("deployed");
  expect(report.warnings.map((text) => text.includes("you interrupted it"))).toEqual([true, true]);
});

test("a deploy that was interrupted behind the first change is told all the same", async () => {
  const controller = new AbortController();
  const onEvent = (event: Event): void => {
    if (event.kind === "task-started") controller.abort();
  };
  const settings = { tasks: { prepare: "sleep 60" } };
  const { report } = await deploy({ notify: [{ webhook: `${base}/good` }], controller, onEvent, settings });
  expect(report.outcome).toBe("interrupted");
  expect(got.map(({ body }) => (JSON.parse(body) as NotificationDocument).event)).toEqual(["failure"]);
});
