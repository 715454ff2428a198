import { expect, test } from "vitest";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { resolved } from "./support.ts";
import { secretNames } from "../../src/config/secrets.ts";

test("everything has a default but the application, the root and the hosts", () => {
  expect(resolved("app: shop\nroot: /var/www/shop\nenvironments: { production: { hosts: [web1] } }\n")).toEqual({
    file: "/home/ann/shop/symlink-helper.yaml",
    directory: "/home/ann/shop",
    app: "shop",
    environment: "production",
    source: { kind: "git", repository: "/home/ann/shop", ref: "HEAD" },
    exclude: [],
    build: [],
    hosts: [
      {
        name: "web1",
        address: { kind: "ssh", host: "web1", user: null, port: null, configFile: null, options: {} },
        roles: [],
        root: "/var/www/shop",
        layout: { current: "current", releases: "releases", shared: "shared" },
        keep: 5,
        shared: [],
        permissions: { dirs: "0755", files: "0644", group: null, writable: [], umask: "0022" },
        reuse: [],
        tasks: { prepare: [], beforeSwitch: [], drain: [], undrain: [], afterSwitch: [], finish: [], failed: [] },
        check: [],
        commands: {},
        logs: {},
        env: {},
        path: [],
        shell: null,
        lease: 30,
        grace: 60,
        oldProcesses: { within: 10, whenLeft: "warn" },
        confirm: "return",
        durability: "flush",
      },
    ],
    wait: 600,
    strategy: { waves: [{ percent: 100 }], pause: 0, maxFailures: 0, onFailure: "return" },
    limits: { connect: 8, send: 8 },
    notify: [],
    unreachable: "stop",
  } satisfies ResolvedConfig);
});

const TASK = {
  on: { kind: "all" },
  in: "release",
  env: {},
  secrets: [],
  as: null,
  path: [],
  shell: null,
  timeout: 1800,
  undo: null,
  makes: null,
} as const;
const shared = (path: string, kind: string, whenMissing: string): object => ({ path, kind, whenMissing });

