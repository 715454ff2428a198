import { expect, test } from "vitest";
import { problems } from "./support.ts";

/** A configuration with nothing wrong, to which each row adds its fourth line. */
const BASE = "app: a\nroot: /r\nenvironments: { p: { hosts: [web1] } }\n";

/** A setting, and what is said about it: line and column, what is underlined, the message, and the hint after a bar. */
const MISTAKES: readonly [string, readonly string[]][] = [
  ["kep: 3", ['4:1 <kep> There is no setting "kep" | Did you mean `keep`?']],
  ['keep: "five"', ['4:7 <"five"> `keep` must be a whole number of at least 1, but is "five"']],
  [
    "path: [bin]",
    ['4:8 <bin> `path[0]` must be absolute, or begin with `~/` for the home of whoever runs the task, but is "bin"'],
  ],
  [
    "path: ['/a:/b']",
    [
      "4:8 <'/a:/b'> `path[0]` must be one directory: `:` separates them in PATH, but is \"/a:/b\" | Write one entry of the list for each.",
    ],
  ],
  ["become: 'a b'", ["4:9 <'a b'> `become` must be the plain name of a user: letters, digits, `.`, `_` and `-`, but is \"a b\""]],
  [
    "shell: fish -l",
    [
      '4:8 <fish -l> `shell` must be a POSIX-like shell, such as `bash`, `bash -l` (reads its profile) or `bash -li` (and its .bashrc), but is "fish -l" | Where another shell has your programs on its PATH (fish, csh), name their directories under `path`.',
    ],
  ],
  ["keep: 0", ["4:7 <0> `keep` must be a whole number of at least 1, but is 0"]],
  ["keep: 1.5", ["4:7 <1.5> `keep` must be a whole number of at least 1, but is 1.5"]],
  ["keep:", ["4:1 <keep> `keep` must be a whole number of at least 1, but is empty"]],
  ["keep: [5]", ["4:1 <keep> `keep` must be a whole number of at least 1, but is a list"]],
  ["lease: 1s", ['4:8 <1s> `lease` must be at least 2s, but is "1s"']],
  ["lease: 8d", ['4:8 <8d> `lease` must be at most 7d, but is "8d"']],
  ["lease: soon", ['4:8 <soon> `lease` must be a time such as 30s, 2m or 1h30m, or a whole number of seconds, but is "soon"']],
  ["lease: [1]", ["4:1 <lease> `lease` must be a time such as 30s, 2m or 1h30m, but is a list"]],
  ["grace: -1", ["4:8 <-1> `grace` must be a time such as 30s, 2m or 1h30m, or a whole number of seconds, but is -1"]],
  [
    "wait: 30 minutes",
    ['4:7 <30 minutes> `wait` must be a time such as 30s, 2m or 1h30m, or a whole number of seconds, but is "30 minutes"'],
  ],
  ["confirm: retrun", ['4:10 <retrun> `confirm` must be `return` or `keep`, but is "retrun" | Did you mean `return`?']],
  ["confirm: yes", ['4:10 <yes> `confirm` must be `return` or `keep`, but is "yes"']],
  ["durability: fast", ['4:13 <fast> `durability` must be `flush` or `best-effort`, but is "fast"']],
  [
    "layout: { current: a/b }",
    ['4:20 <a/b> `layout.current` must be a plain name of letters, digits, `.`, `_` and `-`, without `/`, but is "a/b"'],
  ],
  [
    "layout: { releases: .. }",
    ['4:21 <..> `layout.releases` must be a plain name of letters, digits, `.`, `_` and `-`, without `/`, but is ".."'],
  ],
  [
    "layout: { shared: .symlink-helper }",
    ["4:19 <.symlink-helper> `layout.shared` must not be `.symlink-helper`: the ledger is kept there"],
  ],
  [
    "layout: { current: -x }",
    ['4:20 <-x> `layout.current` must be a plain name of letters, digits, `.`, `_` and `-`, without `/`, but is "-x"'],
  ],
  ["layout: { current: releases }", ['4:20 <releases> "releases" cannot be the name of both `current` and `releases`']],
  ["layout: { releases: x, shared: x }", ['4:32 <x> "x" cannot be the name of both `releases` and `shared`']],
  ["layout: { curent: x }", ['4:11 <curent> There is no setting "curent" in `layout` | Did you mean `current`?']],
  ["layout: []", ["4:1 <layout> `layout` must be a map, but is a list"]],
  ["exclude: tests", ['4:10 <tests> `exclude` must be a list, but is "tests"']],
  [
    'exclude: ["", "a\\nb"]',
    [
      '4:11 <""> `exclude[0]` must be a gitignore pattern, but is empty',
      '4:15 <"a\\nb"> `exclude[1]` must be one gitignore pattern, but is "a\\nb" | Write one entry of the list for each.',
    ],
  ],
  ["source: .", ['4:9 <.> `source` must be a map, but is "."']],
  ['source: { git: "" }', ['4:16 <""> `source.git` must not be empty']],
  ["source: { git: -x }", ["4:16 <-x> `source.git` must not begin with `-`: git would take it for an option"]],
  [
    "source: { git: ~/shop }",
    [
      "4:16 <~/shop> `source.git` must not begin with `~`: it is taken literally and never becomes a home directory | Write the whole path, or one relative to this file.",
    ],
  ],
  ["source: { ref: -x }", ["4:16 <-x> `source.ref` must not begin with `-`: git would take it for an option"]],
  ['source: { ref: "" }', ['4:16 <""> `source.ref` must be a branch, tag or commit, but is empty']],
  ['source: { ref: "a\\nb" }', ['4:16 <"a\\nb"> `source.ref` must not contain control characters']],
  [
    "source: { directory: dist, ref: main }",
    ["4:28 <ref> `ref` chooses a commit of a git source, but this source is a directory"],
  ],
  [
    `source: { archive: a.tar, sha256: ${"a".repeat(64)}, git: . }`,
    ["4:11 <archive> `source` is either `git` or an `archive`, not both"],
  ],
  [
    "source: { archive: a.tar }",
    ["4:11 <archive> An archive needs its `sha256`, so that nobody can put another one in its place | To get it: sha256sum FILE"],
  ],
  ["source: { strip: 1 }", ["4:11 <strip> `strip` is about the names in an archive, but this source is a git repository"]],
  ["source: { directory: dist, git: . }", ["4:11 <directory> `source` is either `git` or a `directory`, not both"]],
  [
    "source: { hg: x }",
    [
      '4:11 <hg> There is no setting "hg" in `source` | Keys of `source`: git, ref, directory, archive, sha256, strip, subdirectory.',
    ],
  ],
  ["reuse: [{ path: x }]", ["4:9 <{> `reuse[0].key` is missing"]],
  ["reuse: [{ path: x, key: [] }]", ["4:20 <key> `reuse[0].key` must name at least one file"]],
  ["reuse: [{ path: ../x, key: [a] }]", ["4:17 <../x> `reuse[0].path` must stay in the release: `..` leads out of it"]],
  ["reuse: [{ path: a, key: [k] }, { path: a/b, key: [k] }]", ['4:40 <a/b> "a/b" is in `reuse` already, or inside of what is']],
  [
    "reuse: [{ path: log/old, key: [k] }]\nshared: { dirs: [log] }",
    ['4:17 <log/old> "log/old" cannot be reused: "log" is shared: releases have it in common already'],
  ],
  [
    "reuse: [{ path: var, key: [k] }]\npermissions: { writable: [var/cache] }",
    ['4:17 <var> "var" cannot be reused: "var/cache" is writable for the application, which may have changed it'],
  ],
  [
    "reuse: [{ path: node_modules, key: [k] }]\ntasks: { prepare: [{ run: x, makes: node_module }] }",
    ['5:37 <node_module> No entry of `reuse` has the path "node_module" | Did you mean `node_modules`?'],
  ],
  [
    "tasks: { prepare: { run: x, makes: vendor } }",
    [
      '4:36 <vendor> No entry of `reuse` has the path "vendor" | Without one the task always runs: add the entry, or leave out `makes`.',
    ],
  ],
  [
    "reuse: [{ path: x, key: [k] }]\ntasks: { finish: { run: x, makes: x } }",
    ["5:28 <makes> `makes` belongs to tasks of `prepare`: later ones change nothing in a release"],
  ],
  ["reuse: []\ntasks: { prepare: { run: x, makes: x } }", []],
  ["shared: [log]", ["4:1 <shared> `shared` must be a map, but is a list"]],
  ["shared: { dirs: log }", ['4:17 <log> `shared.dirs` must be a list, but is "log"']],
  [
    "shared: { dirs: [/log] }",
    ['4:18 </log> `shared.dirs[0]` must be relative to the release, without `/` at the beginning, but is "/log"'],
  ],
  ["shared: { dirs: [../log] }", ["4:18 <../log> `shared.dirs[0]` must stay in the release: `..` leads out of it"]],
  ["shared: { dirs: [.] }", ["4:18 <.> `shared.dirs[0]` must name something in the release, not the release itself"]],
  ['shared: { dirs: [""] }', ['4:18 <""> `shared.dirs[0]` must not be empty']],
  [
    "shared: { dirs: [5] }",
    ["4:18 <5> `shared.dirs[0]` must be text, but is 5 | Without quotes it is a number: put it in quotes."],
  ],
  ["shared: { dirs: [{ whenMissing: fail }] }", ["4:18 <{> `shared.dirs[0].path` is missing"]],
  [
    "shared: { dirs: [{ path: log, whenMissing: sed }] }",
    ['4:44 <sed> `shared.dirs[0].whenMissing` must be `fail`, `seed`, `create` or `skip`, but is "sed" | Did you mean `seed`?'],
  ],
  ["shared: { dirs: [log, ./log/] }", ['4:23 <./log/> "log" is shared twice']],
  ["shared: { dirs: [log], files: [log] }", ['4:32 <log> "log" is shared twice']],
  [
    "shared: { dirs: [log, log/app] }",
    ['4:23 <log/app> "log/app" is inside "log", which is shared as a whole | Remove one of them from `shared`.'],
  ],
  [
    "shared: { dirs: [log/app, log] }",
    ['4:27 <log> "log/app" is inside "log", which is shared as a whole | Remove one of them from `shared`.'],
  ],
  [
    "shared: { dirs: [config/a], files: [config] }",
    ['4:37 <config> "config/a" is inside "config", which is shared as a whole | Remove one of them from `shared`.'],
  ],
  [
    "shared: { files: [REVISION, .release.json] }",
    [
      "4:19 <REVISION> `shared.files[0]` must not be `REVISION`: each release has its own",
      "4:29 <.release.json> `shared.files[1]` must not be `.release.json`: each release has its own",
    ],
  ],
  [
    "permissions: { dirs: 0755 }",
    [
      '4:22 <0755> `permissions.dirs` must be three or four octal digits in quotes, such as "0755", but is 0755 | Without quotes it is another number.',
    ],
  ],
  [
    'permissions: { dirs: "755x", files: "0999", umask: "00022" }',
    [
      '4:22 <"755x"> `permissions.dirs` must be three or four octal digits in quotes, such as "0755", but is "755x"',
      '4:37 <"0999"> `permissions.files` must be three or four octal digits in quotes, such as "0755", but is "0999"',
      '4:52 <"00022"> `permissions.umask` must be three or four octal digits in quotes, such as "0755", but is "00022"',
    ],
  ],
  [
    'permissions: { dirs: "0655" }',
    ['4:22 <"0655"> `permissions.dirs` must begin with 7 for the owner, or nothing can be put into the directories'],
  ],
  ['permissions: { files: "0044" }', ['4:23 <"0044"> `permissions.files` must let the owner read the files']],
  [
    'permissions: { files: "4755" }',
    ['4:23 <"4755"> `permissions.files` must not set more than permissions: the first of four digits is 0 here'],
  ],
  [
    'permissions: { umask: "0722" }',
    ['4:23 <"0722"> `permissions.umask` must not take anything from the owner: tasks could not use their own files'],
  ],
  [
    "permissions: { group: 33 }",
    ["4:23 <33> `permissions.group` must be text, but is 33 | Without quotes it is a number: put it in quotes."],
  ],
  ['permissions: { group: "" }', ['4:23 <""> `permissions.group` must not be empty']],
  ["permissions: { group: -x }", ["4:23 <-x> `permissions.group` must not begin with `-`: it would be taken for an option"]],
  [
    'permissions: { group: "a:b" }',
    [
      '4:23 <"a:b"> `permissions.group` must be the name of an account: it cannot contain `:`, `/` or control characters, but is "a:b"',
    ],
  ],
  [
    "permissions: { writable: [/var] }",
    ['4:27 </var> `permissions.writable[0]` must be relative to the release, without `/` at the beginning, but is "/var"'],
  ],
  ["permissions: { writable: var }", ['4:26 <var> `permissions.writable` must be a list, but is "var"']],
  [
    'env: { A-B: x, 1A: x, "": x }',
    [
      '4:8 <A-B> The name "A-B" in `env` must be letters, digits and underscores, and not begin with a digit: shells know no other variables',
      '4:16 <1A> The name "1A" in `env` must be letters, digits and underscores, and not begin with a digit: shells know no other variables',
      '4:23 <""> The name "" in `env` must be letters, digits and underscores, and not begin with a digit: shells know no other variables',
    ],
  ],
  [
    "env: { SLH_RELEASE: x }",
    [
      '4:8 <SLH_RELEASE> The name "SLH_RELEASE" in `env` must not begin with `SLH_`: those variables tell tasks about their deploy',
    ],
  ],
  [
    'env: { A: , B: [x], C: "a\\0b" }',
    [
      '4:8 <A> `env.A` must be text, but is empty | Write "" for an empty one.',
      "4:13 <B> `env.B` must be text, but is a list",
      '4:24 <"a\\0b"> `env.C` must not contain a NUL character: no argument and no file name can hold one',
    ],
  ],
  ["env: [A=b]", ["4:1 <env> `env` must be a map, but is a list"]],
  [
    "env: { constructor: x, __proto__: x }",
    ['4:8 <constructor> "constructor" cannot be used as a name', '4:24 <__proto__> "__proto__" cannot be used as a name'],
  ],
  [
    "env: { DATABASE_PASSWORD: hunter2 }",
    [
      '4:27 "DATABASE_PASSWORD" looks like a secret, but what stands in `env` is not masked | Name it under `secrets` of the tasks that need it: it is then taken from the environment of this machine.',
    ],
  ],
  [
    "ssh: { config: ~/.ssh/config }",
    [
      "4:16 <~/.ssh/config> `ssh.config` must not begin with `~`: it is taken literally and never becomes a home directory | Write the whole path, or one relative to this file.",
    ],
  ],
  [
    'ssh: { options: { BatchMode: no, stricthostkeychecking: no, LocalForward: x, "-o": x } }',
    [
      "4:19 <BatchMode> `ssh.options.BatchMode` cannot be set: nobody is there to answer a question",
      "4:34 <stricthostkeychecking> `ssh.options.stricthostkeychecking` cannot be set: host keys are always verified",
      "4:61 <LocalForward> `ssh.options.LocalForward` cannot be set: nothing is forwarded to or from a host",
      '4:78 <"-o"> The name "-o" in `ssh.options` must be the name of an option in ssh_config: letters only',
    ],
  ],
  [
    'ssh: { options: { UserKnownHostsFile: "~/.ssh/known_hosts /dev/null" } }',
    ['4:39 <"~/.ssh/known_hosts /dev/null"> `UserKnownHostsFile` cannot be a file that forgets: host keys are always verified'],
  ],
  [
    'ssh: { options: { ConnectTimeout: , User: "a\\nb", Port: "" } }',
    [
      "4:19 <ConnectTimeout> `ssh.options.ConnectTimeout` must be text, but is empty",
      '4:43 <"a\\nb"> `ssh.options.User` must be on one line, without control characters, but is "a\\nb"',
      '4:57 <""> `ssh.options.Port` must not be empty',
    ],
  ],
  ["tasks: npm ci", ['4:8 <npm ci> `tasks` must be a map, but is "npm ci"']],
  [
    "tasks: { deploy: x }",
    [
      '4:10 <deploy> There is no setting "deploy" in `tasks` | Keys of `tasks`: build, prepare, beforeSwitch, drain, afterSwitch, undrain, finish, failed.',
    ],
  ],
  [
    "tasks: { before_switch: x }",
    ['4:10 <before_switch> There is no setting "before_switch" in `tasks` | Did you mean `beforeSwitch`?'],
  ],
  [
    'tasks: { prepare: "" }',
    ['4:19 <""> `tasks.prepare` must be a command, but is empty | Leave it out where there is nothing to run.'],
  ],
  [
    'tasks: { prepare: [npm ci, ""] }',
    ['4:28 <""> `tasks.prepare[1]` must be a command, but is empty | Leave it out where there is nothing to run.'],
  ],
  [
    "tasks: { prepare: 5 }",
    ["4:19 <5> `tasks.prepare` must be text, but is 5 | Without quotes it is a number: put it in quotes."],
  ],
  [
    "tasks: { prepare: [[a]] }",
    ["4:20 <[> `tasks.prepare[0]` must be a command, or a map with `run` or `reload`, but is a list"],
  ],
  ["tasks: { prepare: { on: all } }", ["4:10 <prepare> `tasks.prepare` must have `run` or `reload`"]],
  [
    "tasks: { prepare: { run: x, on: web } }",
    [
      '4:33 <web> No host of "p" has the role "web", so this would never run there | No host there has a role; `all` and `first` need none.',
    ],
  ],
  [
    "tasks: { prepare: { run: x, on: -x } }",
    ["4:33 <-x> `tasks.prepare.on` must not begin with `-`: it would be taken for an option"],
  ],
  [
    "tasks: { prepare: { run: x, in: relase } }",
    ['4:33 <relase> `tasks.prepare.in` must be `release` or `root`, but is "relase" | Did you mean `release`?'],
  ],
  [
    "tasks: { prepare: { run: x, as: -root } }",
    ["4:33 <-root> `tasks.prepare.as` must not begin with `-`: it would be taken for an option"],
  ],
  [
    'tasks: { prepare: { run: x, undo: " " } }',
    ['4:35 <" "> `tasks.prepare.undo` must be a command, but is empty | Leave it out where there is nothing to run.'],
  ],
  ["tasks: { prepare: { run: x, timeout: 0 } }", ["4:38 <0> `tasks.prepare.timeout` must be at least 1s, but is 0"]],
  ["tasks: { prepare: { run: x, secrets: A } }", ['4:38 <A> `tasks.prepare.secrets` must be a list, but is "A"']],
  [
    "tasks: { prepare: { run: x, secrets: [A B, SLH_A] } }",
    [
      '4:39 <A B> `tasks.prepare.secrets[0]` must be letters, digits and underscores, and not begin with a digit: shells know no other variables, but is "A B"',
      "4:44 <SLH_A> `tasks.prepare.secrets[1]` must not begin with `SLH_`: those variables tell tasks about their deploy",
    ],
  ],
  [
    "tasks: { prepare: { run: x, secrets: [A], env: { A: b } } }",
    ['4:50 <A> "A" is a secret of this task, so it cannot be set here too'],
  ],
  [
    "tasks: { prepare: { run: x, cwd: y } }",
    [
      '4:29 <cwd> There is no setting "cwd" in `tasks.prepare` | Keys of `tasks.prepare`: run, reload, env, secrets, timeout, on, in, as, path, shell, undo, makes.',
    ],
  ],
  [
    "tasks: { build: { run: x, on: first, in: root, as: root, undo: y } }",
    [
      "4:27 <on> `tasks.build.on` has no meaning for `build`, which runs once, on this machine, before any host is involved",
      "4:38 <in> `tasks.build.in` has no meaning for `build`, which runs once, on this machine, before any host is involved",
      "4:48 <as> `tasks.build.as` has no meaning for `build`, which runs once, on this machine, before any host is involved",
      "4:58 <undo> `tasks.build.undo` has no meaning for `build`, which runs once, on this machine, before any host is involved",
    ],
  ],
  [
    'tasks: { prepare: "a\\0b" }',
    ['4:19 <"a\\0b"> `tasks.prepare` must not contain a NUL character: no argument and no file name can hold one'],
  ],
  ["hosts: [a]", ["4:1 <hosts> `hosts` belongs to an environment | Write `environments: { production: { hosts: [...] } }`."]],
];

test.each(MISTAKES)("%s", (setting, expected) => {
  expect(problems(`${BASE}${setting}\n`)).toEqual(expected);
});
