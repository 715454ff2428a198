import { RELOAD_DESCRIPTIONS } from "./reload-descriptions.ts";

/** What a setting means, for editors and for `config`. */
export interface Description {
  readonly text: string;
  /** What holds where nothing is written, in the form in which it would be. Left out where that depends, or is nothing. */
  readonly otherwise?: string | number | boolean | readonly string[] | Readonly<Record<string, never>>;
}

/**
 * Every setting. Names are the same at each level: `keep` is that of the file, of an environment and of a host. `[]` is an entry
 * of a list or a map, `task` one of the tasks. A test keeps them equal to the schema and to the types.
 */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  app: { text: "Name of the application, for people." },
  "secret[].secret": { text: "Name of a variable of the machine you deploy from." },
  source: { text: "Where the files come from: a commit of a git repository, a directory, or an archive." },
  "source.git": {
    text: "A git repository: a directory, relative to this file, or what `git clone` takes.",
    otherwise: ".",
  },
  "source.ref": { text: "Branch, tag or commit.", otherwise: "HEAD" },
  "source.directory": { text: "A directory to take as it is, instead of a repository; `build` tasks run in it." },
  "source.archive": { text: "A .tar, .tar.gz, .tar.zst or .zip to take instead: a file, relative to this one." },
  "source.sha256": { text: "The SHA-256 of the archive, 64 hex digits: another file is refused before it is unpacked." },
  "source.strip": { text: "How many leading folders each name in the archive loses.", otherwise: 0 },
  "source.subdirectory": {
    text: "Only this folder of the repository or the archive becomes the tree; `build` tasks run in it.",
  },
  exclude: { text: "Patterns as in a `.gitignore`, of what is not deployed. `.git` never is.", otherwise: [] },
  wait: {
    text: "How long to queue behind another run: seconds, or a text such as `30s`, `2m`, `1h30m`. `0` refuses at once.",
    otherwise: "10m",
  },
  strategy: { text: "In what waves hosts are switched, and what a failure means for the others.", otherwise: {} },
  "strategy.wave": {
    text: "How many hosts are switched at once: a number, a share such as `25%`, or `all`. A list says it for one wave after the other; the last one holds for the rest.",
    otherwise: "all",
  },
  "strategy.pause": { text: "How long to wait between two waves.", otherwise: "0s" },
  "strategy.maxFailures": {
    text: "How many hosts may fail and go back alone before the deploy is one that failed.",
    otherwise: 0,
  },
  "strategy.onFailure": {
    text: "When the deploy fails: `return` takes all hosts back, `keep` leaves the waves that went well as they are.",
    otherwise: "return",
  },
  limits: { text: "How much this machine does at the same time, where there are many hosts.", otherwise: {} },
  "limits.connect": { text: "Connections that are being made.", otherwise: 8 },
  "limits.send": { text: "Hosts to which files are being sent.", otherwise: 8 },
  notify: { text: "Who is told how deploys and rollbacks end.", otherwise: [] },
  "notify[].slack": {
    text: "A text for people to an incoming webhook that understands Slack's: a URL, or `{ secret: NAME }` of a variable that holds it.",
  },
  "notify[].webhook": { text: "The report as JSON, posted to a URL, or to what `{ secret: NAME }` holds." },
  "notify[].command": {
    text: "What a POSIX shell runs on the machine you deploy from, in the directory of this file, with the JSON on its standard input.",
  },
  "notify[].on": {
    text: "When: `success`, `failure`, `return`, or a list of these.",
    otherwise: ["success", "failure", "return"],
  },
  "notify[].timeout": { text: "So long at most, and so long at most the end of the command is delayed.", otherwise: "10s" },
  "notify[].secret": { text: "Name of the variable with which a `webhook` is signed, in the header `X-Slh-Signature`." },
  "notify[].headers": { text: "Further headers of a `webhook`: text, or `{ secret: NAME }`.", otherwise: {} },
  "notify[].secrets": { text: "Names of variables that a `command` gets besides those that are no secrets.", otherwise: [] },
  unreachable: {
    text: "What becomes of a deploy where a host cannot be reached: `stop`, or `skip` that host, with a warning.",
    otherwise: "stop",
  },
  environments: { text: "By name: settings for one environment, and its `hosts`." },
  hosts: { text: "The hosts of this environment: a list, or whatever names them." },
  "hosts.ansible": {
    text: "An inventory of Ansible, relative to this file: `ansible-inventory --list` is asked for its hosts.",
  },
  "hosts.group": { text: "Only the hosts of this group of the inventory." },
  "hosts.command": {
    text: "What a POSIX shell runs on the machine you deploy from, in the directory of this file, and that prints the hosts.",
  },
  host: {
    text: "Where it is: `local`, `web1`, `deploy@web1.example.org:2222`, `deploy@[2001:db8::1]`; or several: `web[01:20]`.",
  },
  user: { text: "Who to log in as, instead of in `host`. Otherwise ssh chooses." },
  port: { text: "Instead of in `host`. Otherwise ssh chooses." },
  name: { text: "What it is called in output; of several, a range as well. Otherwise its host." },
  roles: { text: "Words, for `on` of tasks.", otherwise: [] },
  root: {
    text: "The app root: the directory with `current`, `releases` and `shared`. Absolute; for `local` it may be relative to this file.",
  },
  layout: { text: "Names in the app root.", otherwise: {} },
  "layout.current": { text: "Name of the link.", otherwise: "current" },
  "layout.releases": { text: "Name of the directory of releases.", otherwise: "releases" },
  "layout.shared": { text: "Name of the directory of what is shared.", otherwise: "shared" },
  keep: { text: "Good releases to keep, the live one among them, pinned ones besides.", otherwise: 5 },
  shared: { text: "What belongs to the machine and is linked into each release from `shared/`.", otherwise: {} },
  "shared.dirs": { text: "Directories that are linked into each release.", otherwise: [] },
  "shared.files": { text: "Files that are linked into each release.", otherwise: [] },
  "shared[].path": { text: "The same in the release and in `shared/`." },
  "shared[].whenMissing": {
    text: "If it is missing in `shared/`: `fail` stops the deploy before anything changes (otherwise for files), `create` makes it, empty (otherwise for directories), `seed` takes it from the release, once, `skip` does not link it.",
  },
  permissions: { text: "Modes, group and umask of what is deployed.", otherwise: {} },
  "permissions.dirs": { text: "Mode of directories that are deployed, in quotes.", otherwise: "0755" },
  "permissions.files": { text: "Mode of files, in quotes; executable ones get `x` wherever they have `r`.", otherwise: "0644" },
  "permissions.group": { text: "Group of the release; the deploy user must be a member." },
  "permissions.writable": {
    text: "Directories in the release that the application writes to: made if missing, writable for user and group.",
    otherwise: [],
  },
  "permissions.umask": { text: "For tasks, in quotes.", otherwise: "0022" },
  reuse: {
    text: "What `prepare` tasks make and a new release takes over from an earlier one as long as its key is the same.",
    otherwise: [],
  },
  "reuse[].path": { text: "A directory or file in the release that tasks make, such as `node_modules`." },
  "reuse[].key": { text: "Files of the tree that decide what is made, such as `package-lock.json`." },
  "reuse[].runtime": {
    text: "A command whose output decides too, such as `node --version`; it runs in the app root, also for `plan`.",
  },
  tasks: { text: "Commands of yours, by the point at which they run.", otherwise: {} },
  "tasks.build": {
    text: "On the machine you deploy from, in a clean export of the commit, before the tree is taken.",
    otherwise: [],
  },
  "tasks.prepare": { text: "On each host, in the new release, nothing switched.", otherwise: [] },
  "tasks.beforeSwitch": { text: "When all hosts have prepared: migrations.", otherwise: [] },
  "tasks.drain": { text: "On each host directly before its switch: out of the load balancer.", otherwise: [] },
  "tasks.afterSwitch": {
    text: "When the hosts of a wave have switched, and when they have gone back: reload.",
    otherwise: [],
  },
  "tasks.undrain": {
    text: "When all is well with the hosts of a wave, and on a host that was drained and goes back: into the load balancer.",
    otherwise: [],
  },
  "tasks.finish": { text: "When all is confirmed. A failure is a warning.", otherwise: [] },
  "tasks.failed": { text: "When a run failed after it had begun to change something, with `SLH_REASON`.", otherwise: [] },
  "task.run": { text: "What a POSIX shell runs." },
  "task.reload": { text: "Instead of `run`: the service that is to go on with the live release. Not for `build`." },
  ...RELOAD_DESCRIPTIONS,
  "task.on": {
    text: "Which hosts: `all`, `first` (the first of the environment), or a role. Not for `build`.",
    otherwise: "all",
  },
  "task.in": { text: "Where: in the release, or in the app root. Not for `build`.", otherwise: "release" },
  "task.env": { text: "Variables for this task alone.", otherwise: {} },
  "task.secrets": { text: "Names of variables of the machine you deploy from, that this task gets.", otherwise: [] },
  "task.as": { text: "Another user, through `sudo -n -u`. Not for `build`." },
  "task.path": { text: "As for the host, and before those. Not for `build`.", otherwise: [] },
  "task.shell": { text: "Instead of that of the host. Not for `build`." },
  "task.timeout": { text: "Then it is stopped, with all it started, and has failed.", otherwise: "30m" },
  "task.undo": { text: "What is run where this task was begun, if the deploy is taken back. Not for `build`." },
  "task.makes": {
    text: "Path of the `reuse` entry that it makes: skipped where that was taken over. Only for `prepare`.",
  },
  check: {
    text: "What has to pass on each host behind its switch, before success is said: a check, or a list of these.",
    otherwise: [],
  },
  "check[].http": { text: "A URL that has to answer with a status from 200 to 299, or a map with `url`." },
  "check[].tcp": { text: "A port that has to take connections, as `host:port`." },
  "check[].command": { text: "What a POSIX shell runs, as for a task; it has to end with 0." },
  "check[].within": { text: "So long it may take until it passes.", otherwise: "30s" },
  "check[].interval": { text: "Between two attempts.", otherwise: "1s" },
  "check[].consecutive": { text: "So often it has to pass in a row.", otherwise: 1 },
  "check[].timeout": { text: "So long one attempt may take.", otherwise: "10s" },
  "check[].on": { text: "Which hosts, as for a task.", otherwise: "all" },
  "check[].as": { text: "Another user, through `sudo -n -u`." },
  "check[].path": { text: "Where to look for programs first, as for a task.", otherwise: [] },
  "check[].in": { text: "Where a `command` runs: in the release, or in the app root.", otherwise: "release" },
  "check[].env": { text: "Variables for a `command`.", otherwise: {} },
  "check[].secrets": {
    text: "Names of variables of the machine you deploy from, that a `command` gets.",
    otherwise: [],
  },
  "check[].shell": { text: "What runs a `command`, instead of the shell of the host." },
  "http[].url": { text: "`http://…` or `https://…`, as the host itself reaches it. Redirects are not followed." },
  "http[].status": { text: "One status, or several of which any will do. Otherwise any from 200 to 299." },
  "http[].body": { text: "A text that the body must hold, in its first 256 KiB." },
  "http[].header": {
    text: 'Headers that the answer must have, and a text that each must hold; "" for any.',
    otherwise: {},
  },
  "http[].release": { text: "Where the id of the new release must be found: `body`, or the name of a header." },
  "http[].send": { text: "Headers of the request, such as `Host`: text, or `{ secret: NAME }`.", otherwise: {} },
  "http[].connect": {
    text: "Connect there, as `host` or `host:port`, whatever the URL says; certificate and `Host` are those of the URL.",
  },
  "http[].unixSocket": { text: "Connect to this socket on the host, an absolute path. Only for `http://`." },
  "http[].ca": {
    text: "File on the host, an absolute path, with the certificates to trust. Otherwise those that the host trusts.",
  },
  commands: { text: "By name: what `run NAME` runs. A command, or a map like a task without `undo`.", otherwise: {} },
  logs: { text: "By name: what `logs` follows. A file, or a unit of systemd.", otherwise: {} },
  "logs[].file": { text: "Relative to the app root, or absolute." },
  "logs[].unit": { text: "A unit of systemd, instead of `file`." },
  "logs[].user": { text: "Whether that is a unit of the deploy user's own systemd.", otherwise: false },
  env: { text: "Variables for every task. What is secret belongs into `secrets` of a task.", otherwise: {} },
  path: {
    text: "Directories where tasks look for programs before `PATH`; `~/` is the home of whoever runs the task.",
    otherwise: [],
  },
  shell: {
    text: "What runs tasks: `bash`, `bash -l` (with its profile), `bash -li` (and `.bashrc`), or another of its family. Otherwise `/bin/sh`, no start-up file.",
  },
  become: { text: "Log in as you do, but do everything as this user, through `sudo -n`." },
  lease: { text: "After so long without a sign of life, controller or host counts as gone.", otherwise: "30s" },
  grace: { text: "So long after a release ceased to be live it is not pruned; on NFS a minute at least.", otherwise: "60s" },
  oldProcesses: { text: "What still runs from another release behind the switch: how long that is waited for.", otherwise: {} },
  "oldProcesses.within": { text: "So long at most it is waited for, behind `afterSwitch`. `0` only looks.", otherwise: "10s" },
  "oldProcesses.whenLeft": {
    text: "What is still there then is told (`warn`), takes the deploy back (`fail`), or is not even looked for (`ignore`).",
    otherwise: "warn",
  },
  confirm: {
    text: "What a host does that has switched and loses the controller before the confirmation, where there are several hosts: go back, or keep the new release.",
    otherwise: "return",
  },
  durability: {
    text: "`flush`: no switch before the release is on disk. `best-effort`: if that takes longer than 5 minutes, go on with a warning.",
    otherwise: "flush",
  },
  ssh: { text: "How hosts are reached.", otherwise: {} },
  "ssh.config": { text: "Another file than your `~/.ssh/config`, relative to this file." },
  "ssh.options": { text: "Options as for `ssh -o`, by name; what would weaken the connection is refused.", otherwise: {} },
};