/** Settings, and what becomes of them: for the first host, or where it holds for the deploy as a whole, for that. */
const SETTINGS: readonly [string, object][] = [
  ["keep: 1", { keep: 1 }],
  [
    "reuse: [{ path: ./node_modules/, key: [b, a, b/], runtime: node --version }]",
    { reuse: [{ path: "node_modules", key: ["a", "b"], runtime: "node --version" }] },
  ],
  ["commands: { hi: echo hi }", { commands: { hi: { ...TASK, run: "echo hi" } } }],
  [
    "commands: { 'cache:clear': { run: rm -r x, on: first, in: root, as: www, secrets: [A], timeout: 5, env: { N: 1.10 } } }",
    {
      commands: {
        "cache:clear": {
          ...TASK,
          run: "rm -r x",
          on: { kind: "first" },
          in: "root",
          as: "www",
          secrets: ["A"],
          timeout: 5,
          env: { N: "1.10" },
        },
      },
    },
  ],
  ["logs: { app: shared/log/app.log }", { logs: { app: { kind: "file", path: "/r/shared/log/app.log" } } }],
  ["logs: { app: { file: /var/log/app.log } }", { logs: { app: { kind: "file", path: "/var/log/app.log" } } }],
  ["logs: { web: { unit: nginx } }", { logs: { web: { kind: "unit", unit: "nginx", user: false } } }],
  ["logs: { web: { unit: shop@1, user: true } }", { logs: { web: { kind: "unit", unit: "shop@1", user: true } } }],
  ["path: [~/bin, /opt/node/bin]", { path: ["~/bin", "/opt/node/bin"] }],
  ["shell: bash", { shell: { program: "bash", flags: "" } }],
  ["shell: /usr/bin/zsh -i -l", { shell: { program: "/usr/bin/zsh", flags: "-li" } }],
  ["become: app", { address: { kind: "ssh", host: "h", user: null, port: null, configFile: null, options: {}, become: "app" } }],
  ["lease: 2m", { lease: 120 }],
  ["lease: 2", { lease: 2 }],
  ["grace: 0", { grace: 0 }],
  ["wait: 0s", { wait: 0 }],
  ["wait: 1h30m", { wait: 5400 }],
  ["confirm: keep", { confirm: "keep" }],
  ["durability: best-effort", { durability: "best-effort" }],
  ["layout: { current: live }", { layout: { current: "live", releases: "releases", shared: "shared" } }],
  ["exclude: [tests, '!tests/a', '*.map']", { exclude: ["tests", "!tests/a", "*.map"] }],
  ["source: { ref: v1 }", { source: { kind: "git", repository: "/home/ann/shop", ref: "v1" } }],
  ["source: { git: ../lib }", { source: { kind: "git", repository: "/home/ann/lib", ref: "HEAD" } }],
  ["source: { git: /srv/shop.git }", { source: { kind: "git", repository: "/srv/shop.git", ref: "HEAD" } }],
  ["source: { git: ./a:b }", { source: { kind: "git", repository: "/home/ann/shop/a:b", ref: "HEAD" } }],
  [
    "source: { git: https://example.org/a.git }",
    { source: { kind: "git", repository: "https://example.org/a.git", ref: "HEAD" } },
  ],
  ["source: { git: file:///srv/a.git }", { source: { kind: "git", repository: "file:///srv/a.git", ref: "HEAD" } }],
  ["source: { git: ssh://git@h:22/a }", { source: { kind: "git", repository: "ssh://git@h:22/a", ref: "HEAD" } }],
  ["source: { git: 'git@h:a.git' }", { source: { kind: "git", repository: "git@h:a.git", ref: "HEAD" } }],
  ["source: { ref: 'main@{1 day ago}' }", { source: { kind: "git", repository: "/home/ann/shop", ref: "main@{1 day ago}" } }],
  ["source: { directory: dist }", { source: { kind: "directory", path: "/home/ann/shop/dist" } }],
  [
    "source: { git: ., subdirectory: ./a//b/ }",
    { source: { kind: "git", repository: "/home/ann/shop", ref: "HEAD", subdirectory: "a/b" } },
  ],
  ["source: { subdirectory: . }", { source: { kind: "git", repository: "/home/ann/shop", ref: "HEAD" } }],
  [
    `source: { archive: a.zip, sha256: ${"a".repeat(64)}, strip: 1, subdirectory: b }`,
    { source: { kind: "archive", path: "/home/ann/shop/a.zip", sha256: "a".repeat(64), strip: 1, subdirectory: "b" } },
  ],
  ["source: { directory: ../dist/ }", { source: { kind: "directory", path: "/home/ann/dist" } }],
  ["shared: { dirs: [log, ./a//b/] }", { shared: [shared("log", "dir", "create"), shared("a/b", "dir", "create")] }],
  ["shared: { files: [.env] }", { shared: [shared(".env", "file", "fail")] }],
  [
    "shared: { files: [{ path: c, whenMissing: seed }], dirs: [{ path: d, whenMissing: skip }, { path: e }] }",
    { shared: [shared("d", "dir", "skip"), shared("e", "dir", "create"), shared("c", "file", "seed")] },
  ],
  [
    'permissions: { dirs: "2775", files: "640", group: www data, writable: [a/, ./a, b], umask: "002" }',
    { permissions: { dirs: "2775", files: "0640", group: "www data", writable: ["a", "b"], umask: "0002" } },
  ],
  ["env: { A: text, B: '', C: '0755' }", { env: { A: "text", B: "", C: "0755" } }],
  [
    "env: { A: 0755, B: 1.10, C: 1e3, D: TRUE, E: 0x1F, F: 12345678901234567890, G: .inf }",
    { env: { A: "0755", B: "1.10", C: "1e3", D: "TRUE", E: "0x1F", F: "12345678901234567890", G: ".inf" } },
  ],
  ["env: { A: yes, B: on, C: 2001-01-01, D: 1_000 }", { env: { A: "yes", B: "on", C: "2001-01-01", D: "1_000" } }],
  ["tasks: { prepare: npm ci }", { tasks: { prepare: [{ ...TASK, run: "npm ci" }] } }],
  ["tasks: { prepare: { run: npm ci } }", { tasks: { prepare: [{ ...TASK, run: "npm ci" }] } }],
  [
    "tasks: { finish: [a, { run: b, in: root }] }",
    {
      tasks: {
        finish: [
          { ...TASK, run: "a" },
          { ...TASK, run: "b", in: "root" },
        ],
      },
    },
  ],
  ["tasks: { failed: { run: a, on: first } }", { tasks: { failed: [{ ...TASK, run: "a", on: { kind: "first" } }] } }],
  ["tasks: { failed: { run: a, on: web } }", { tasks: { failed: [{ ...TASK, run: "a", on: { kind: "role", role: "web" } }] } }],
  [
    "tasks: { beforeSwitch: { run: a, env: { N: 007 }, secrets: [B, A, B], as: root, timeout: 5m, undo: b } }",
    {
      tasks: {
        beforeSwitch: [{ ...TASK, run: "a", env: { N: "007" }, secrets: ["B", "A"], as: "root", timeout: 300, undo: "b" }],
      },
    },
  ],
  ["tasks: { build: [{ run: a, timeout: 1h }] }", { build: [{ ...TASK, run: "a", timeout: 3600 }] }],
  [
    "{ env: { A: base, B: base }, tasks: { build: { run: a, env: { B: own } } } }",
    { build: [{ ...TASK, run: "a", env: { A: "base", B: "own" } }], env: { A: "base", B: "base" } },
  ],
  ["ssh: { config: ssh/config }", { address: { configFile: "/home/ann/shop/ssh/config", options: {} } }],
  ["ssh: { config: /etc/ssh/x }", { address: { configFile: "/etc/ssh/x", options: {} } }],
  [
    "ssh: { options: { ConnectTimeout: 010, Compression: yes, ProxyCommand: 'nc %h \"%p\"' } }",
    { address: { options: { ConnectTimeout: "010", Compression: "yes", ProxyCommand: 'nc %h "%p"' } } },
  ],
  ["ssh: { options: { userknownhostsfile: known_hosts } }", { address: { options: { userknownhostsfile: "known_hosts" } } }],
];

