import type { LockStatus } from "../../src/report/documents.ts";
import type { Event } from "../../src/report/events.ts";
import type { ErrorReport, HostReport, Report, WayBack } from "../../src/report/report.ts";

export const NEW = "20261123T114502Z";
export const OLD = "20261120T090000Z";

export function hostReport(host: string, facts: Partial<HostReport> = {}): HostReport {
  return { host, outcome: "deployed", live: NEW, liveKnown: true, previous: OLD, phases: [], pruned: [], error: null, ...facts };
}

export function report(facts: Partial<Report> = {}): Report {
  return {
    schema: 1,
    command: "deploy",
    app: "shop",
    environment: "production",
    outcome: "deployed",
    release: NEW,
    previous: OLD,
    revision: "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5",
    tree: "9f86d081884c7d65",
    startedAt: "2026-11-23T11:45:02.000Z",
    durationMs: 24_100,
    hosts: ["web1", "web2", "web3"].map((host) => hostReport(host)),
    goBack: wayBack,
    warnings: [],
    error: null,
    ...facts,
  };
}

export const wayBack: WayBack = { to: OLD, command: "symlink-helper rollback production", refused: null, remedy: "" };

export const taskFailed: ErrorReport = {
  kind: "task-failed",
  phase: "prepare",
  message: "`npm ci --omit=dev` ended with exit code 1.",
  remedy: "Correct the task or what it needs, then deploy again.",
  output: [
    "npm error code ENOENT",
    "npm error path /var/www/shop/releases/20261123T114502Z/package-lock.json",
    "::error::host says so",
  ],
};

export const connectionLost: ErrorReport = {
  kind: "connection-lost",
  phase: "switch",
  message: "The connection to web3 ended during the switch, so it is not known whether it happened.",
  remedy: "Check that web3 can be reached, then run status.",
};

export const lease: LockStatus = {
  generation: 7,
  kind: "lease",
  by: "ann@laptop",
  since: "2026-11-23T11:44:00Z",
  reason: "Fix the login",
  origin: "https://ci.example.org/run/7",
  command: "deploy",
};

/** One report for every way in which a deploy can end, and some other commands. */
export const reports: Readonly<Record<string, Report>> = {
  deployed: report(),
  "deployed with pruning and a warning": report({
    hosts: ["web1", "web2"].map((host) => hostReport(host, { pruned: ["20261101T080000Z"] })),
    warnings: ["web1: task finish `curl -fsS https://hooks.example.org` ended with exit code 22"],
  }),
  "deployed for the first time": report({
    previous: null,
    goBack: null,
    hosts: [hostReport("local", { previous: null })],
    environment: "local",
  }),
  "deployed over different releases": report({
    previous: null,
    goBack: {
      to: null,
      command: "",
      refused: "The hosts would go back to different releases, so none does.",
      remedy: "To bring every host to 20261119T000000Z: symlink-helper rollback production --to 20261119T000000Z",
    },
    hosts: [hostReport("web1"), hostReport("web2", { previous: "20261119T000000Z" })],
  }),
  "rolled-back": report({
    command: "rollback",
    outcome: "rolled-back",
    release: OLD,
    previous: NEW,
    durationMs: 1900,
    goBack: { to: NEW, command: `symlink-helper rollback production --to ${NEW}`, refused: null, remedy: "" },
    hosts: ["web1", "web2"].map((host) => hostReport(host, { outcome: "rolled-back", live: OLD, previous: NEW })),
  }),
  unchanged: report({
    outcome: "unchanged",
    release: OLD,
    hosts: ["web1", "web2"].map((host) => hostReport(host, { outcome: "unchanged", live: OLD })),
  }),
  failed: report({
    outcome: "failed",
    hosts: [
      hostReport("web1", { outcome: "failed", live: OLD }),
      hostReport("web2", { outcome: "failed", live: OLD, error: taskFailed }),
      hostReport("web3", { outcome: "failed", live: OLD, error: taskFailed }),
    ],
  }),
  "failed in the build": report({
    outcome: "failed",
    release: null,
    hosts: [],
    error: {
      ...taskFailed,
      phase: "build",
      message: "`npm run build` ended with exit code 2.",
      output: ["src/app.ts(3,7): error TS2322"],
    },
  }),
  returned: report({
    outcome: "returned",
    hosts: [
      hostReport("web1", { outcome: "returned", live: OLD }),
      hostReport("web2", {
        outcome: "returned",
        live: OLD,
        error: { ...taskFailed, phase: "afterSwitch", message: "`systemctl --user reload shop` ended with exit code 1." },
      }),
    ],
  }),
  "returned, with undo": report({
    outcome: "returned",
    hosts: ["web1", "web2", "web3"].map((host) =>
      hostReport(host, {
        outcome: "returned",
        live: OLD,
        undone: [{ point: "beforeSwitch", run: "npm run migrate:down", ok: host !== "web3" }],
        error: host === "web3" ? { ...taskFailed, phase: "afterSwitch" } : null,
      }),
    ),
    warnings: ["web3: the undo of beforeSwitch: The beforeSwitch task `npm run migrate:down` ended with code 1."],
  }),
  partial: report({
    outcome: "partial",
    previous: OLD,
    hosts: [
      hostReport("web1"),
      hostReport("web2", { outcome: "returned", live: OLD }),
      hostReport("web3", { outcome: "partial", live: null, liveKnown: false, error: connectionLost }),
    ],
  }),
  locked: report({
    outcome: "locked",
    release: null,
    hosts: [],
    error: {
      kind: "locked",
      message: "web1 is in use by bob@desk since 11:40: deploy, from https://ci.example.org/run/6",
      remedy: "Wait for it, or queue behind it with --wait TIME.",
    },
  }),
  interrupted: report({
    outcome: "interrupted",
    hosts: ["web1", "web2"].map((host) => hostReport(host, { outcome: "interrupted", live: OLD })),
  }),
  invalid: report({
    outcome: "invalid",
    release: null,
    hosts: [],
    error: {
      kind: "configuration",
      message: "symlink-helper.yaml:4:1: error: There is no setting `shard`\n  4 | shard:\n    | ^^^^^",
      remedy: "",
    },
  }),
  "set up": report({
    command: "setup",
    outcome: "done",
    release: null,
    hosts: ["web1", "web2"].map((host) => hostReport(host, { outcome: "done" })),
  }),
  pinned: report({ command: "pin", outcome: "done", release: OLD, hosts: [hostReport("web1", { outcome: "done" })] }),
  pruned: report({
    command: "prune",
    outcome: "done",
    release: null,
    hosts: [
      hostReport("web1", { outcome: "done", pruned: ["20261101T080000Z", "20261102T080000Z"] }),
      hostReport("web2", { outcome: "done", pruned: ["20261102T080000Z"] }),
      hostReport("web3", { outcome: "done" }),
    ],
  }),
  "locked by hand": report({
    command: "lock acquire",
    outcome: "done",
    release: null,
    hosts: [hostReport("web1", { outcome: "done" })],
  }),
};

