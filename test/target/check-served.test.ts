import { readdirSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "../hosts/until.ts";
import { Bench } from "./bench.ts";
import { everyShell, scratch } from "./kinds.ts";
import { attempt, httpCheck, pathOf, RELEASES, speaker, tcpCheck, toolOf, toolsHere } from "./served.ts";

type Speaker = Awaited<ReturnType<typeof speaker>>;
const opened: Speaker[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((one) => one.close()))));

async function listen(answer: Parameters<typeof speaker>[0], where?: Parameters<typeof speaker>[1]): Promise<Speaker> {
  const one = await speaker(answer, where);
  opened.push(one);
  return one;
}

/** Says one thing and ends the connection. */
const says =
  (text: string | Buffer) =>
  (socket: Socket): void =>
    void socket.end(text);

const OK = "HTTP/1.1 200 OK\r\n";
const { release, previous } = RELEASES;

const SPEAKS_HTTP = toolsHere().filter(([tool]) => !["bash", "busybox-nc"].includes(tool));

test("there is something to try", () => expect(SPEAKS_HTTP.map(([tool]) => tool)).toContain("perl"));

describe.each(SPEAKS_HTTP)("by %s", (tool, tools) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench({ name: tool, shell: "/bin/sh", path: pathOf(tools) });
    await bench.open();
  });
  afterAll(async () => bench.close());

  const quirk = { wget: tool === "wget", busybox: tool === "busybox-wget" };
  const url = ({ port }: Speaker, path = "/"): string => `http://127.0.0.1:${port}${path}`;

  test("is what the host names, and asks once, plainly", async () => {
    const server = await listen(says(`${OK}Content-Length: 3\r\n\r\nyes`));
    expect(await attempt(bench, httpCheck(url(server, "/a?b=%20c")))).toMatchObject({ ok: true, text: "200 OK", tool });
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]).toMatch(/^GET \/a\?b=%20c HTTP\/1\.[01]\r\n/);
    expect(server.asked[0]).toContain(`\r\nHost: 127.0.0.1:${server.port}\r\n`);
    expect(server.asked[0]).not.toMatch(/gzip|deflate|br\b/);
    expect(readdirSync(bench.home("run", bench.session)).filter((name) => name !== "worker")).toEqual([]);
  });

  test("status, header, body and release are judged", async () => {
    const body = `<p>${release}</p>\nü`;
    const full = `${OK}X-Release: ${release}\r\nX-Ready: yes, it is\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const server = await listen(says(full));
    const here = url(server);
    const good = { status: [204, 200], header: { "x-ready": "yes", "X-Release": "" }, body: "</p>\nü", release: "body" } as const;
    expect(await attempt(bench, httpCheck(here, good))).toMatchObject({ ok: true });
    expect(await attempt(bench, httpCheck(here, { release: { header: "x-release" } }))).toMatchObject({ ok: true });
    const bad = async (more: Parameters<typeof httpCheck>[1]): Promise<string> =>
      (await attempt(bench, httpCheck(here, more))).text;
    expect(await bad({ status: [301] })).toBe("status 200 instead of 301");
    expect(await bad({ header: { "X-No": "" } })).toBe("there is no header X-No");
    expect(await bad({ header: { "X-Ready": "no" } })).toBe('the header X-Ready is "yes, it is", without "no"');
    expect(await bad({ body: "nothing of the kind" })).toBe('the body does not hold "nothing of the kind"');
    expect(await bad({ release: { header: "X-Ready" } })).toBe(`the header X-Ready is "yes, it is", not the release ${release}`);
  });

  test("P12: the old release is not taken for the new one", async () => {
    const server = await listen(says(`${OK}X-Release: ${previous}\r\nContent-Length: 24\r\n\r\nrelease ${previous}`));
    const still = `it is still the release ${previous} that answers`;
    expect(await attempt(bench, httpCheck(url(server), { release: "body" }))).toMatchObject({
      ok: false,
      text: `${still}, by the body`,
    });
    const byHeader = await attempt(bench, httpCheck(url(server), { release: { header: "X-Release" } }));
    expect(byHeader).toMatchObject({ ok: false, text: `${still}, by the header X-Release` });
  });

  test("an error tells what came back", async () => {
    const server = await listen(says(`HTTP/1.1 503 Service Unavailable\r\nContent-Length: 6\r\n\r\nasleep`));
    const verdict = await attempt(bench, httpCheck(url(server)));
    expect(verdict).toMatchObject({ ok: false, text: "status 503 instead of one from 200 to 299" });
    expect(verdict.answer?.statusLine).toBe("HTTP/1.1 503 Service Unavailable");
    if (!quirk.busybox) expect(verdict.answer?.body).toBe("asleep");
    expect(await attempt(bench, httpCheck(url(server), { status: [503] }))).toMatchObject({ ok: true });
  });

  test("a redirect is an answer, and not followed", async () => {
    const other = await listen(says(`${OK}Content-Length: 0\r\n\r\n`));
    const server = await listen(says(`HTTP/1.1 302 Found\r\nLocation: ${url(other, "/login")}\r\nContent-Length: 0\r\n\r\n`));
    const verdict = await attempt(bench, httpCheck(url(server)));
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.text).toContain(`status 302 instead of one from 200 to 299: ${url(server)} leads to ${url(other, "/login")}`);
    const meant = { status: [302], header: { Location: "/login" } };
    expect(await attempt(bench, httpCheck(url(server), meant))).toMatchObject({ ok: true });
    // BusyBox knows no way not to; but the first answer counts.
    if (!quirk.busybox) expect(other.asked).toEqual([]);
  });

  test("no content is an answer", async () => {
    // BusyBox waits for the end of the connection, which it has asked for.
    const server = await listen((socket) => {
      socket.write("HTTP/1.1 204 No Content\r\n\r\n");
      if (quirk.busybox) socket.end();
    });
    expect(await attempt(bench, httpCheck(url(server), { timeout: 30 }))).toMatchObject({ ok: true, text: "204 No Content" });
  });

  test("a body in chunks, and a server that keeps the connection", async () => {
    const server = await listen((socket) => {
      socket.write(`${OK}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n4\r\nrele\r\n`);
      setTimeout(() => socket.write(`14;x=y\r\nase ${release}\r\n0\r\n\r\n`), 50);
    });
    const verdict = await attempt(bench, httpCheck(url(server), { release: "body", body: "release", timeout: 30 }));
    expect(verdict).toMatchObject({ ok: true });
    const fixed = await listen((socket) => void socket.write(`${OK}Content-Length: 2\r\n\r\nok`));
    expect(await attempt(bench, httpCheck(url(fixed), { body: "ok", timeout: 30 }))).toMatchObject({ ok: true });
  });

  test("an answer that is announced first", async ({ skip }) => {
    if (quirk.busybox) skip("it takes the first for the answer");
    const server = await listen(says(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`));
    expect(await attempt(bench, httpCheck(url(server), { body: "ok" }))).toMatchObject({ ok: true, text: "200 OK" });
  });

  test("who connects and never answers is not waited for", async () => {
    const server = await listen(() => undefined);
    const verdict = await attempt(bench, httpCheck(url(server), { timeout: 1 }));
    expect(verdict).toMatchObject({ ok: false, answer: null });
    expect(verdict.text).toMatch(/^no (?:complete )?answer within 1 s$/);
    await until("its program is gone", () => bench.running(url(server)).length === 0);
  });

  test("who drips is not waited for, and what came is told", async () => {
    const server = await listen((socket) => {
      socket.write(`${OK}Content-Length: 1000\r\n\r\n`);
      const timer = setInterval(() => socket.write("drip "), 100);
      socket.on("close", () => clearInterval(timer));
    });
    const verdict = await attempt(bench, httpCheck(url(server), { timeout: 2 }));
    expect(verdict).toMatchObject({ ok: false });
    const byWget = quirk.busybox || quirk.wget;
    expect(verdict.text).toBe(byWget ? "no complete answer within 2 s" : "the answer did not end within 2 s");
    if (!byWget) expect(verdict.answer?.body).toMatch(/^drip drip /);
  });

  test("an endless body is cut, and what stands in its beginning found", async () => {
    const server = await listen((socket) => {
      socket.write(`${OK}X-A: b\r\n\r\nbegin ${release} `);
      const more = (): void => void (socket.writable && socket.write(Buffer.alloc(65_536, 120), () => setImmediate(more)));
      more();
    });
    const verdict = await attempt(bench, httpCheck(url(server), { body: "begin", release: "body", timeout: 30 }));
    expect(verdict).toMatchObject({ ok: true });
    expect(verdict.bytes).toBeLessThan(400_000);
    const missed = await attempt(bench, httpCheck(url(server), { body: "end", timeout: 30 }));
    expect(missed).toMatchObject({ ok: false, text: 'the body does not hold "end" in its first 256 KiB' });
  });

  test("a body of any bytes, and one that looks like ours", async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const ours = Buffer.from("\n0123456789abcde\n@token a fail host no\n@token e 1 0\n\u001b]0;title\u0007\u001b[2J\r\n");
    const body = Buffer.concat([ours, all, all]);
    const head = Buffer.from(`${OK}Content-Length: ${body.length}\r\n\r\n`);
    const server = await listen(says(Buffer.concat([head, body])));
    const verdict = await attempt(bench, httpCheck(url(server), { body: "\u001b[2J" }));
    expect(verdict).toMatchObject({ ok: true });
    expect(Buffer.from(verdict.answer?.body ?? "", "latin1").equals(body)).toBe(true);
  });

  test("an answer that is cut short does not pass", async () => {
    const server = await listen(says(`${OK}Content-Length: 100\r\n\r\nonly this`));
    const verdict = await attempt(bench, httpCheck(url(server)));
    expect(verdict.ok).toBe(false);
    expect(verdict.text).toContain("the answer was cut short");
  });

  test("who closes without a word, and who does not speak HTTP", async () => {
    const mute = await listen((socket) => void socket.end());
    expect((await attempt(bench, httpCheck(url(mute)))).ok).toBe(false);
    const other = await listen(says("SSH-2.0-OpenSSH_9.2\r\n"));
    expect((await attempt(bench, httpCheck(url(other)))).ok).toBe(false);
  });

  test("nobody listens: why is told", async () => {
    const server = await speaker(() => undefined);
    await server.close();
    const verdict = await attempt(bench, httpCheck(url(server)));
    expect(verdict).toMatchObject({ ok: false, answer: null });
    expect(verdict.text).toMatch(/refused|could ?n.t connect/i);
  });

  test("by IPv6, and by a name", async () => {
    const server = await listen(says(`${OK}Content-Length: 2\r\n\r\nok`), { host: "::1" });
    expect(await attempt(bench, httpCheck(`http://[::1]:${server.port}/`, { body: "ok" }))).toMatchObject({ ok: true });
    const four = await listen(says(`${OK}Content-Length: 2\r\n\r\nok`));
    expect(await attempt(bench, httpCheck(`http://localhost:${four.port}/`, { body: "ok" }))).toMatchObject({ ok: true });
  });

  test("connects where it is told to, and asks for what the URL says", async () => {
    const server = await listen(says(`${OK}Content-Length: 2\r\n\r\nok`));
    const check = httpCheck("http://shop.invalid/up?x=1", { connect: { host: "127.0.0.1", port: server.port } });
    expect(await attempt(bench, check)).toMatchObject({ ok: true });
    expect(server.asked[0]).toMatch(/^GET \/up\?x=1 /);
    expect(server.asked[0]).toContain("\r\nHost: shop.invalid\r\n");
  });

  test("P10: headers are sent literally, instead of ours", async () => {
    const server = await listen(says(`${OK}Content-Length: 0\r\n\r\n`));
    const odd = `"\\ $(touch pwned) \`id\` 'q' %41 ; # ü`;
    const send = { Host: "shop.example", "X-Odd": odd, "user-agent": "me" };
    expect(await attempt(bench, httpCheck(url(server), { send }))).toMatchObject({ ok: true });
    const lines = (server.asked[0] ?? "").split("\r\n");
    expect(lines).toContain("Host: shop.example");
    expect(lines).toContain(`X-Odd: ${Buffer.from(odd, "utf8").toString("latin1")}`);
    expect(lines.filter((line) => /^user-agent:/i.test(line)).map((line) => line.toLowerCase())).toEqual(["user-agent: me"]);
    expect(lines.filter((line) => /^host:/i.test(line))).toHaveLength(1);
  });

  test("is stopped by a cancel, with its program", async () => {
    const server = await listen(() => undefined);
    const stop = new AbortController();
    const trying = attempt(bench, httpCheck(url(server), { timeout: 60 }), { signal: stop.signal });
    await until("it has asked", () => server.asked.length > 0);
    stop.abort();
    await expect(trying).rejects.toMatchObject({ kind: "cancelled" });
    await until("its program is gone", () => bench.processes().every((pid) => !commandOf(pid).startsWith(tool.slice(0, 4))));
    expect(await bench.ask('slh_say "still there"\n')).toEqual(["still there"]);
  });

  test.skipIf(quirk.wget || quirk.busybox)("P10: a secret is in no list of processes", async () => {
    const server = await listen(() => undefined);
    const check = httpCheck(url(server), { send: { Authorization: { secret: "TOKEN" } }, timeout: 2 });
    const trying = attempt(bench, check, { send: { Authorization: "Bearer hunter2" } });
    await until("it has asked", () => server.asked.length > 0);
    const lines = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => commandOf(Number(pid)));
    expect(lines.filter((line) => line.includes("hunter2"))).toEqual([]);
    expect(server.asked[0]).toContain("\r\nAuthorization: Bearer hunter2\r\n");
    await trying;
  });

  const forAll = quirk.wget || quirk.busybox;
  test.runIf(forAll)("neither secrets nor sockets", async () => {
    const secret = { Authorization: { secret: "TOKEN" } };
    expect(await toolOf(bench, httpCheck("http://127.0.0.1/", { send: secret }))).toBeNull();
    expect(await toolOf(bench, httpCheck("http://127.0.0.1/", { unixSocket: "/s" }))).toBeNull();
  });

  test.skipIf(forAll)("through a socket", async () => {
    const path = join(scratch, `a socket ${tool}`);
    const server = await listen(says(`${OK}Content-Length: 2\r\n\r\nok`), { path });
    const check = httpCheck("http://shop/health", { unixSocket: path, body: "ok" });
    expect(await attempt(bench, check)).toMatchObject({ ok: true });
    expect(server.asked[0]).toContain("\r\nHost: shop\r\n");
    const none = await attempt(bench, { ...check, unixSocket: `${path} not there` });
    expect(none.ok).toBe(false);
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ");
  } catch {
    return "";
  }
}

