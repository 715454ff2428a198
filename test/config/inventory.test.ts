import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/files.mjs";
import { configurationReader } from "../../src/cli/configuration.ts";
import { readKnown } from "../../src/completion/known.ts";
import { configDocument } from "../../src/config/document.ts";
import { findHosts, loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { UserError } from "../../src/errors.ts";

const fixture = (name: string): string => join(root, "test/config/fixtures", name);

/** What ansible-inventory of core 2.14.18 printed for inventory.yml, and a program that prints it, with what else it does. */
const RECORDED = readFileSync(fixture("ansible-inventory.json"), "utf8");

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-inventory-"));
  file = join(directory, "symlink-helper.yaml");
  mkdirSync(join(directory, "bin"));
  copyFileSync(fixture("inventory.yml"), join(directory, "inventory.yml"));
  writeFileSync(join(directory, "printed.json"), RECORDED);
  ansible('[ "$1 $2" = "--list -i" ] && [ -f "$3" ] && pwd >asked && cat printed.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A stand-in for the real program. */
function ansible(script: string): void {
  const path = join(directory, "bin/ansible-inventory");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

async function load(
  hosts: string,
  more: { readonly limit?: number; readonly signal?: AbortSignal; readonly settings?: string } = {},
) {
  const { settings = "", ...limits } = more;
  writeFileSync(file, `app: shop\nroot: /srv/shop\n${settings}environments:\n  production:\n    hosts: ${hosts}\n`);
  const env = { PATH: `${directory}/bin:/usr/bin:/bin`, NAMES: "web1 web2" };
  const loaded = await loadConfig({ file, ask: (request) => findHosts(request, { env, ...limits }) });
  if (!loaded.ok) return renderDiagnostics(loaded.diagnostics).replaceAll(directory, "DIR");
  const named = loaded.config.hosts.map(({ name, address, roles }) => [
    name,
    address.kind === "local" ? "local" : [address.user, address.host, address.port].join("|"),
    roles.join(" "),
  ]);
  return { named, loaded, warnings: renderDiagnostics(loaded.warnings) };
}

type Named = Exclude<Awaited<ReturnType<typeof load>>, string>;

const named = async (hosts: string): Promise<unknown> => ((await load(hosts)) as Named).named;

describe("an inventory of Ansible", () => {
  test("hosts of a group, with address, user, port and key, and their groups as roles", async () => {
    const { named, loaded } = (await load("{ ansible: inventory.yml, group: production }")) as Named;
    expect(named).toEqual([
      ["web01.example.org", "deploy|web01.example.org|", "production web"],
      ["web02.example.org", "deploy|web02.example.org|", "jobs production web"],
      ["odd", "deploy|2001:db8::1|2222", "production web"],
      ["here", "local", "jobs production"],
    ]);
    const [, , odd] = loaded.ok ? loaded.config.hosts : [];
    expect(odd?.address).toMatchObject({ options: { IdentityFile: "~/.ssh/odd" } });
    expect(readFileSync(join(directory, "asked"), "utf8").trim()).toBe(directory);
  });

  const isReal = spawnSync("ansible-inventory", ["--version"]).status === 0;
  test.skipIf(!isReal)("the stand-in prints what the real program prints", () => {
    const { stdout } = spawnSync("ansible-inventory", ["--list", "-i", fixture("inventory.yml")], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(RECORDED));
  });

  test.skipIf(!isReal)("the real one is asked for its hosts", async () => {
    rmSync(join(directory, "bin/ansible-inventory"));
    expect(await named("{ ansible: inventory.yml, group: jobs }")).toEqual([
      ["here", "local", "jobs production"],
      ["web02.example.org", "deploy|web02.example.org|", "jobs production web"],
    ]);
  });

  test("what it says for ssh itself is not taken over, and that is told", async () => {
    const { warnings } = (await load("{ ansible: inventory.yml, group: bastion }")) as Named;
    expect(warnings).toMatch(/symlink-helper\.yaml:5:23: warning: .*`ansible_ssh_common_args`.*"far" is not used/u);
  });

  // What was wrong, where it is called, and what to do.
  test.each([
    ["{ ansible: inventory.yml, group: wbe }", '5:45: error: The inventory has no group "wbe"', "Did you mean `web`?"],
    [
      "{ ansible: inventory.yml, group: nothing-like-it }",
      "The inventory has no group",
      "Its groups: bastion, first, jobs, production",
    ],
    ["{ ansible: nosuch.yml }", "5:23: error: There is no inventory DIR/nosuch.yml", "relative to the folder of this file"],
    [
      "{ ansible: inventory.yml }",
      '5:23: error: Ansible reaches "desk" through "winrm", but this program only over SSH',
      "another `group`",
    ],
    ["{ ansible: inventory.yml, group: templates }", '`ansible_host` of "lonely" is a template', "Write the value itself"],
  ])("refused: %s", async (hosts, message, hint) => {
    const said = await load(hosts);
    expect(said).toContain(message);
    expect(said).toContain(hint);
  });

  /** One host with these variables, as `ansible-inventory` would print it. */
  const printing = (variables: unknown): void => {
    const hostvars = { web1: variables, web2: {} };
    writeFileSync(join(directory, "printed.json"), JSON.stringify({ _meta: { hostvars }, all: { hosts: ["web1", "web2"] } }));
  };

  test.each<[unknown, string]>([
    [{ ansible_port: "abc" }, '`ansible_port` of "web1" is no port: "abc"'],
    [{ ansible_ssh_port: "22a" }, '`ansible_ssh_port` of "web1" is no port: "22a"'],
    [{ ansible_port: 22.5 }, '`ansible_port` of "web1" must be text or a whole number, but is 22.5'],
    [{ ansible_port: [22] }, '`ansible_port` of "web1" must be text or a whole number, but is a list'],
    [{ ansible_ssh_port: true }, '`ansible_ssh_port` of "web1" must be text or a whole number, but is true'],
    [{ ansible_host: 5 }, '`ansible_host` of "web1" must be text, but is 5'],
    [{ ansible_host: { a: 1 }, ansible_ssh_host: "10.0.0.1" }, '`ansible_host` of "web1" must be text, but is a map'],
    [{ ansible_user: ["deploy"] }, '`ansible_user` of "web1" must be text or a whole number, but is a list'],
    [{ ansible_user: false }, '`ansible_user` of "web1" must be text or a whole number, but is false'],
    [{ ansible_ssh_private_key_file: 7 }, '`ansible_ssh_private_key_file` of "web1" must be text, but is 7'],
    [{ ansible_connection: ["local"] }, '`ansible_connection` of "web1" must be text, but is a list'],
    [["ansible_port"], 'The variables of "web1" must be a map, but are a list'],
  ])("a variable of a type that Ansible cannot use either is refused: %j", async (variables, message) => {
    printing(variables);
    expect(await load("{ ansible: inventory.yml }")).toContain(`5:23: error: ${message}`);
  });

  test.each<[object, string]>([
    [{ web: { hosts: ["web1", 5] } }, '`hosts` of the group "web" must be a list of names'],
    [{ web: ["web1", ["web2"]] }, '`hosts` of the group "web" must be a list of names'],
    [{ web: { hosts: "web1" }, db: ["db1"] }, '`hosts` of the group "web" must be a list of names'],
    [{ web: { hosts: ["web1"], children: { db: {} } } }, '`children` of the group "web" must be a list of names'],
  ])("no host of a group is lost without a word: %j", async (groups, message) => {
    writeFileSync(join(directory, "printed.json"), JSON.stringify(groups));
    expect(await load("{ ansible: inventory.yml }")).toContain(`5:23: error: ${message}`);
  });

  test("a variable that Ansible takes is taken: a number as text, a number for a name, and no value for none", async () => {
    printing({
      ansible_port: "22",
      ansible_user: 1000,
      ansible_host: null,
      ansible_ssh_host: "10.0.0.1",
      ansible_connection: "",
    });
    expect(await named("{ ansible: inventory.yml }")).toEqual([
      ["web1", "1000|10.0.0.1|22", ""],
      ["web2", "|web2|", ""],
    ]);
  });

  test("all that is wrong is told at once", async () => {
    printing({ ansible_port: [], ansible_host: 5, ansible_user: "{{ me }}" });
    const said = await load("{ ansible: inventory.yml }");
    expect(said).toContain('5:23: error: `ansible_host` of "web1" must be text, but is 5');
    expect(said).toMatch(
      /Wrong, too: `ansible_user` of "web1" is a template.*; `ansible_port` of "web1" must be text or a whole number, but is a list\./u,
    );
  });

  test.each([
    [
      "that fails",
      "echo 'ERROR! no vault secret' >&2; exit 4",
      "`ansible-inventory` ended with code 4 and named no hosts",
      "It said: ERROR! no vault secret",
    ],
    [
      "that names nobody",
      'echo \'{"_meta": {"hostvars": {}}, "all": {"children": ["ungrouped"]}}\'; echo \'[WARNING]: broken\' >&2',
      "`ansible-inventory` named no host",
      "It said: [WARNING]: broken",
    ],
    ["that prints something else", "echo oops", "is no JSON", "Try it by hand."],
    ["that hangs", "sleep 600 & wait", "`ansible-inventory` did not name its hosts within 1 s, and was stopped", ""],
    ["that moves the cursor", String.raw`printf '\033[2J\033]0;title\007evil' >&2; exit 1`, "ended with code 1", "evil"],
  ])("a program %s", async (_, script, message, hint) => {
    ansible(script);
    const said = await load("{ ansible: inventory.yml }", script.includes("sleep") ? { limit: 1000 } : {});
    expect(said).toContain(message);
    expect(said).toContain(hint);
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });

  test("a program that is not there", async () => {
    rmSync(join(directory, "bin/ansible-inventory"));
    writeFileSync(file, "app: a\nroot: /r\nenvironments: { p: { hosts: { ansible: inventory.yml } } }\n");
    const loaded = await loadConfig({ file, ask: (request) => findHosts(request, { env: { PATH: join(directory, "bin") } }) });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toMatch(
      /`ansible-inventory`, which reads inventories, is not installed here\n[^]*apt-get install ansible-core/u,
    );
  });

  test("Ctrl-C ends it", async () => {
    ansible("sleep 600 & wait");
    const signal = AbortSignal.timeout(300);
    await expect(load("{ ansible: inventory.yml }", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("a command", () => {
  test.each<[string, string, unknown]>([
    [
      "lines",
      "printf '%s\\n' '# mine' $NAMES '' ' deploy@[2001:db8::1]:22 ' 'db[1:2]'",
      ["web1", "web2", "2001:db8::1", "db1", "db2"],
    ],
    ["one IPv6 address", "echo '[2001:db8::1]'", ["2001:db8::1"]],
    ["a list in JSON", `echo '["web1", {"host": "10.0.0.1", "name": "db", "roles": ["db"], "keep": 2}]'`, ["web1", "db"]],
    ["a map with a list", `echo '{"hosts": ["web1"]}'`, ["web1"]],
    ["what Ansible has from scripts", `echo '{"web": ["web1"], "db": {"hosts": ["db1"], "children": ["db"]}}'`, ["web1", "db1"]],
    ["what is in a file beside the configuration", "cat names.txt", ["file1"]],
  ])("that prints %s", async (_, command, names) => {
    writeFileSync(join(directory, "names.txt"), "file1\n");
    const found = (await named(JSON.stringify({ command }))) as string[][];
    expect(found.map(([name]) => name)).toEqual(names);
  });

  test.each([
    [
      "echo 'web 1'",
      "5:23: error: `environments.production.hosts[0]` must not contain spaces or control characters",
      "That is host 1 of those that `echo 'web 1'` named.",
    ],
    [
      `echo '["web1", {"host": "web2", "port": 70000}]'`,
      "`environments.production.hosts[1].port` must be a port",
      "That is host 2 of those",
    ],
    [`echo '[{"host": "web1", "roots": "/x"}]'`, 'There is no setting "roots"', "Did you mean `root`?"],
    ["printf 'web1\\nweb1\\n'", 'Another host of this environment is called "web1" too', ""],
    ["true", "`true` named no host", ""],
    ["echo '{\"web'", "What the command printed begins like JSON, but is none", ""],
    // As jq prints what is not there, and one text.
    ["echo null", "What the command printed is JSON, but neither a list of hosts nor a map", ""],
    [`echo '"web1"'`, "What the command printed is JSON, but neither a list of hosts nor a map", ""],
    ["yes web1", "`yes web1` printed more than 16 MB, and was stopped", ""],
    ["echo why >&2; exit 3", "`echo why >&2; exit 3` ended with code 3 and named no hosts", "It said: why"],
  ])("refused: %s", async (command, message, hint) => {
    const said = await load(JSON.stringify({ command }));
    expect(said).toContain(message);
    expect(said).toContain(hint);
  });

  test("what it warns of is told, and is no failure", async () => {
    const { named, warnings } = (await load("{ command: echo careful >&2; echo web1 }")) as Named;
    expect([named.length, warnings]).toEqual([
      1,
      expect.stringContaining("warning: `echo careful >&2; echo web1` said: careful"),
    ]);
  });
});

describe("what the file itself says", () => {
  test.each([
    ["{ ansible: a, command: b }", "Either `ansible` or `command` names the hosts, not both"],
    ["{ group: web }", "Nothing names the hosts: it is an inventory of `ansible`, a `command`, or a list"],
    ["{ command: b, group: web }", "`group` belongs to an inventory of `ansible`, and this is a `command`"],
    ["{ commnad: b }", 'There is no setting "commnad" in `environments.production.hosts`\n'],
    ["web1", "must be a list of hosts, or a map with `ansible` or `command`"],
    ["{ command: touch ran }", "`root` must be an absolute path", "root: relative\n"],
    ["{ command: touch ran }", 'There is no setting "kep"', "kep: 3\n"],
  ])("is refused before any program runs: %s", async (hosts, message, settings = "") => {
    writeFileSync(file, `app: shop\n${settings || "root: /srv\n"}environments:\n  production:\n    hosts: ${hosts}\n`);
    const loaded = await loadConfig({ file });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toContain(message);
    expect(() => readFileSync(join(directory, "ran"))).toThrow("ENOENT");
  });

  test("only the program of the wanted environment runs, and its roles are those of tasks", async () => {
    const others = "  other: { hosts: { command: touch ran } }\n";
    const tasks = "tasks: { finish: { run: ls, on: wbe } }\n";
    const text = `app: shop\nroot: /srv\n${tasks}environments:\n${others}  one: { hosts: { ansible: inventory.yml, group: web } }\n`;
    writeFileSync(file, text);
    const env = { PATH: `${directory}/bin:/usr/bin:/bin` };
    const ask = (request: Parameters<typeof findHosts>[0]): ReturnType<typeof findHosts> => findHosts(request, { env });
    const loaded = await loadConfig({ file, environment: "one", ask });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toMatch(
      /No host of "one" has the role "wbe".*\n[^]*Did you mean `web`\?/u,
    );
    expect(() => readFileSync(join(directory, "ran"))).toThrow("ENOENT");
  });
});

describe("around it", () => {
  test("a program runs once, however often the command line looks", async () => {
    writeFileSync(file, "app: a\nroot: /r\nenvironments: { p: { hosts: { command: echo x >>ran; echo web1 } } }\n");
    const load = configurationReader({ PATH: "/usr/bin:/bin" });
    const request = { file, environment: "p", ref: null, directory, signal: null };
    for (let times = 0; times < 3; times += 1) expect((await load(request)).config.hosts[0]?.name).toBe("web1");
    expect(readFileSync(join(directory, "ran"), "utf8")).toBe("x\n");
    await expect(load({ ...request, environment: "q" })).rejects.toThrow(UserError);
  });

  test("completions know the environment, and run nothing at a key", async () => {
    writeFileSync(file, "environments: { p: { hosts: { command: touch ran } } }\n");
    expect((await readKnown(directory, file, directory)).environments).toMatchObject([{ name: "p", hosts: [] }]);
    expect(() => readFileSync(join(directory, "ran"))).toThrow("ENOENT");
  });

  test("`config` tells where values of hosts come from that a program named", async () => {
    const { loaded } = (await load(`{ command: "echo '[{\\"host\\": \\"web1\\", \\"keep\\": 2}, \\"web2\\"]'" }`)) as Named;
    if (!loaded.ok) throw new Error("it is right");
    const { settings } = configDocument({ config: loaded.config, env: {}, written: loaded.written });
    expect(settings.filter(({ setting }) => setting === "keep")).toEqual([
      expect.objectContaining({ value: 2, from: "host", hosts: ["web1"], line: 5 }),
      expect.objectContaining({ value: 5, from: "default", hosts: ["web2"] }),
    ]);
  });
});