const WHERE = {
  "above the environments": (settings: string) =>
    `<<: ${flow(settings)}\nenvironments: { p: { hosts: [{ host: h, roles: [web] }] } }\n`,
  "in the environment": (settings: string) =>
    `environments: { p: { <<: ${flow(settings)}, hosts: [{ host: h, roles: [web] }] } }\n`,
  "of the host": (settings: string) => `environments: { p: { hosts: [{ <<: ${flow(settings)}, host: h, roles: [web] }] } }\n`,
};

function flow(settings: string): string {
  return settings.startsWith("{") ? settings : `{ ${settings} }`;
}

const OF_THE_WHOLE = /^(?:wait|exclude|source)|build/u;

test.each(
  Object.entries(WHERE).flatMap(([where, text]) =>
    SETTINGS.filter(([settings]) => where !== "of the host" || !OF_THE_WHOLE.test(settings)).map(
      ([settings, expected]) => [settings, where, text(settings), expected] as const,
    ),
  ),
)("%s %s", (_settings, _where, text, expected) => {
  const config = resolved(`app: shop\nroot: /r\n${text}`);
  expect({ ...config.hosts[0], ...config, hosts: [] }).toMatchObject(expected);
});

/** Levels of settings from the top to the host, and what becomes of them. */
const OVERRIDES: readonly [string, string, string, string, object][] = [
  ["a number is replaced", "keep: 1", "keep: 2", "keep: 3", { keep: 3 }],
  ["what is not written again stays", "keep: 1", "lease: 9", "grace: 9", { keep: 1, lease: 9, grace: 9 }],
  ["maps are merged", "env: { A: 1, B: 1, C: 1 }", "env: { B: 2, C: 2 }", "env: { C: 03 }", { env: { A: "1", B: "2", C: "03" } }],
  [
    "lists are replaced",
    "shared: { dirs: [a, b], files: [f] }",
    "shared: { dirs: [c] }",
    "",
    { shared: [{ path: "c" }, { path: "f" }] },
  ],
  ["an empty list takes away", "shared: { dirs: [a] }", "shared: { dirs: [] }", "", { shared: [] }],
  [
    "a task list is replaced",
    "tasks: { finish: [a, b], failed: c }",
    "tasks: { finish: d }",
    "",
    { tasks: { finish: [{ run: "d" }], failed: [{ run: "c" }] } },
  ],
  [
    "a single task is replaced as a whole",
    "tasks: { finish: { run: a, as: root, env: { A: b } } }",
    "",
    "tasks: { finish: { run: b } }",
    { tasks: { finish: [{ run: "b", as: null, env: {} }] } },
  ],
  [
    "maps in maps are merged",
    "ssh: { config: c, options: { A: 1 } }",
    "",
    "ssh: { options: { B: 2 } }",
    { address: { configFile: "/home/ann/shop/c", options: { A: "1", B: "2" } } },
  ],
  [
    "the ref of a source is replaced",
    "source: { git: ../x, ref: a }",
    "source: { ref: b }",
    "",
    { source: { repository: "/home/ann/x", ref: "b" } },
  ],
  [
    "a directory takes the place of git",
    "source: { git: ../x, ref: a }",
    "source: { directory: d }",
    "",
    { source: { kind: "directory", path: "/home/ann/shop/d" } },
  ],
  [
    "git takes the place of a directory",
    "source: { directory: d }",
    "source: { git: ../x }",
    "",
    { source: { kind: "git", repository: "/home/ann/x", ref: "HEAD" } },
  ],
  ["the application is replaced", "app: a", "app: b", "", { app: "b" }],
  ["a build is replaced", "tasks: { build: a }", "tasks: { build: [] }", "", { build: [] }],
  ["a root is replaced", "root: /a", "root: /b", "root: /c//d/", { root: "/c/d" }],
];

