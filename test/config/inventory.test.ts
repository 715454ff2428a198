import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configurationReader } from "../../src/cli/configuration.ts";
import { readKnown } from "../../src/completion/known.ts";
import { configDocument } from "../../src/config/document.ts";
import { findHosts, loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";
import { UserError } from "../../src/errors.ts";
import { InventoryPlace, type Named } from "./inventory.ts";

let place: InventoryPlace;
beforeEach(() => {
  place = new InventoryPlace();
});
afterEach(() => place.remove());

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
    writeFileSync(join(place.directory, "names.txt"), "file1\n");
    const found = (await place.named(JSON.stringify({ command }))) as string[][];
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
    const said = await place.load(JSON.stringify({ command }));
    expect(said).toContain(message);
    expect(said).toContain(hint);
  });

  test("what it warns of is told, and is no failure", async () => {
    const { named, warnings } = (await place.load("{ command: echo careful >&2; echo web1 }")) as Named;
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
    writeFileSync(place.file, `app: shop\n${settings || "root: /srv\n"}environments:\n  production:\n    hosts: ${hosts}\n`);
    const loaded = await loadConfig({ file: place.file });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toContain(message);
    expect(() => readFileSync(join(place.directory, "ran"))).toThrow("ENOENT");
  });

  test("only the program of the wanted environment runs, and its roles are those of tasks", async () => {
    const others = "  other: { hosts: { command: touch ran } }\n";
    const tasks = "tasks: { finish: { run: ls, on: wbe } }\n";
    const text = `app: shop\nroot: /srv\n${tasks}environments:\n${others}  one: { hosts: { ansible: inventory.yml, group: web } }\n`;
    writeFileSync(place.file, text);
    const env = { PATH: `${place.directory}/bin:/usr/bin:/bin` };
    const ask = (request: Parameters<typeof findHosts>[0]): ReturnType<typeof findHosts> => findHosts(request, { env });
    const loaded = await loadConfig({ file: place.file, environment: "one", ask });
    expect(loaded.ok ? "" : renderDiagnostics(loaded.diagnostics)).toMatch(
      /No host of "one" has the role "wbe".*\n[^]*Did you mean `web`\?/u,
    );
    expect(() => readFileSync(join(place.directory, "ran"))).toThrow("ENOENT");
  });
});

describe("around it", () => {
  test("a program runs once, however often the command line looks", async () => {
    writeFileSync(place.file, "app: a\nroot: /r\nenvironments: { p: { hosts: { command: echo x >>ran; echo web1 } } }\n");
    const load = configurationReader({ PATH: "/usr/bin:/bin" });
    const request = { file: place.file, environment: "p", ref: null, directory: place.directory, signal: null };
    for (let times = 0; times < 3; times += 1) expect((await load(request)).config.hosts[0]?.name).toBe("web1");
    expect(readFileSync(join(place.directory, "ran"), "utf8")).toBe("x\n");
    await expect(load({ ...request, environment: "q" })).rejects.toThrow(UserError);
  });

  test("completions know the environment, and run nothing at a key", async () => {
    writeFileSync(place.file, "environments: { p: { hosts: { command: touch ran } } }\n");
    expect((await readKnown(place.directory, place.file, place.directory)).environments).toMatchObject([
      { name: "p", hosts: [] },
    ]);
    expect(() => readFileSync(join(place.directory, "ran"))).toThrow("ENOENT");
  });

  test("`config` tells where values of hosts come from that a program named", async () => {
    const { loaded } = (await place.load(`{ command: "echo '[{\\"host\\": \\"web1\\", \\"keep\\": 2}, \\"web2\\"]'" }`)) as Named;
    if (!loaded.ok) throw new Error("it is right");
    const { settings } = configDocument({ config: loaded.config, env: {}, written: loaded.written });
    expect(settings.filter(({ setting }) => setting === "keep")).toEqual([
      expect.objectContaining({ value: 2, from: "host", hosts: ["web1"], line: 5 }),
      expect.objectContaining({ value: 5, from: "default", hosts: ["web2"] }),
    ]);
  });
});