describe.each(toolsHere().filter(([tool]) => !["curl", "wget", "busybox-wget"].includes(tool)))(
  "a port, by %s",
  (tool, tools) => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench({ name: tool, shell: "/bin/sh", path: pathOf(tools) });
      await bench.open();
    });
    afterAll(async () => bench.close());

    test("takes connections, or does not", async () => {
      const server = await listen(() => undefined);
      expect(await attempt(bench, tcpCheck("127.0.0.1", server.port))).toMatchObject({ ok: true, text: "connected", tool });
      expect(await attempt(bench, tcpCheck("localhost", server.port))).toMatchObject({ ok: true });
      const six = await listen(() => undefined, { host: "::1" });
      expect(await attempt(bench, tcpCheck("::1", six.port))).toMatchObject({ ok: true });
      await server.close();
      opened.splice(opened.indexOf(server), 1);
      const closed = await attempt(bench, tcpCheck("127.0.0.1", server.port));
      expect(closed).toMatchObject({ ok: false });
      expect(closed.text).toMatch(/refused/i);
    });
  },
);

describe.each(everyShell())("$name", (kind) => {
  test("tells which program there is, and makes an attempt", async () => {
    const bench = new Bench(kind);
    await bench.open();
    const server = await listen(says(`${OK}Content-Length: 2\r\n\r\nok`));
    const check = httpCheck(`http://127.0.0.1:${server.port}/it's`, { body: "ok" });
    expect(await attempt(bench, check)).toMatchObject({ ok: true });
    expect(await attempt(bench, tcpCheck("127.0.0.1", server.port))).toMatchObject({ ok: true });
    await bench.close();
  });
});

test("where there is nothing, nothing is named, and nothing is written", async () => {
  const bench = new Bench({ name: "none", shell: "/bin/sh", path: pathOf({}) });
  expect(await toolOf(bench, httpCheck("http://localhost/"))).toBeNull();
  expect(await toolOf(bench, tcpCheck("localhost", 80))).toBeNull();
  expect(readdirSync(bench.root)).toEqual([]);
  await bench.close();
});