/** A whole deploy to three hosts, of which the last has trouble, as it happens. */
export const deployEvents: readonly Event[] = [
  { kind: "started", command: "deploy", app: "shop", environment: "production", hosts: ["web1", "web2", "web3"] },
  { kind: "step-started", name: "source" },
  { kind: "step-ended", name: "source", ms: 812, text: "3fb2c81d on main" },
  { kind: "task-started", host: "controller", point: "build", task: "npm run build" },
  { kind: "output", host: "controller", point: "build", line: "> vite build" },
  { kind: "task-ended", host: "controller", point: "build", task: "npm run build", code: 0, ms: 12_400 },
  { kind: "step-ended", name: "tree", ms: 300, text: "312 files, 4.1 MB" },
  { kind: "waiting", host: "web1", owner: "bob@desk (deploy)" },
  { kind: "phase-started", host: "web1", phase: "connect" },
  { kind: "phase-ended", host: "web1", phase: "connect", ms: 310, bytesSent: 812, ok: true, text: "" },
  { kind: "phase-ended", host: "web1", phase: "send", ms: 640, bytesSent: 18_300, ok: true, text: "308 files copied, 4 sent" },
  { kind: "notice", host: "web1", text: "Cleaned up after an interrupted deploy: 20261122T101010Z" },
  { kind: "task-started", host: "web1", point: "prepare", task: "npm ci --omit=dev\nnpm cache verify" },
  { kind: "output", host: "web1", point: "prepare", line: "\u001b[32madded 312 packages\u001b[0m in 8s" },
  { kind: "output", host: "web1", point: "prepare", line: "::warning::host\nsecond line\r" },
  { kind: "task-ended", host: "web1", point: "prepare", task: "npm ci --omit=dev\nnpm cache verify", code: 0, ms: 8200 },
  { kind: "warning", host: "web2", text: "The clock of this host is 4m behind" },
  { kind: "switched", host: "web1", from: OLD, to: NEW },
  { kind: "switched", host: "web2", from: null, to: NEW },
  { kind: "output", host: "web1", point: "afterSwitch", line: "reloaded" },
  { kind: "phase-ended", host: "web3", phase: "switch", ms: 95, bytesSent: 200, ok: false, text: "" },
  { kind: "task-ended", host: "web3", point: "afterSwitch", task: "systemctl reload shop", code: 1, ms: 90 },
  { kind: "failed", host: "web3", error: connectionLost },
  {
    kind: "failed",
    host: null,
    error: { kind: "moved", message: "Somebody else switched meanwhile.\nDetails", remedy: "Look." },
  },
  { kind: "returned", host: "web1", from: NEW, to: OLD, reason: "web3 failed to switch" },
  { kind: "pruned", host: "web1", release: "20261101T080000Z" },
  { kind: "warning", host: null, text: "Two lines\n::error::of warning" },
  { kind: "notice", host: null, text: "::error::is said by nobody" },
  { kind: "ended", report: report() },
];
