import type { Event } from "./events.ts";
import { someHosts } from "./group.ts";
import { sanitizeDeep } from "./sanitize.ts";
import { formatBytes } from "./units.ts";
import type { Level } from "./view.ts";

/** What an event says to people, before it is laid out: the plain and the terminal view differ in layout only. */
export interface Row {
  readonly level: Level;
  /** Null where it is about no host. */
  readonly host: string | null;
  /** The phase, step or task point; empty for a remark. */
  readonly topic: string;
  /** How long it took; null where it has just begun or takes no time. */
  readonly ms: number | null;
  /** A task of the user's, which may be long: a terminal shows as much of it as there is room for. Stands before the text. */
  readonly task?: string;
  /** Which of several logs of the host it is from. */
  readonly log?: string;
  /** May have several lines. */
  readonly text: string;
}

/** The rows of one event: none for what only programs care about. */
export function rowsOf(event: Event): readonly Row[] {
  const write = writers[event.kind] as (event: Event) => readonly Row[];
  return write(sanitizeDeep(event));
}

// A new kind of event without an entry here does not compile.
const writers: { readonly [Kind in Event["kind"]]: (event: Extract<Event, { readonly kind: Kind }>) => readonly Row[] } = {
  started: (event) => [info(null, event.command, `${event.app} ${event.environment} (${someHosts(event.hosts)})`)],
  "step-started": () => [],
  "step-ended": (event) => [{ ...info(CONTROLLER, event.name, event.text), ms: event.ms }],
  "phase-started": () => [],
  "phase-ended": phaseEnded,
  "task-started": (event) => [{ ...info(event.host, event.point, ""), task: event.task }],
  output: (event) => [
    {
      level: "output",
      host: event.host,
      topic: event.point,
      ms: null,
      text: event.line,
      ...(event.log === undefined ? {} : { log: event.log }),
    },
  ],
  "task-ended": taskEnded,
  "wave-started": (event) => [info(null, "wave", `${event.wave} of ${event.of}: ${someHosts(event.hosts)}`)],
  waiting: (event) => [info(event.host, "waiting", `${event.owner} has the lock`)],
  switched: (event) => [info(event.host, "switched", `to ${event.to ?? "nothing"}, was ${event.from ?? "nothing"}`)],
  // Why is told where it happened, and in the summary: not once more on every host.
  returned: (event) => [{ ...info(event.host, "returned", `to ${event.to ?? "nothing"}, was ${event.from}`), level: "warning" }],
  pruned: (event) => [info(event.host, "pruned", event.release)],
  notice: (event) => [info(event.host, event.host === null ? "note" : "", event.text)],
  warning: (event) => [{ ...info(event.host, "warning", event.text), level: "warning" }],
  skipped: () => [],
  failed: (event) => [{ ...info(event.host, "failed", firstLine(event.error.message)), level: "error" }],
  // The summary is made from the report, once the command is over.
  ended: () => [],
};

/** The label of work that is done on the controller. */
export const CONTROLLER = "controller";

/** Every phase sends a message; only a transfer, from so many bytes on, is news. */
export const TOLD_OF_BYTES = 1000;

/** A task on one line, as far as it fits: the text is the user's own script and may be long. */
export function shortTask(task: string, columns = 72): string {
  const [first = "", ...rest] = task.trim().split("\n");
  const cut = first.length > columns ? first.slice(0, columns - 2).trimEnd() : first.trimEnd();
  return cut === first.trimEnd() && rest.length === 0 ? cut : `${cut} …`;
}

// What went wrong is told by the `failed` event that follows. A point whose tasks have rows of their own needs no more words.
function phaseEnded(event: Extract<Event, { readonly kind: "phase-ended" }>): readonly Row[] {
  if (event.ok && event.text === "" && TASK_POINTS.has(event.phase)) return [];
  const sent = event.bytesSent < TOLD_OF_BYTES ? "" : `${formatBytes(event.bytesSent)} over the wire`;
  const text = [event.ok ? "" : "failed", event.text, sent].filter((part) => part !== "").join(", ");
  return [{ ...info(event.host, event.phase, text), ms: event.ms }];
}

function taskEnded(event: Extract<Event, { readonly kind: "task-ended" }>): readonly Row[] {
  const ok = event.code === 0;
  const text = ok ? "done" : `ended with exit code ${event.code}`;
  return [{ level: ok ? "info" : "error", host: event.host, topic: event.point, ms: event.ms, task: event.task, text }];
}

function info(host: string | null, topic: string, text: string): Row {
  return { level: "info", host, topic, ms: null, text };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

const TASK_POINTS: ReadonlySet<string> = new Set(["beforeSwitch", "drain", "afterSwitch", "undrain", "finish", "failed"]);
