import type { HostTasks, LayoutNames } from "./resolved.ts";
import type { NotifyEvent } from "./written-notify.ts";

/** What holds where nothing is written. Times are in seconds. */
export const DEFAULTS = {
  keep: 5,
  lease: 30,
  grace: 60,
  oldProcesses: { within: 10, whenLeft: "warn" },
  wait: 600,
  timeout: 30 * 60,
  notifyTimeout: 10,
  checkWithin: 30,
  checkInterval: 1,
  checkTimeout: 10,
  wave: "all",
  pause: 0,
  maxFailures: 0,
  onFailure: "return",
  connect: 8,
  send: 8,
  confirm: "return",
  unreachable: "stop",
  durability: "flush",
  ref: "HEAD",
  dirs: "0755",
  files: "0644",
  umask: "0022",
  whenMissing: { dirs: "create", files: "fail" },
} as const;

export const LAYOUT: LayoutNames = { current: "current", releases: "releases", shared: "shared" };

/** How a deploy or rollback may end, for those who are told. */
export const NOTIFY_EVENTS = ["success", "failure", "return"] as const satisfies readonly NotifyEvent[];

/** The points at which hosts run tasks, in the order of a deploy. */
export const TASK_POINTS: readonly (keyof HostTasks)[] = [
  "prepare",
  "beforeSwitch",
  "drain",
  "afterSwitch",
  "undrain",
  "finish",
  "failed",
];
