import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { live } from "../../e2e/disk.ts";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { emptyRoots, type Fleet, startFleet } from "../../hosts/fleet.ts";
import { type Aftermath, beginAftermath } from "./aftermath.ts";
import { type Job, openJob } from "./runner.ts";
import { openShop, type Shop } from "./shop.ts";

const HOSTILE = String.raw`printf '::add-mask::e\n  ::set-output name=release::owned\n##[error]owned\nx ##[add-mask]e\n::error::owned\nEOF\nrelease=owned\n::stop-commands::x\n\033[31mred\033]0;title\007\n'`;
const TOKEN = "token-0123456789";
const CERTIFICATE = "-----BEGIN-----\ncertificate-abcdef\n{\ncertificate-ghijkl\n-----END-----";
const SECRETS = `TOKEN=${TOKEN}\nCERTIFICATE<<END OF IT\n${CERTIFICATE}\nEND OF IT`;

describeHosts("the action, on a runner and with hosts by ssh", () => {
  let fleet: Fleet;
  let shop: Shop;
  let job: Job;
  let aftermath: Aftermath;
  beforeAll(async () => void (fleet = await startFleet({ hosts: 2 })));
  afterAll(async () => fleet.stop());
  beforeEach(() => {
    emptyRoots(fleet);
    shop = openShop(fleet);
    job = openJob(shop.directory);
    aftermath = beginAftermath(fleet, shop, [TOKEN, CERTIFICATE]);
  });
  afterEach(() => {
    job.close();
    shop.close();
  });

  const lives = (): readonly (string | null)[] => fleet.hosts.map(({ directory }) => live(directory));

  test("promotes what another environment serves", async () => {
    const [one, other] = fleet.hosts.map(({ name, reachedAt: { address, port } }) => ({
      name,
      host: address,
      port,
      user: "root",
    }));
    shop.configure({ environments: { staging: { hosts: [one] }, production: { hosts: [other] } } });
    expect(await job.step({ environment: "staging", ...shop.ssh })).toMatchObject({ code: 0 });
    const staged = job.outputs()["release"] ?? "";
    shop.configure({ environments: { staging: { hosts: [one] }, production: { hosts: [other] } }, tasks: { build: "exit 1" } });
    const named = { environment: "production", from: "staging", release: staged, ...shop.ssh };
    expect(await job.step(named)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(job.outputs()["report"] ?? "", "utf8"))).toMatchObject({
      outcome: "deployed",
      promotedFrom: { environment: "staging", release: staged },
    });
    const lines = shop.ssh["known-hosts"].split("\n").filter((line) => !line.includes(one?.host ?? ""));
    const unknown = await job.step({ ...named, "known-hosts": lines.join("\n") });
    expect([unknown.code, JSON.stringify(unknown.obeyed)]).toEqual([2, expect.stringContaining("ssh-keyscan")]);
  });

  test("deploys, goes back and looks: outputs, summary, groups; no secret anywhere, and nothing of a host obeyed", async () => {
    const run = `: named-its-secret; printf '%s\\n' "$TOKEN" "$CERTIFICATE"; ${HOSTILE}`;
    const build = "! env | grep -E '^(INPUT|STATE|ACTIONS)_|^GITHUB_(ENV|OUTPUT|PATH|STATE)='";
    shop.configure({ tasks: { build, prepare: { run, secrets: ["TOKEN", "CERTIFICATE"] }, afterSwitch: HOSTILE } });
    const inputs = { environment: "production", secrets: SECRETS, ...shop.ssh };
    const first = await job.step({ ...inputs, message: "The first; $(touch owned) 'of' it" });
    expect([first.code, first.shown]).toEqual([0, expect.stringContaining("web2 | ***")]);
    expect(first.obeyed.map(({ name, data }) => `${name} ${data}`)).toContain("group switch");
    // Before anything else is said, and each line: the runner hides by lines.
    const said = first.raw.split("\n").findIndex((line) => !line.startsWith("::add-mask::"));
    const masked = first.raw.split("\n").slice(0, said);
    const hidden = [...shop.keyLines, TOKEN, "certificate-abcdef", "certificate-ghijkl"].map((line) => `::add-mask::${line}`);
    expect(masked).toEqual(expect.arrayContaining(hidden));
    const made = job.outputs();
    expect(made).toMatchObject({
      outcome: "deployed",
      "previous-release": "",
      revision: shop.git("rev-parse", "HEAD"),
      "hosts-ok": "web1,web2",
      "hosts-failed": "",
      changed: "true",
      "exit-code": "0",
    });
    expect(lives()).toEqual([made["release"], made["release"]]);
    expect(Number(made["duration-ms"])).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(made["report"] ?? "", "utf8"))).toMatchObject({ release: made["release"] });
    expect(job.summary()).toMatch(/^### ✅ Deployed [^]*<code>web1<\/code> \|/u);

    // What an earlier job built, called from where that put it.
    shop.write({ "out/index.html": "<p>two</p>\n" });
    spawnSync("tar", ["-cf", "shop.tar", "index.html"], { cwd: join(shop.directory, "out") });
    const sha256 = createHash("sha256")
      .update(readFileSync(join(shop.directory, "out/shop.tar")))
      .digest("hex");
    const built = { "working-directory": "out", archive: "shop.tar", sha256, hosts: "web1\nweb2", args: "--force\n--verbose" };
    const second = await job.step({ ...inputs, ...built });
    expect([second.code, job.outputs()["previous-release"]]).toEqual([0, made["release"]]);
    expect(job.outputs()["revision"]).toBe(`sha256:${sha256}`);
    expect(job.summary()).toContain("rollback production");

    const back = await job.step({ ...inputs, command: "rollback", release: made["release"] ?? "" });
    expect([back.code, lives()]).toEqual([0, [made["release"], made["release"]]]);
    expect(job.outputs()).toMatchObject({ outcome: "rolled-back", release: made["release"], changed: "true" });

    const looked = await job.step({ ...inputs, command: "status" });
    expect([looked.code, looked.shown]).toEqual([0, expect.stringContaining(made["release"] ?? "?")]);
    expect(job.outputs()).toMatchObject({ outcome: "done", release: made["release"], changed: "false", "hosts-ok": "web1,web2" });
    const ended = await job.post();
    expect([ended.code, ended.raw]).toEqual([0, ""]);
    aftermath.check(job, [first, second, back, looked, ended]);
  }, 180_000);

  test("shows a plan for a pull request of the repository itself, through a jump host, known by a file of the repository", async () => {
    const [{ address, port }, host] = [fleet.host("web2"), { name: "web1", host: "inner" }];
    const ssh = { options: { UserKnownHostsFile: "deploy/known_hosts" } };
    shop.configure({ ssh, environments: { production: { hosts: [host] } } });
    shop.write({ "deploy/known_hosts": shop.ssh["known-hosts"] });
    const inner = `Host inner\n  HostName ${fleet.host("web1").address}\n  Port ${port}\n  User root\n  ProxyJump gate\n`;
    const gate = `Host gate\n  HostName ${address}\n  Port ${port}\n  User root\n`;
    job.close();
    const payload = { pull_request: { head: { repo: { full_name: "acme/shop" } } } };
    job = openJob(shop.directory, { name: "pull_request", payload });
    const given = { command: "plan", "ssh-private-key": shop.ssh["ssh-private-key"], "ssh-config": inner + gate };
    const connections = fleet.host("web2").log().connections;
    // Options of the configuration do not reach jump hosts: ssh looks elsewhere for the key of this one.
    const refused = await job.step(given);
    const said = refused.obeyed.find(({ name }) => name === "error")?.data ?? "";
    expect([refused.code, said]).toEqual([2, expect.stringMatching(/^No host key is known of gate \(\[[\d.]+\]:\d+\)\./u)]);
    const planned = await job.step({ ...given, "known-hosts": shop.ssh["known-hosts"] });
    expect(fleet.host("web2").log().connections).toBe(connections + 1);
    expect([planned.code, job.outputs()]).toEqual([0, expect.objectContaining({ outcome: "deploy", changed: "false" })]);
    expect(job.summary()).toContain("plan");
    expect(lives()).toEqual([null, null]);
    aftermath.check(job, [refused, planned, await job.post()], ["error"]);
  });

  test("a failing deploy: an annotation for the host, outputs, the page, and the exit code of the program", async () => {
    shop.configure({
      tasks: { prepare: { run: `: named-its-secret; echo "$TOKEN"; ${HOSTILE}; test "$SLH_HOST" != web2`, secrets: ["TOKEN"] } },
    });
    const failed = await job.step({ secrets: SECRETS, ...shop.ssh });
    expect([failed.code, lives()]).toEqual([1, [null, null]]);
    expect(job.outputs()).toMatchObject({ outcome: "failed", "hosts-failed": "web1,web2", changed: "false", "exit-code": "1" });
    const errors = failed.obeyed.filter(({ name }) => name === "error");
    expect(errors.map(({ properties }) => properties)).toContain("title=web2%3A prepare");
    expect(job.summary()).toContain("Last lines of web2");
    const names = errors.map(({ name }) => name);
    aftermath.check(job, [failed, await job.post()], names);
  });

  test("a wrong configuration: annotations with file and line, 2", async () => {
    shop.configure({ roto: "/x", keep: "many" });
    const wrong = await job.step({ ...shop.ssh });
    expect([wrong.code, job.outputs()["outcome"], job.outputs()["exit-code"]]).toEqual([2, "invalid", "2"]);
    const places = wrong.obeyed.filter(({ name }) => name === "error").map(({ properties }) => properties);
    expect(places).toHaveLength(2);
    for (const place of places) expect(place).toMatch(/^title=Configuration,file=symlink-helper\.yaml,line=\d+,col=\d+$/u);
    aftermath.check(job, [wrong, await job.post()], ["error", "error"]);
  });

  test("P10: without host keys nobody is connected to, and it says what to type", async () => {
    const [web1, web2] = fleet.hosts;
    const connected = web1?.log().connections;
    const refused = await job.step({
      "ssh-private-key": shop.ssh["ssh-private-key"],
      "known-hosts": shop.ssh["known-hosts"].split("\n")[0] ?? "",
    });
    expect([refused.code, job.outputs()["outcome"], web1?.log().connections]).toEqual([2, "invalid", connected]);
    const said = refused.obeyed.find(({ name }) => name === "error")?.data ?? "";
    expect(said).toContain(`ssh-keyscan -t ed25519 -p ${web2?.port} ${web2?.address} >> known_hosts`);
    for (const part of ["ssh-keygen -lf known_hosts", "vars.SSH_KNOWN_HOSTS", "--env production"]) expect(said).toContain(part);
    expect(said).not.toContain(`${web1?.address} `);
    expect(job.summary()).toContain("ssh-keyscan");
    aftermath.check(job, [refused, await job.post()], ["error"]);
  });

  test("P10: a host with another key than the known one is refused", async () => {
    const keys = shop.ssh["known-hosts"].split("\n");
    const swapped = keys.map((line, at) => line.replace(/ .*/u, ` ${keys[1 - at]?.replace(/^\S+ /u, "")}`)).slice(0, 2);
    const refused = await job.step({ ...shop.ssh, "known-hosts": swapped.join("\n") });
    expect([refused.code, job.outputs()["hosts-failed"], lives()]).toEqual([1, "web1,web2", [null, null]]);
    expect(refused.shown).toMatch(/host key/iu);
    aftermath.check(job, [refused, await job.post()], ["error", "error"]);
  });

  test("a stranger's code meets no host and no secret, unless somebody says so", async () => {
    const began = (name: string, payload: object): void => {
      job.close();
      job = openJob(shop.directory, { name, payload });
    };
    began("pull_request_target", { pull_request: { head: { repo: { full_name: "acme/shop" } } } });
    const refused = [await job.step({ command: "plan", ...shop.ssh })];
    began("pull_request", { pull_request: { head: { repo: { full_name: "stranger/shop" } } } });
    refused.push(await job.step({ command: "plan", ...shop.ssh }), await job.step({ command: "status" }));
    for (const { code, obeyed } of refused)
      expect([code, obeyed.find(({ name }) => name === "error")?.properties]).toEqual([2, "title=Not trusted"]);
    expect(fleet.hosts[0]?.processes()).toEqual([]);
    const configured = await job.step({ command: "config" });
    expect([configured.code, job.outputs()["outcome"]]).toEqual([0, "done"]);
    const allowed = await job.step({ command: "plan", ...shop.ssh, "let-code-of-strangers-use-my-secrets": "true" });
    expect([allowed.code, job.outputs()["outcome"]]).toEqual([0, "deploy"]);
    aftermath.check(job, [...refused, configured, allowed, await job.post()], ["error", "error", "error"]);
  });

  test("a key with a passphrase, none at all, an empty secret, no directory: refused in words that hold none of it", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "slh-key-"));
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "words that open it", "-f", join(scratch, "key")]);
    const locked = readFileSync(join(scratch, "key"), "utf8");
    rmSync(scratch, { recursive: true });
    const rans = [
      await job.step({ ...shop.ssh, "ssh-private-key": locked }),
      await job.step({ ...shop.ssh, "ssh-private-key": "not-a-key\nat-all-123" }),
      await job.step({ ...shop.ssh, secrets: "TOKEN=" }),
      await job.step({ ...shop.ssh, secrets: `TOKEN=${TOKEN}\n${TOKEN}` }),
      await job.step({ ...shop.ssh, "working-directory": "missing" }),
    ];
    const said = rans.map(({ obeyed }) => obeyed.find(({ name }) => name === "error")?.data ?? "");
    const words = [
      "has a passphrase",
      "no private key",
      "What begins in line 1 of `secrets` is empty",
      "Line 2 of `secrets`",
      "There is no directory /",
    ];
    for (const [at, part] of words.entries()) expect(said[at]).toContain(part);
    expect(rans.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(said.join().includes("at-all-123") || said.join().includes(TOKEN)).toBe(false);
  });
});
