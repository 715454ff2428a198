import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Bench } from "./bench.ts";
import { scratch } from "./kinds.ts";
import { attempt, httpCheck, pathOf, toolOf, toolsHere } from "./served.ts";

const directory = join(scratch, "tls");
const ca = join(directory, "shop.pem");
const served: { host: string; name: string }[] = [];
let server: Server;
let port = 0;

beforeAll(async () => {
  mkdirSync(directory);
  const key = join(directory, "shop.key");
  const subject = ["-subj", "/CN=shop.example.org", "-addext", "subjectAltName=DNS:shop.example.org,IP:127.0.0.1"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca, "-days", "2", ...subject];
  execFileSync("openssl", made, { stdio: "ignore" });
  server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    const socket = request.socket as unknown as { servername: string | false };
    served.push({ host: request.headers.host ?? "", name: String(socket.servername) });
    response.end("hello");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const able = toolsHere().filter(([tool]) => ["curl", "python3", "wget"].includes(tool));
const unable = toolsHere().filter(([tool]) => ["perl", "busybox-wget"].includes(tool));

test("something here speaks TLS", () => expect(able.length).toBeGreaterThan(0));

describe.each(able)("TLS by %s", (tool, tools) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = new Bench({ name: tool, shell: "/bin/sh", path: pathOf(tools) }, { through: ["HOME=/nonexistent"] });
    await bench.open();
  });
  afterAll(async () => bench.close());

  test("a certificate that nobody vouches for does not pass", async () => {
    const before = served.length;
    const verdict = await attempt(bench, httpCheck(`https://127.0.0.1:${port}/`));
    expect(verdict).toMatchObject({ ok: false, answer: null });
    expect(verdict.text).toMatch(/certificate/i);
    expect(served.length).toBe(before);
  });

  test("one that is trusted does, where it is for that name", async () => {
    expect(await attempt(bench, httpCheck(`https://127.0.0.1:${port}/`, { ca, body: "hello" }))).toMatchObject({
      ok: true,
      tool,
    });
    expect(await attempt(bench, httpCheck(`https://localhost:${port}/`, { ca, body: "hello" }))).toMatchObject({ ok: false });
  });

  test("is asked for by the name in the URL, wherever it is connected to", async () => {
    const check = httpCheck(`https://shop.example.org:${port}/`, {
      ca,
      body: "hello",
      connect: { host: "127.0.0.1", port: null },
    });
    if (tool === "wget") {
      expect(await toolOf(bench, check)).toBeNull();
      return;
    }
    expect(await attempt(bench, check)).toMatchObject({ ok: true });
    expect(served.at(-1)).toEqual({ host: `shop.example.org:${port}`, name: "shop.example.org" });
    const other = httpCheck(`https://other.example.org:${port}/`, { ca, connect: { host: "127.0.0.1", port } });
    expect(await attempt(bench, other)).toMatchObject({ ok: false });
  });
});

test.each(unable)("%s, which verifies none, is not taken", async (tool, tools) => {
  const bench = new Bench({ name: tool, shell: "/bin/sh", path: pathOf(tools) });
  expect(await toolOf(bench, httpCheck("http://127.0.0.1/"))).toBe(tool);
  expect(await toolOf(bench, httpCheck("https://127.0.0.1/"))).toBeNull();
  await bench.close();
});

describe("settings of the user", () => {
  test("do not weaken a check, and no proxy stands between", async () => {
    const home = join(directory, "home");
    mkdirSync(home);
    execFileSync("sh", ["-c", 'echo insecure >"$1/.curlrc"; echo "check_certificate = off" >"$1/.wgetrc"', "sh", home]);
    for (const [tool, tools] of able) {
      const proxy = ["https_proxy=http://127.0.0.1:9", "http_proxy=http://127.0.0.1:9", "all_proxy=http://127.0.0.1:9"];
      const bench = new Bench({ name: tool, shell: "/bin/sh", path: pathOf(tools) }, { through: [`HOME=${home}`, ...proxy] });
      await bench.open();
      expect(await attempt(bench, httpCheck(`https://127.0.0.1:${port}/`))).toMatchObject({ ok: false });
      expect(await attempt(bench, httpCheck(`https://127.0.0.1:${port}/`, { ca }))).toMatchObject({ ok: true });
      await bench.close();
    }
  });
});
