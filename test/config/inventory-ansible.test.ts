import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findHosts, loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { fixture, InventoryPlace, RECORDED, type Named } from "./inventory.ts";

let place: InventoryPlace;
beforeEach(() => {
  place = new InventoryPlace();
});
afterEach(() => place.remove());

describe("an inventory of Ansible", () => {
  test("hosts of a group, with address, user, port and key, and their groups as roles", async () => {
    const { named, loaded } = (await place.load("{ ansible: inventory.yml, group: production }")) as Named;
    expect(named).toEqual([
      ["web01.example.org", "deploy|web01.example.org|", "production web"],
      ["web02.example.org", "deploy|web02.example.org|", "jobs production web"],
      ["odd", "deploy|2001:db8::1|2222", "production web"],
      ["here", "local", "jobs production"],
    ]);
    const [, , odd] = loaded.ok ? loaded.config.hosts : [];
    expect(odd?.address).toMatchObject({ options: { IdentityFile: "~/.ssh/odd" } });
    expect(readFileSync(join(place.directory, "asked"), "utf8").trim()).toBe(place.directory);
  });

  const isReal = spawnSync("ansible-inventory", ["--version"]).status === 0;
  test.skipIf(!isReal)("the stand-in prints what the real program prints", () => {
    const { stdout } = spawnSync("ansible-inventory", ["--list", "-i", fixture("inventory.yml")], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(RECORDED));
  });

  test.skipIf(!isReal)("the real one is asked for its hosts", async () => {
    rmSync(join(place.directory, "bin/ansible-inventory"));
    expect(await place.named("{ ansible: inventory.yml, group: jobs }")).toEqual([
      ["here", "local", "jobs production"],
      ["web02.example.org", "deploy|web02.example.org|", "jobs production web"],
    ]);
  });

  test("what it says for ssh itself is not taken over, and that is told", async () => {
    const { warnings } = (await place.load("{ ansible: inventory.yml, group: bastion }")) as Named;
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
    const said = await place.load(hosts);
    expect(said).toContain(message);
    expect(said).toContain(hint);
  });

  /** One host with these variables, as `ansible-inventory` would print it. */
  const printing = (variables: unknown): void => {
    const hostvars = { web1: variables, web2: {} };
    writeFileSync(
      join(place.directory, "printed.json"),
      JSON.stringify({ _meta: { hostvars }, all: { hosts: ["web1", "web2"] } }),
    );
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
    expect(await place.load("{ ansible: inventory.yml }")).toContain(`5:23: error: ${message}`);
  });

  test.each<[object, string]>([
    [{ web: { hosts: ["web1", 5] } }, '`hosts` of the group "web" must be a list of names'],
    [{ web: ["web1", ["web2"]] }, '`hosts` of the group "web" must be a list of names'],
    [{ web: { hosts: "web1" }, db: ["db1"] }, '`hosts` of the group "web" must be a list of names'],
    [{ web: { hosts: ["web1"], children: { db: {} } } }, '`children` of the group "web" must be a list of names'],
  ])("no host of a group is lost without a word: %j", async (groups, message) => {
    writeFileSync(join(place.directory, "printed.json"), JSON.stringify(groups));
    expect(await place.load("{ ansible: inventory.yml }")).toContain(`5:23: error: ${message}`);
  });

  test("a variable that Ansible takes is taken: a number as text, a number for a name, and no value for none", async () => {
    printing({
      ansible_port: "22",
      ansible_user: 1000,
      ansible_host: null,
      ansible_ssh_host: "10.0.0.1",
      ansible_connection: "",
    });
    expect(await place.named("{ ansible: inventory.yml }")).toEqual([
      ["web1", "1000|10.0.0.1|22", ""],
      ["web2", "|web2|", ""],
    ]);
  });

  test("all that is wrong is told at once", async () => {
    printing({ ansible_port: [], ansible_host: 5, ansible_user: "{{ me }}" });
    const said = await place.load("{ ansible: inventory.yml }");
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
    place.ansible(script);
    const said = await place.load("{ ansible: inventory.yml }", script.includes("sleep") ? { limit: 1000 } : {});
    expect(said).toContain(message);
    expect(said).toContain(hint);
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });

  test("a program that is not there", async () => {
    rmSync(join(place.directory, "bin/ansible-inventory"));
    writeFileSync(place.file, "app: a\nroot: /r\nenvironments: { p: { hosts: { ansible: inventory.yml } } }\n");
    const loaded = await loadConfig({
      file: place.file,
      ask: (request) => findHosts(request, { env: { PATH: join(place.directory, "bin") } }),
    });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toMatch(
      /`ansible-inventory`, which reads inventories, is not installed here\n[^]*apt-get install ansible-core/u,
    );
  });

  test("Ctrl-C ends it", async () => {
    place.ansible("sleep 600 & wait");
    const signal = AbortSignal.timeout(300);
    await expect(place.load("{ ansible: inventory.yml }", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
