import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import type { CommandCheck, HttpCheck, Report, ResolvedConfig } from "../../src/index.ts";
import type { Event } from "../../src/report/events.ts";
import { look } from "../faults/outside.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { until } from "../hosts/until.ts";
import { linkAt } from "../target/bench.ts";
import { httpCheck } from "../target/served.ts";

const NOTE = `printf '%s %s %s\\n' "$SLH_POINT" "$SLH_ACTION" "$SLH_RELEASE" >>"$TASK_LOG"`;
const TASKS = `tasks: { drain: ${JSON.stringify(NOTE)}, afterSwitch: ${JSON.stringify(NOTE)}, undrain: ${JSON.stringify(NOTE)} }`;

type Answer = (response: ServerResponse, served: string, asked: number) => void;
const plainly: Answer = (response, served) => void response.setHeader("X-Release", served).end(`release ${served}\n`);
const never: Answer = () => undefined;

describeHosts("P12: served, not only switched, on three hosts", () => {
  let scene: Scene;
  let server: Server;
  let base: string;
  let previous: string;
  const behaviour = new Map<string, Answer>();
  const asked: string[] = [];
  beforeAll(async () => {
    scene = await openScene({ hosts: 3, breakable: false, tasks: TASKS });
    // What a web server would do: each path is one host, and what is served is what its link leads to.
    server = createServer((request, response) => {
      const host = (request.url ?? "").slice(1);
      asked.push(host);
      const served = basename(linkAt(join(scene.site(host).root, "current")) ?? "nothing");
      (behaviour.get(host) ?? plainly)(response, served, asked.filter((one) => one === host).length);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await scene.deploy("v0");
    previous = (await scene.deploy("v1")).release ?? "";
    scene.keep("v1");
  });
  afterAll(async () => {
    await scene.stop();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    scene.reset("v1");
    behaviour.clear();
    asked.length = 0;
  });

  function checked(more: Partial<HttpCheck> = {}): ResolvedConfig {
    const { config } = scene;
    const check = (name: string): HttpCheck => httpCheck(`${base}/${name}`, { release: "body", within: 3, timeout: 5, ...more });
    return { ...config, hosts: config.hosts.map((host) => ({ ...host, check: [check(host.name)] })) };
  }

  const lives = (): (string | null)[] => scene.sites.map((site) => look(site).live);
  const all = (release: string | null): (string | null)[] => [release, release, release];
  const errors = (report: Report): (string | null)[] => report.hosts.map(({ error }) => error?.kind ?? null);

  function expectTakenBack(report: Report): void {
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["returned", 5]);
    expect(report.hosts.map(({ live, liveKnown }) => [live, liveKnown])).toEqual(all("").map(() => [previous, true]));
    expect(lives()).toEqual(all(previous));
  }

  test("success is said when every host has answered, and not before", async () => {
    const events: Event[] = [];
    const report = await scene.deploy("v2", { config: checked(), emit: (event) => void events.push(event) });
    expect(report).toMatchObject({ outcome: "deployed", warnings: [] });
    const phases = events.flatMap((event) => (event.kind === "phase-ended" ? [event] : []));
    const served = phases.filter(({ phase }) => phase === "served");
    expect(served.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(served.map(({ text }) => text).toSorted()).toEqual(["web1", "web2", "web3"].map((name) => `${base}/${name}: 200 OK`));
    const confirming = events.findIndex((event) => event.kind === "phase-started" && event.phase === "confirm");
    expect(events.findLastIndex((event) => event.kind === "phase-ended" && event.phase === "served")).toBeLessThan(confirming);
    expect(report.hosts.map(({ checks }) => checks)).toEqual(
      ["web1", "web2", "web3"].map((name) => [
        {
          check: `${base}/${name}`,
          release: report.release,
          ok: true,
          tries: 1,
          ms: expect.any(Number) as number,
          answer: "200 OK",
        },
      ]),
    );
  });

  test("the old release may answer for a while, and a server may need time to start", async () => {
    behaviour.set("web1", (response, served, time) => plainly(response, time < 3 ? previous : served, time));
    behaviour.set("web2", (response, served, time) => (time < 2 ? response.destroy() : plainly(response, served, time)));
    const report = await scene.deploy("v2", { config: checked({ within: 30 }) });
    expect(report.outcome).toBe("deployed");
    expect(report.hosts.map(({ checks }) => checks?.[0]?.tries)).toEqual([3, 2, 1]);
  });

  test("it has to pass as often in a row as is wanted", async () => {
    behaviour.set("web3", (response, served, time) =>
      time === 2 ? response.writeHead(503).end() : plainly(response, served, time),
    );
    const report = await scene.deploy("v2", { config: checked({ within: 30, consecutive: 2 }) });
    expect(report.outcome).toBe("deployed");
    expect(report.hosts.map(({ checks }) => checks?.[0]?.tries)).toEqual([2, 2, 4]);
  });

  test("P2: where one host does not answer for it, all go back, and what came back is told", async () => {
    const told = (served: string): string => `<b>oops</b> \u001b[31mred\u001b[0m of ${served}`;
    behaviour.set("web2", (response, served, time) => {
      if (served === previous) plainly(response, served, time);
      else response.writeHead(502, { "content-type": "text/html" }).end(told(served));
    });
    const report = await scene.deploy("v2", { config: checked({ within: 1 }) });
    expectTakenBack(report);
    expect(errors(report)).toEqual([null, "check-failed", null]);
    const error = report.hosts[1]?.error;
    expect(error).toMatchObject({ phase: "served", remedy: expect.stringContaining("raise `within`") as string });
    expect(error?.message.replace(/ \(tried .*/, "")).toBe(
      `The check \`${base}/web2\` did not pass within 1 s: status 502 instead of one from 200 to 299`,
    );
    expect(error?.output).toEqual(["HTTP/1.1 502 Bad Gateway", "content-type: text/html", "", told(report.release ?? "")]);
    // They were reloaded for the release gone back to, and that answers.
    expect(scene.tasksRun("web1").slice(-2)).toEqual([`afterSwitch return ${previous}`, `undrain return ${previous}`]);
    expect(report.hosts.map(({ checks }) => checks?.at(-1))).toMatchObject(all("").map(() => ({ release: previous, ok: true })));
    expect(report.hosts.map(({ undone }) => undone)).toEqual([undefined, undefined, undefined]);
    expect(report.warnings).toEqual([]);
    expect((await scene.deploy("v3", { config: checked({ within: 1 }), more: [] })).outcome).toBe("returned");
  });

  test("the old release that goes on answering is taken for what it is", async () => {
    behaviour.set("web1", (response) => void response.end(`release ${previous}`));
    const report = await scene.deploy("v2", { config: checked({ within: 0 }) });
    expectTakenBack(report);
    expect(report.hosts[0]?.error?.message).toContain(
      `it is still the release ${previous} that answers, by the body (tried once)`,
    );
    expect(report.hosts[0]?.error?.remedy).toContain("afterSwitch");
  });

  test("a server that hangs for longer than the lease costs its own time, and no host is taken for dead", async () => {
    behaviour.set("web2", never);
    const report = await scene.deploy("v2", { config: checked({ within: 0, timeout: 5 }) });
    expectTakenBack(report);
    expect(errors(report)).toEqual([null, "check-failed", null]);
    expect(report.hosts[1]?.error?.message).toContain("no answer within 5 s");
    expect(report.warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^web2: The release gone back to, ${previous}, may not be served: The check .* did not pass`),
      ),
    ]);
  });

  test("the first deploy: the link is removed, and nothing is left to check", async () => {
    scene.reset("empty");
    behaviour.set("web3", (response) => void response.writeHead(500).end());
    const report = await scene.deploy("v1", { config: checked({ within: 0 }) });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["returned", 5]);
    expect(lives()).toEqual(all(null));
    expect(report.warnings).toEqual([]);
  });

  test("an interrupt while it is checked: no host is waited for, all go back", async () => {
    behaviour.set("web1", (response, served, time) => (served === previous ? plainly(response, served, time) : undefined));
    const interrupt = new AbortController();
    const deploying = scene.deploy("v2", { config: checked({ within: 300, timeout: 300 }), signal: interrupt.signal });
    await until("web1 was asked", () => asked.includes("web1"));
    interrupt.abort();
    const report = await deploying;
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["interrupted", 130]);
    expect(lives()).toEqual(all(previous));
    expect(errors(report)).toEqual([null, null, null]);
  });

  test("P5: a host that dies while it is checked is put back over a new connection", async () => {
    let died = false;
    behaviour.set("web3", (response, served, time) => {
      if (served === previous) return plainly(response, served, time);
      if (!died) scene.site("web3").killAll();
      died = true;
    });
    const report = await scene.deploy("v2", { config: checked({ within: 300, timeout: 300 }) });
    expectTakenBack(report);
    expect(errors(report)).toEqual([null, null, "connection-lost"]);
    behaviour.clear();
    expect((await scene.deploy("v2", { config: checked() })).outcome).toBe("deployed");
  });

  test("a wave that is not served is the last one, and no host of it is put in service", async () => {
    behaviour.set("web1", (response, served, time) =>
      served === previous ? plainly(response, served, time) : void response.writeHead(500).end(),
    );
    const config = checked({ within: 0 });
    const report = await scene.deploy("v2", { config: { ...config, strategy: { ...config.strategy, waves: [{ hosts: 1 }] } } });
    expectTakenBack(report);
    expect(asked.filter((host) => host !== "web1")).toEqual([]);
    expect(scene.tasksRun("web1")).toEqual([
      `drain deploy ${report.release}`,
      `afterSwitch deploy ${report.release}`,
      `afterSwitch return ${previous}`,
      `undrain return ${previous}`,
    ]);
    expect(scene.tasksRun("web2")).toEqual([]);
  });

  test("a host that may fail alone goes back alone, and is named", async () => {
    behaviour.set("web2", (response, served, time) =>
      served === previous ? plainly(response, served, time) : void response.writeHead(500).end(),
    );
    const config = checked({ within: 0 });
    const report = await scene.deploy("v2", { config: { ...config, strategy: { ...config.strategy, maxFailures: 1 } } });
    expect([report.outcome, exitCodeOf(report.outcome)]).toEqual(["partial", 4]);
    expect(lives()).toEqual([report.release, previous, report.release]);
    expect(errors(report)).toEqual([null, "check-failed", null]);
    expect(report.warnings).toEqual([expect.stringMatching(/^web2: It is left behind, since checking failed there/)]);
  });

  test("P7: a rollback is checked, too, and taken back", async () => {
    const { release: second } = await scene.deploy("v2", { config: checked() });
    behaviour.set("web2", (response, served, time) => {
      if (served === second) plainly(response, served, time);
      else response.writeHead(500).end();
    });
    const failed = await scene.api().rollback(scene.context({ config: checked({ within: 0 }) }), {});
    expect([failed.outcome, lives()]).toEqual(["returned", all(second)]);
    behaviour.clear();
    const back = await scene.api().rollback(scene.context({ config: checked() }), { to: previous });
    expect([back.outcome, lives()]).toEqual(["rolled-back", all(previous)]);
    expect(back.hosts.map(({ checks }) => checks?.map(({ release, ok }) => [release, ok]))).toEqual(
      all("").map(() => [[previous, true]]),
    );
  });

  test("P10: what is sent as a secret is told to nobody", async () => {
    behaviour.set("web1", (response) => {
      const sent = String(response.req.headers["x-token"]);
      response.writeHead(403).end(`no such token: ${sent}`);
    });
    const config = checked({ within: 0, send: { "X-Token": { secret: "TOKEN" } } });
    scene.edit("v2");
    const texts: string[] = [];
    const context = {
      ...scene.context({ config, emit: (event) => void texts.push(JSON.stringify(event)) }),
      env: { TOKEN: "hunter2" },
    };
    const report = await scene.api().deploy(context, {});
    expectTakenBack(report);
    expect(report.hosts[0]?.error?.output?.at(-1)).toBe("no such token: ***");
    expect(`${texts.join("\n")}${JSON.stringify(report)}`).not.toContain("hunter2");
    await expect(scene.api().deploy(scene.context({ config }), {})).rejects.toMatchObject({ kind: "secret-missing" });
  });

  test("a command is tried until it ends with 0, and knows what it is for", async () => {
    const run = `${NOTE}; [ "$SLH_HOST" != web2 ] || { echo "$SLH_ACTION is not ready"; exit 3; }`;
    const { config } = scene;
    const task = {
      ...(config.hosts[0]?.tasks.afterSwitch[0] ?? { on: { kind: "all" } }),
      run,
      timeout: 10,
    } as CommandCheck["task"];
    const check: CommandCheck = {
      kind: "command",
      on: { kind: "all" },
      within: 1,
      interval: 1,
      consecutive: 1,
      timeout: 10,
      task,
    };
    const withCommand = { ...config, hosts: config.hosts.map((host) => ({ ...host, check: [check] })) };
    const events: Event[] = [];
    const report = await scene.deploy("v2", { config: withCommand, emit: (event) => void events.push(event) });
    expectTakenBack(report);
    expect(report.hosts[1]?.error).toMatchObject({ kind: "check-failed", output: ["deploy is not ready"] });
    expect(report.hosts[1]?.error?.message).toContain("did not pass within 1 s: it ended with code 3 (tried ");
    expect(report.warnings).toEqual([expect.stringMatching(/^web2: The release gone back to, .*, may not be served: .*code 3/)]);
    expect(report.hosts.map(({ undone }) => undone)).toEqual([undefined, undefined, undefined]);
    const lines = scene.tasksRun("web2").filter((line) => line.startsWith("check "));
    expect(new Set(lines)).toEqual(new Set([`check deploy ${report.release}`, `check return ${previous}`]));
    expect(events.some((event) => event.kind === "task-started" && event.point === "check")).toBe(false);
    expect(events.some((event) => event.kind === "output" && event.line === "deploy is not ready")).toBe(true);
  });

  test("where nothing there can carry it out, nothing is changed", async () => {
    const programs = ["curl", "perl", "python3", "wget"];
    const hide = `for name in ${programs.join(" ")}; do while path=$(command -v "$name"); do mount --bind /dev/null "$path" || exit; done; done`;
    const host = scene.fleet?.hosts[2];
    expect(await host?.exec(hide)).toMatchObject({ code: 0 });
    try {
      const context = scene.context({ config: checked() });
      scene.edit("v2");
      const text = `No program there can carry out the check ${base}/web3: it takes curl, python3, perl, wget of GNU or wget of BusyBox`;
      const found = await scene.api().check(context);
      expect(found.ok).toBe(false);
      expect(found.hosts.map(({ findings }) => findings.map((each) => [each.level, each.code, each.text]))).toEqual([
        [],
        [],
        [["problem", "check-tool", `${text}.`]],
      ]);
      const planned = await scene.api().plan(context, {});
      expect(planned.outcome).toBe("blocked");
      expect(planned.hosts[2]?.problems).toEqual([text]);
      expect(planned.hosts[0]?.checks).toEqual([`${base}/web1  (release in the body, within 3 s)`]);
      const report = await scene.api().deploy(context, {});
      expect([report.outcome, errors(report), lives()]).toEqual(["failed", [null, null, "preflight"], all(previous)]);
      const back = await scene.api().rollback(context, {});
      expect([back.outcome, errors(back), lives()]).toEqual(["failed", [null, null, "preflight"], all(previous)]);
      expect(asked).toEqual([]);
      expect(scene.tasksRun("web1")).toEqual([]);
    } finally {
      await host?.exec(`while umount ${programs.map((name) => `/usr/bin/${name}`).join(" ")}; do :; done`);
    }
  });
});
