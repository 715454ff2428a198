import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as ask,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { codes, labelled, tableOf } from "../docs/markdown.ts";
import { openProject, type Project } from "./project.ts";

const PAGE = "docs/how-to/notifications.md";

interface Got {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let base = "";
let got: Got[] = [];
/** What to do when somebody is told at `/silent`. */
let onSilent = (): void => undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      got.push({ url: request.url ?? "", headers: request.headers, body });
      if (request.url === "/silent") onSilent();
      else if (request.url?.startsWith("/gone") === true) response.writeHead(404).end(`Cannot POST ${request.url}`);
      else response.writeHead(request.url === "/broken" ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let project: Project;
beforeEach(() => {
  got = [];
  project = openProject();
});
afterEach(() => project.close());

test("a deploy and a rollback are told, a plan only shows who would be, and failures to tell cost no exit code", async () => {
  project.configure({ notify: [{ slack: { secret: "CHAT" } }, { webhook: `${base}/broken` }] });
  const env = { CHAT: `${base}/services/T0/B0/xyz` };
  const plan = await project.slh(["plan"], { env });
  expect(plan.stdout).toContain("tell    slack { secret: CHAT } (success, failure, return)");
  expect(plan.stdout).toContain(`webhook ${base}/*** (`);
  expect((await project.slh(["deploy", "--dry-run"], { env })).code).toBe(0);
  expect(got).toEqual([]);

  const deployed = await project.slh(["deploy", "-m", "see <!channel>"], { env });
  expect(deployed).toMatchObject({ code: 0 });
  expect(deployed.stdout + deployed.stderr).not.toContain("xyz");
  expect(deployed.stdout + deployed.stderr).toContain("it answered 500, twice");
  project.write({ "index.html": "<p>two</p>\n" });
  project.commit("<!here> second");
  expect((await project.slh(["deploy"], { env })).code).toBe(0);
  const back = await project.json(["rollback"], { env });
  expect(back).toMatchObject({ code: 0, outcome: "rolled-back" });
  expect(back.warnings).toHaveLength(1);
  const texts = got.filter(({ url }) => url !== "/broken").map(({ body }) => JSON.parse(body).text as string);
  expect(texts.map((text) => text.split("\n", 1)[0]?.replaceAll(/\d{8}T\d{6}Z|\(.*\)/g, "…"))).toEqual([
    "*shop production: deployed … …*",
    "*shop production: deployed …, before it was … …*",
    "*shop production: rolled back to … from … …*",
  ]);
  expect(texts[1]).toContain("&lt;!here&gt; second");
});

test("a second Ctrl-C is not needed where somebody who is told does not answer", async () => {
  project.configure({ notify: [{ webhook: `${base}/silent`, timeout: "5m" }] });
  const ended = await project.slh(["deploy"], { play: (child) => void (onSilent = () => void child.kill("SIGINT")) });
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain("whoever has not been told yet is not");
  expect(ended.stderr + ended.stdout).toContain("since you interrupted it");
  expect(ended.stdout).toContain("Deployed ");
});

describe("the how-to", () => {
  test("verifies the signature that is sent", async () => {
    project.configure({ notify: [{ webhook: `${base}/hook`, secret: "KEY" }] });
    expect((await project.slh(["deploy"], { env: { KEY: "a key" } })).code).toBe(0);
    const scratch = mkdtempSync(join(tmpdir(), "slh-verify-"));
    writeFileSync(join(scratch, "verify.mjs"), labelled(PAGE, "verify"));
    const { isFromUs } = await import(join(scratch, "verify.mjs"));
    rmSync(scratch, { recursive: true });
    const [{ body, headers }] = got as [Got];
    const signature = headers["x-slh-signature"];
    const tried = [
      isFromUs(body, signature, "a key"),
      isFromUs(body, signature, "another"),
      isFromUs(`${body} `, signature, "a key"),
      isFromUs(body, undefined, "a key"),
    ];
    expect(tried).toEqual([true, false, false, false]);
  });

  test.skipIf(spawnSync("curl", ["--version"]).error !== undefined)("tells a tracker with its script", async () => {
    project.configure({ notify: [{ command: "./scripts/tell.sh", secrets: ["TRACKER_TOKEN"] }] });
    project.write({ "scripts/tell.sh": { executable: `${labelled(PAGE, "tell")}\n` } });
    const commit = project.commit();
    const env = { TRACKER_TOKEN: "hush hush", TRACKER_URL: `${base}/releases` };
    expect(await project.slh(["deploy"], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(got).toMatchObject([{ url: "/releases", body: `version=${commit}&environment=production` }]);
    expect(got[0]?.headers.authorization).toBe("Bearer hush hush");
  });
});

test("REVISION and .release.json of a release have what the page says", async () => {
  const commit = project.git("rev-parse", "HEAD");
  const report = await project.json(["deploy", "-m", "Fix the login"]);
  const read = (name: string): string => readFileSync(join(project.appRoot, "current", name), "utf8");
  expect(read("REVISION")).toBe(`${commit}\n`);
  const told = JSON.parse(read(".release.json"));
  const documented = tableOf("docs/how-to/notifications.md", "File").flatMap(([, field]) => codes(field));
  expect(Object.keys(told).toSorted()).toEqual(documented.toSorted());
  expect(told).toMatchObject({
    schema: 1,
    id: report.release,
    app: "shop",
    environment: "production",
    revision: commit,
    tree: report.tree,
    source: `HEAD (${commit.slice(0, 7)})`,
    message: "Fix the login",
    by: expect.stringContaining("@"),
  });
  expect(new Date(told.createdAt).toISOString()).toBe(told.createdAt);

  project.configure({ source: { directory: "lib" } });
  const other = await project.json(["deploy"]);
  expect(other.revision).toBe(null);
  expect(() => read("REVISION")).toThrow("ENOENT");
  expect(JSON.parse(read(".release.json")).revision).toBe(null);
});

describe("behind a proxy", () => {
  let proxy: Server;
  let address = "";
  let asked: string[] = [];
  /** The port that tunnels lead to; 0: none is opened. */
  let tunnel = 0;
  /** Forwards what it is asked for to our server, whatever the name; opens no tunnel. */
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    const { pathname } = new URL(request.url ?? "");
    const { method, headers } = request;
    request.pipe(
      ask(`${base}${pathname}`, { method, headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0))),
    );
  };
  beforeAll(async () => {
    proxy = createServer(forward).on("connect", ({ url }, socket) => {
      asked.push(`CONNECT ${url}`);
      if (tunnel === 0) socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      else {
        const other = connect(tunnel, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
        socket.pipe(other).pipe(socket);
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  beforeEach(() => void (asked = []));

  const told = async (webhook: string, env: Readonly<Record<string, string>>): Promise<string> => {
    project.configure({ notify: [{ webhook }] });
    const { code, stdout, stderr } = await project.slh(["deploy"], { env });
    expect(code).toBe(0);
    return stdout + stderr;
  };

  test("it is told through it, whose password is not shown", async () => {
    const shown = await told("http://hooks.invalid/a", { HTTP_PROXY: `http://bob:hunter2@${address}` });
    expect(asked).toEqual([`POST http://hooks.invalid/a Basic ${Buffer.from("bob:hunter2").toString("base64")}`]);
    expect(got.map(({ url, body }) => [url, JSON.parse(body).event])).toEqual([["/a", "success"]]);
    expect(shown).not.toContain("hunter2");
  });

  test("small letters come first, and a scheme may be left out", async () => {
    await told("http://hooks.invalid/b", { http_proxy: address, HTTP_PROXY: "http://127.0.0.1:9" });
    expect(got.map(({ url }) => url)).toEqual(["/b"]);
  });

  test("whoever is in NO_PROXY, and what HTTP_PROXY does not name, is told without it", async () => {
    await told(`${base}/c`, { HTTP_PROXY: `http://${address}`, NO_PROXY: "localhost,127.0.0.1" });
    project.write({ "index.html": "more" });
    project.commit();
    await told(`${base}/d`, { HTTPS_PROXY: `http://${address}` });
    expect([asked, got.map(({ url }) => url)]).toEqual([[], ["/c", "/d"]]);
  });

  test("an encrypted one by a tunnel; where that is refused, the proxy is named", async () => {
    const shown = await told("https://hooks.invalid/T0KEN", { HTTPS_PROXY: `http://bob:hunter2@${address}` });
    expect(asked).toEqual(["CONNECT hooks.invalid:443", "CONNECT hooks.invalid:443"]);
    expect(shown).toContain("(HTTPS_PROXY is set)");
    expect(shown).toContain("or name the machine in NO_PROXY");
    expect(shown).not.toMatch(/hunter2|T0KEN/u);
  });

  test.skipIf(spawnSync("openssl", ["version"]).error !== undefined)("and is encrypted from end to end", async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(project.directory, "..", name)) as [string, string];
    const subject = ["-subj", "/CN=hooks.invalid", "-addext", "subjectAltName=DNS:hooks.invalid"];
    spawnSync("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "2",
      ...subject,
    ]);
    const target = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      got.push({ url: request.url ?? "", headers: request.headers, body: "" });
      response.end();
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    tunnel = (target.address() as AddressInfo).port;
    try {
      await told("https://hooks.invalid/T0KEN", { HTTPS_PROXY: `http://${address}`, NODE_EXTRA_CA_CERTS: cert });
    } finally {
      tunnel = 0;
      target.close();
      target.closeAllConnections();
    }
    expect([asked, got.map(({ url }) => url)]).toEqual([["CONNECT hooks.invalid:443"], ["/T0KEN"]]);
  });

  test.each(["http://127.0.0.1:9", "http://a b:hunter2@c/"])("a proxy that is none (%s) is a warning", async (broken) => {
    const shown = await told("http://hooks.invalid/", { HTTP_PROXY: broken });
    expect(shown).toContain("(HTTP_PROXY is set)");
    expect(shown).not.toContain("hunter2");
  });
});

test("P10: no part of an address is shown where a server says it again", async () => {
  project.configure({ notify: [{ webhook: `${base}/gone/T0KEN?key=a%20b` }, { slack: { secret: "CHAT" } }] });
  const { code, stdout, stderr } = await project.slh(["deploy"], { env: { CHAT: `${base}/gone/0THER` } });
  expect(code).toBe(0);
  expect(stdout + stderr).toContain('it answered 404, "Cannot POST ***"');
  expect(stdout + stderr).not.toMatch(/T0KEN|0THER|a%20b/u);
});
