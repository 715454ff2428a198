import type { CommandNotification, Notification, SlackNotification, WebhookNotification } from "../config/notifications.ts";
import type { PostAnswer } from "../host/post.ts";
import { proxiesOf } from "../host/proxy.ts";
import { LastLines } from "../report/last-lines.ts";
import { createLineSplitter } from "../report/line-splitter.ts";
import { type NotTold, refused, stopped, throughProxy, tooLate, unreached } from "../report/notification/failure.ts";
import { requestOf } from "../report/notification/request.ts";
import { notificationVariables } from "../report/notification/variables.ts";
import type { NotificationDocument } from "../report/notification-document.ts";
import { openEnvironment, type FleetRun } from "./run.ts";

/** Tells one of those who are told. Resolves to null, or to why that failed, at the latest when its time is over or a person stops it. */
export async function tellOne(run: FleetRun, told: Notification, document: NotificationDocument): Promise<NotTold | null> {
  // Whoever interrupted the deploy wants others to know: only an interrupt from now on stops it.
  const interrupt = run.context.signal.aborted ? new AbortController().signal : run.context.signal;
  const late = new AbortController();
  // Not AbortSignal.timeout, which keeps no program from ending: while a closed connection is given up, nothing else may.
  const timer = setTimeout(() => late.abort(), told.timeout * 1000);
  const signal = AbortSignal.any([interrupt, late.signal]);
  try {
    const work = told.kind === "command" ? runCommand(run, told, document, signal) : postTo(run, told, document, signal);
    const failure = await Promise.race([work, aborted(signal)]);
    if (failure === null || !signal.aborted) return failure;
    return interrupt.aborted ? stopped : tooLate(told.timeout, told.kind === "command");
  } finally {
    clearTimeout(timer);
  }
}

/** What a program leaves behind may hold its output open, and a stuck name server its question: neither is waited for. */
function aborted(signal: AbortSignal): Promise<NotTold> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(stopped), { once: true }));
}

/** Once more where the other side, or the way to it, may be better in a moment. */
async function postTo(
  run: FleetRun,
  told: SlackNotification | WebhookNotification,
  document: NotificationDocument,
  signal: AbortSignal,
): Promise<NotTold | null> {
  const { env } = run.context;
  const proxies = proxiesOf(env);
  const request = { ...requestOf(told, document, env), signal, proxies };
  let answer = await run.ports.post(request);
  if (mayPass(answer) && !signal.aborted) {
    await run.ports.sleep(Math.min(BEFORE_AGAIN, (told.timeout * 1000) / 4), signal);
    answer = await run.ports.post(request);
  }
  if (answer.ok) return null;
  return answer.status === null ? throughProxy(unreached(answer.code, answer.message), request.url, proxies) : refused(answer);
}

function mayPass(answer: PostAnswer): boolean {
  return !answer.ok && (answer.status === null || answer.status >= 500 || answer.status === 429);
}

const BEFORE_AGAIN = 1000;

async function runCommand(
  run: FleetRun,
  told: CommandNotification,
  document: NotificationDocument,
  signal: AbortSignal,
): Promise<NotTold | null> {
  const { env, config } = run.context;
  const last = new LastLines();
  const splitter = createLineSplitter(
    (line) => {
      last.add(line);
      run.emit({ kind: "output", host: "controller", point: "notify", line });
    },
    { mask: run.masker },
  );
  const own = Object.fromEntries(told.secrets.map((name) => [name, env[name] ?? ""]));
  const started = run.ports.run("/bin/sh", ["-ec", told.run], {
    cwd: config.directory,
    env: { ...openEnvironment(run), ...own, ...notificationVariables(document) },
    input: new TextEncoder().encode(JSON.stringify(document)),
    onOutput: (chunk) => splitter.write(chunk),
    signal,
  });
  try {
    const { code } = await started;
    splitter.end();
    return code === 0 ? null : failed(`it ended with code ${code}`, last.lines.at(-1));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), undefined);
  }
}

function failed(how: string, line: string | undefined): NotTold {
  return { why: line === undefined ? how : `${how} and said "${line.slice(0, 200)}"`, remedy: "Run it by hand to see why." };
}
