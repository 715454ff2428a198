import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { until } from "../hosts/until.ts";
import { linkAt } from "../target/bench.ts";
import { live } from "./disk.ts";
import { openProject, type Project } from "./project.ts";

type Answer = (response: ServerResponse, served: string) => void;
const plainly: Answer = (response, served) => void response.end(`<p>${served}</p>`);

let server: Server;
let project: Project;
let answer: Answer = plainly;
let asked = 0;

/** Serves what the first app root's link leads to. */
async function serve(where: number | string): Promise<string> {
  server = createServer((_request, response) => {
    asked++;
    answer(response, basename(linkAt(join(project.roots[0] ?? "", "current")) ?? "nothing"));
  });
  await new Promise<void>((resolve) => void server.listen(where, resolve));
  return typeof where === "string" ? "http://app/" : `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function quiet(): void {
  server.closeAllConnections();
  server.close();
}

describe("P12: a deploy on this machine", () => {
  let url: string;
  beforeAll(async () => void (url = await serve(0)));
  afterAll(quiet);
  beforeEach(() => {
    answer = plainly;
    asked = 0;
    project = openProject();
  });
  afterEach(() => project.close());

  test("is done when the new release has answered, and says so", async () => {
    project.configure({ check: { http: { url, release: "body" } } });
    const planned = await project.slh(["plan"]);
    expect(planned.stdout).toMatch(/check +http:\/\/\S+ {2}\(release in the body, within 30 s\)/);
    expect(asked).toBe(0);
    const { code, stdout, stderr } = await project.slh(["deploy"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/served[: ].*200 OK/);
    expect(asked).toBe(1);
  });

  test("goes back by itself where it does not, and shows what came back, harmlessly", async () => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    project.configure({ check: { http: url, within: 0 } });
    answer = (response, served) =>
      served === before
        ? plainly(response, served)
        : void response.writeHead(500).end("\u001b]0;owned\u0007\u001b[2JNo database\r\n\u0000".slice(0, -1));
    const { code, stdout, stderr } = await project.slh(["deploy", "--force"]);
    expect(code).toBe(5);
    expect(live(project.appRoot)).toBe(before);
    expect(stderr).toContain("status 500 instead of one from 200 to 299 (tried once)");
    expect(stderr).toContain("HTTP/1.1 500 Internal Server Error");
    expect(stderr).toContain("No database");
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    const ledger = readFileSync(join(project.appRoot, ".symlink-helper/ledger.jsonl"), "utf8");
    expect(ledger).toMatch(/"returned".*status 500/);
  });

  test("SIGINT while it is checked: taken back, 130", async () => {
    await project.slh(["deploy"]);
    const before = live(project.appRoot);
    project.configure({ check: { http: url, within: "5m", timeout: "5m" } });
    answer = (response, served) => (served === before ? plainly(response, served) : undefined);
    const { code, stderr } = await project.slh(["deploy", "--force"], {
      play: (child) => void until("it is asked", () => asked > 0).then(() => child.kill("SIGINT")),
    });
    expect(code).toBe(130);
    expect(stderr).toContain("Every host serves what it served before.");
    expect(live(project.appRoot)).toBe(before);
  });

  test("of what is live already checks nothing", async () => {
    await project.slh(["deploy"]);
    project.configure({ check: { http: url } });
    expect(await project.json(["deploy"])).toMatchObject({ code: 0, outcome: "unchanged" });
    expect(asked).toBe(0);
  });
});

describeHosts("P5: the controller is killed while it checks", () => {
  let fleet: Fleet;
  let url: string;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 2 });
    project = openProject({ fleet });
    url = await serve(0);
  });
  afterAll(async () => {
    quiet();
    project.close();
    await fleet.stop();
  });

  test("both hosts go back by themselves", async () => {
    answer = plainly;
    await project.slh(["deploy"]);
    const before = project.roots.map(live);
    expect(before[0]).not.toBeNull();
    project.configure({ lease: "4s", ssh: { config: fleet.sshConfigFile }, check: { http: url, within: "5m", timeout: "5m" } });
    answer = () => undefined;
    asked = 0;
    const { code } = await project.slh(["deploy", "--force"], {
      play: (child) => void until("it is asked", () => asked > 0).then(() => child.kill("SIGKILL")),
    });
    expect(code).toBeNull();
    await until("both went back", () => project.roots.map(live).join() === before.join());
    await sleep(100);
    answer = plainly;
    expect(await project.json(["deploy", "--force"])).toMatchObject({ code: 0, outcome: "deployed" });
  });
});