test.each(OVERRIDES)("%s", (_title, top, environment, host, expected) => {
  const text = `
<<: { app: x, root: /x }
${top}
environments:
  other: { hosts: [h], keep: 99, app: other }
  p:
    hosts:
      - host: h
        ${host}
    ${environment}
`;
  const config = resolved(text, { environment: "p" });
  expect({ ...config.hosts[0], ...config, hosts: [] }).toMatchObject(expected);
});

test("what one host overrides leaves the others alone", () => {
  const config = resolved("app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, keep: 1, env: { A: a } }, b] } }\n");
  expect(config.hosts.map(({ name, keep, env }) => [name, keep, env])).toEqual([
    ["a", 1, { A: "a" }],
    ["b", 5, {}],
  ]);
});

test.each([
  ["[a, b]", ["a", "b"]],
  ["[ann@a]", ["a"]],
  ["[local]", ["local"]],
  ["['a:1', 'a:2']", ["a:1", "a:2"]],
  ["[a, 'a:2']", ["a", "a:2"]],
  ["['a:1', b]", ["a", "b"]],
  ["['[::1]']", ["::1"]],
  ["['[::1]:1', '[::1]:2']", ["[::1]:1", "[::1]:2"]],
  ["['a:1', { host: b, name: a }]", ["a:1", "a"]],
  ["[{ host: a, port: 1 }, { host: a, port: 2 }, { host: a, name: third, root: /x }]", ["a:1", "a:2", "third"]],
])("the hosts %s are called %j", (hosts, names) => {
  expect(resolved(`app: a\nroot: /r\nenvironments: { p: { hosts: ${hosts} } }\n`).hosts.map((host) => host.name)).toEqual(names);
});

test.each([
  ["local", { kind: "local" }],
  ["{ host: local }", { kind: "local" }],
  ["{ host: ann@a, port: 1 }", { kind: "ssh", host: "a", user: "ann", port: 1 }],
  ["{ host: 'a:1', user: ann }", { kind: "ssh", host: "a", user: "ann", port: 1 }],
])("the host %s", (host, address) => {
  expect(resolved(`app: a\nroot: /r\nenvironments: { p: { hosts: [${host}] } }\n`).hosts[0]?.address).toMatchObject(address);
});

test.each([
  ["./demo/app", "/home/ann/shop/demo/app"],
  ["../app", "/home/ann/app"],
  ["app/", "/home/ann/shop/app"],
  ["/srv/app", "/srv/app"],
])("on this machine the root %s is %s", (root, expected) => {
  expect(resolved(`app: a\nroot: ${root}\nenvironments: { p: { hosts: [local] } }\n`).hosts[0]?.root).toBe(expected);
});

test("the names of all secrets", () => {
  const config = resolved(`
app: a
root: /r
tasks: { build: { run: x, secrets: [NPM_TOKEN] }, finish: [{ run: x, secrets: [B, A] }, x] }
environments: { p: { hosts: [a, { host: b, tasks: { failed: { run: x, secrets: [C, A] } } }] } }
`);
  expect(secretNames(config)).toEqual(["A", "B", "C", "NPM_TOKEN"]);
});
