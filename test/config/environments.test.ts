import { expect, test } from "vitest";
import { problems } from "./support.ts";

/** A configuration, and what is said about it: line and column, what is underlined, the message, and the hint after a bar. */
const MISTAKES: readonly [string, readonly string[]][] = [
  [
    "root: /r\nenvironments: { p: { hosts: [a] } }",
    ["2:17 <p> The application has no name | Write `app: NAME` at the top of the file."],
  ],
  ['app: ""\nroot: /r\nenvironments: { p: { hosts: [a] } }', ['1:6 <""> `app` must not be empty']],
  ['app: "a\\eb"\nroot: /r\nenvironments: { p: { hosts: [a] } }', ['1:6 <"a\\eb"> `app` must not contain control characters']],
  [
    "app: 5\nroot: /r\nenvironments: { p: { hosts: [a] } }",
    ["1:6 <5> `app` must be text, but is 5 | Without quotes it is a number: put it in quotes."],
  ],
  [
    "app: a\nenvironments: { p: { hosts: [a] } }",
    [
      "2:17 <p> `environments.p` has no `root`: the directory for releases | Write `root: /var/www/NAME`, here or at the top of the file.",
    ],
  ],
  [
    "app: a\nenvironments: { p: { hosts: [a, { host: b, root: /r }] } }",
    [
      "2:30 <a> `environments.p.hosts[0]` has no `root`: the directory for releases | Write `root: /var/www/NAME`, here or at the top of the file.",
    ],
  ],
  ['app: a\nroot: ""\nenvironments: { p: { hosts: [a] } }', ['2:7 <""> `root` must not be empty']],
  ["app: a\nroot: /\nenvironments: { p: { hosts: [a] } }", ["2:7 </> `root` must not be `/`: a directory of its own is needed"]],
  [
    "app: a\nroot: //./\nenvironments: { p: { hosts: [a] } }",
    ["2:7 <//./> `root` must not be `/`: a directory of its own is needed"],
  ],
  [
    "app: a\nroot: ../../..\nenvironments: { p: { hosts: [local] } }",
    ["2:7 <../../..> `root` must not be `/`: a directory of its own is needed"],
  ],
  ["app: a\nroot: ~\nenvironments: { p: { hosts: [a] } }", ["2:7 <~> `root` must be text, but is `~`, which is nothing in YAML"]],
  [
    "app: a\nroot: ~/shop\nenvironments: { p: { hosts: [local] } }",
    [
      "2:7 <~/shop> `root` must not begin with `~`: it is taken literally and never becomes a home directory | Write the whole path, such as /home/deploy/app.",
    ],
  ],
  [
    "app: a\nroot: ~deploy\nenvironments: { p: { hosts: [a] } }",
    [
      "2:7 <~deploy> `root` must not begin with `~`: it is taken literally and never becomes a home directory | Write the whole path, such as /home/deploy/app.",
    ],
  ],
  [
    "app: a\nroot: /var/../x\nenvironments: { p: { hosts: [a] } }",
    ["2:7 </var/../x> `root` must not contain `..` | Write the path that is meant."],
  ],
  [
    "app: a\nroot: shop\nenvironments: { p: { hosts: [local, a] } }",
    [
      '2:7 <shop> `root` must be an absolute path for hosts that are reached over SSH, but is "shop" | Only for `local` may it be relative to this file.',
    ],
  ],
  ["app: a\nroot: /r", ["1:1 <a> `environments` is missing"]],
  ["app: a\nroot: /r\nenvironments: {}", ["3:1 <environments> `environments` must name at least one environment"]],
  ["app: a\nroot: /r\nenvironments: [p]", ["3:1 <environments> `environments` must be a map, but is a list"]],
  ["app: a\nroot: /r\nenvironments: { p: }", ["3:17 <p> `environments.p` must be a map, but is empty"]],
  ["app: a\nroot: /r\nenvironments: { p: {} }", ["3:17 <p> `environments.p.hosts` is missing"]],
  ["app: a\nroot: /r\nenvironments: { p: { hosts: [] } }", ["3:22 <hosts> `environments.p.hosts` must list at least one host"]],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: a } }",
    ['3:29 <a> `environments.p.hosts` must be a list of hosts, or a map with `ansible` or `command`, but is "a"'],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [a], environments: {} } }",
    [
      '3:34 <environments> There is no setting "environments" in `environments.p` | Keys of `environments.p`: app, source, exclude, wait, strategy, limits, notify, unreachable, root, layout, keep, shared, permissions, reuse, check, commands, logs, env, path, shell, become, lease, grace, oldProcesses, confirm, durability, ssh, tasks, hosts.',
    ],
  ],
  [
    'app: a\nroot: /r\nenvironments: { "a b": { hosts: [a] }, -x: { hosts: [a] }, "": { hosts: [a] } }',
    [
      '3:17 <"a b"> The name "a b" in `environments` must be one word, without spaces and control characters',
      '3:40 <-x> The name "-x" in `environments` must not begin with `-`: it would be taken for an option',
      '3:60 <""> The name "" in `environments` must not be empty',
    ],
  ],
  [
    'app: a\nroot: /r\nenvironments: { p: { hosts: [-x, "a b", "a:0", "::1", 5, [a]] } }',
    [
      "3:30 <-x> `environments.p.hosts[0]` must not begin with `-`: ssh would take it for an option",
      '3:34 <"a b"> `environments.p.hosts[1]` must not contain spaces or control characters',
      '3:41 <"a:0"> `environments.p.hosts[2]` must end in a port from 1 to 65535 after the colon',
      '3:48 <"::1"> `environments.p.hosts[3]` must be a host such as deploy@web1.example.org:22, but is "::1" | An IPv6 address stands in brackets: [::1]:22.',
      "3:55 <5> `environments.p.hosts[4]` must be text, but is 5 | Without quotes it is a number: put it in quotes.",
      "3:58 <[> `environments.p.hosts[5]` must be a host such as deploy@web1.example.org, or a map with `host`, but is a list",
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [a, a] } }",
    ['3:33 <a> Another host of this environment is called "a" too | Give one of them a name of its own: { host: …, name: … }.'],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [ann@a, bob@a] } }",
    [
      '3:37 <bob@a> Another host of this environment is called "a" too | Give one of them a name of its own: { host: …, name: … }.',
    ],
  ],
  [
    'app: a\nroot: /r\nenvironments: { p: { hosts: ["a:1", { host: b, name: "a:1" }, "a:2"] } }',
    [
      '3:54 <"a:1"> Another host of this environment is called "a:1" too | Give one of them a name of its own: { host: …, name: … }.',
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [a, { host: b, name: a }] } }",
    ['3:50 <a> Another host of this environment is called "a" too | Give one of them a name of its own: { host: …, name: … }.'],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [a, { host: a, name: b }] } }",
    ['3:41 <a> Another host of this environment has the same address and the same root, "/r"'],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: ann@a, name: x }, { host: bob@a, name: y, root: /r/ }] } }",
    ['3:64 <bob@a> Another host of this environment has the same address and the same root, "/r/"'],
  ],
  [
    'app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, name: "a b", user: -x, port: "22", roles: [all, first, "x y"] }] } }',
    [
      '3:47 <"a b"> `environments.p.hosts[0].name` must be one word, without spaces and control characters, but is "a b"',
      "3:60 <-x> `environments.p.hosts[0].user` must not begin with `-`: it would be taken for an option",
      '3:70 <"22"> `environments.p.hosts[0].port` must be a port: a whole number from 1 to 65535, but is "22"',
      "3:84 <all> `environments.p.hosts[0].roles[0]` must not be `all`: in `on:` that word means something else",
      "3:89 <first> `environments.p.hosts[0].roles[1]` must not be `first`: in `on:` that word means something else",
      '3:96 <"x y"> `environments.p.hosts[0].roles[2]` must be one word, without spaces and control characters, but is "x y"',
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, port: 65536, roles: web }] } }",
    [
      "3:47 <65536> `environments.p.hosts[0].port` must be a port: a whole number from 1 to 65535, but is 65536",
      '3:61 <web> `environments.p.hosts[0].roles` must be a list, but is "web"',
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: ann@a:22, port: 22, user: ann }] } }",
    [
      '3:48 <port> The port is already in "ann@a:22" | Write it in one place only.',
      '3:58 <user> The user is already in "ann@a:22" | Write it in one place only.',
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: local, port: 22, user: ann }] } }",
    [
      "3:45 <port> `local` is this machine, which is reached without a port",
      "3:55 <user> `local` is this machine, which is reached without a user",
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ port: 22 }, {}] } }",
    ["3:30 <{> `environments.p.hosts[0].host` is missing", "3:44 <{> `environments.p.hosts[1].host` is missing"],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, app: x, source: { git: . }, exclude: [], wait: 0, tasks: { build: x } }] } }",
    [
      "3:41 <app> `environments.p.hosts[0].app` cannot be set for one host: it holds for the deploy as a whole | Set it for the environment.",
      "3:49 <source> `environments.p.hosts[0].source` cannot be set for one host: one deploy ships one tree to all hosts | Use another environment for hosts that need another tree.",
      "3:69 <exclude> `environments.p.hosts[0].exclude` cannot be set for one host: one deploy ships one tree to all hosts | Use another environment for hosts that need another tree.",
      "3:82 <wait> `environments.p.hosts[0].wait` cannot be set for one host: it holds for the deploy as a whole | Set it for the environment.",
      "3:100 <build> `environments.p.hosts[0].tasks.build` cannot be set for one host: one deploy ships one tree to all hosts | Use another environment for hosts that need another tree.",
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, kep: 3, hosts: [b] }] } }",
    [
      '3:41 <kep> There is no setting "kep" in `environments.p.hosts[0]` | Did you mean `keep`?',
      '3:49 <hosts> There is no setting "hosts" in `environments.p.hosts[0]` | Did you mean `host`?',
    ],
  ],
  [
    "app: a\nroot: /r\ntasks: { prepare: [{ run: x, on: wbe }] }\nenvironments: { p: { hosts: [{ host: a, roles: [web, db] }] } }",
    ['3:34 <wbe> No host of "p" has the role "wbe", so this would never run there | Did you mean `web`?'],
  ],
  [
    "app: a\nroot: /r\ntasks: { prepare: [{ run: x, on: fist }] }\nenvironments: { p: { hosts: [a] } }",
    ['3:34 <fist> No host of "p" has the role "fist", so this would never run there | Did you mean `first`?'],
  ],
  [
    "app: a\nroot: /r\ntasks: { prepare: [{ run: x, on: queue }] }\nenvironments: { p: { hosts: [{ host: a, roles: [web, db] }] } }",
    [
      '3:34 <queue> No host of "p" has the role "queue", so this would never run there | Roles there: web, db; `all` and `first` need none.',
    ],
  ],
  [
    "app: a\nroot: /r\nenvironments: { p: { hosts: [{ host: a, tasks: { finish: { run: x, on: web } } }] } }",
    [
      '3:72 <web> No host of "p" has the role "web", so this would never run there | No host there has a role; `all` and `first` need none.',
    ],
  ],
  [
    "app: a\nroot: /r\nshared: { dirs: [log] }\nenvironments: { p: { hosts: [{ host: a, shared: { files: [log/x] } }] } }",
    ['4:59 <log/x> "log/x" is inside "log", which is shared as a whole | Remove one of them from `shared`.'],
  ],
  [
    "app: a\nroot: /r\nshared: { dirs: [log] }\npermissions: { writable: [var, log/app] }\nenvironments: { p: { hosts: [a] } }",
    ['4:32 <log/app> `permissions.writable[1]` is in "log", which is shared: permissions in `shared/` are never touched'],
  ],
  [
    "app: a\nroot: /r\nsource: { directory: dist }\nenvironments: { p: { hosts: [a], source: { ref: main } } }",
    ["4:44 <ref> `ref` chooses a commit of a git source, but this source is a directory"],
  ],
  [
    "app: a\nroot: /r\nkeep: -x\nenvironments: { p: { hosts: [{ host: a, keep: 0 }], keep: [] }, q: { hosts: [a, b, -c, a] } }",
    [
      '3:7 <-x> `keep` must be a whole number of at least 1, but is "-x"',
      "4:47 <0> `environments.p.hosts[0].keep` must be a whole number of at least 1, but is 0",
      "4:53 <keep> `environments.p.keep` must be a whole number of at least 1, but is a list",
      "4:84 <-c> `environments.q.hosts[2]` must not begin with `-`: ssh would take it for an option",
      '4:88 <a> Another host of this environment is called "a" too | Give one of them a name of its own: { host: …, name: … }.',
    ],
  ],
  [
    "ap: a\nrot: /r\nenviroments: { p: { hosts: [a] } }",
    [
      '1:1 <ap> There is no setting "ap" | Did you mean `app`?',
      '2:1 <rot> There is no setting "rot" | Did you mean `root`?',
      '3:1 <enviroments> There is no setting "enviroments" | Did you mean `environments`?',
    ],
  ],
  [
    "ap: a\nrot: /r\nenvironments: { p: { hots: [a] }, q: { hosts: [{ hos: b }, c] } }",
    [
      '1:1 <ap> There is no setting "ap" | Did you mean `app`?',
      '2:1 <rot> There is no setting "rot" | Did you mean `root`?',
      '3:22 <hots> There is no setting "hots" in `environments.p` | Did you mean `hosts`?',
      '3:50 <hos> There is no setting "hos" in `environments.q.hosts[0]` | Did you mean `host`?',
    ],
  ],
  [
    "app: a\nroot: /r\ntasks: { finish: { run: x, on: wbe } }\nenvironments: { p: { hosts: [{ host: a, port: 0, roles: [web] }] }, q: { hosts: [{ host: a, roles: wbe }] }, r: { hosts: [-a] } }",
    [
      '3:32 <wbe> No host of "p" has the role "wbe", so this would never run there | Did you mean `web`?',
      "4:47 <0> `environments.p.hosts[0].port` must be a port: a whole number from 1 to 65535, but is 0",
      '4:100 <wbe> `environments.q.hosts[0].roles` must be a list, but is "wbe"',
      "4:123 <-a> `environments.r.hosts[0]` must not begin with `-`: ssh would take it for an option",
    ],
  ],
];

test.each(MISTAKES)("%j", (text, expected) => {
  expect(problems(text)).toEqual(expected);
});
