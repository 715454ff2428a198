import type { Task } from "../config/resolved.ts";
import { HostFailure } from "../errors.ts";
import { sshCommand } from "../host/failures.ts";
import { shellWord } from "../report/command-line.ts";
import type { Member } from "./member.ts";
import { PROGRAM_MISSING } from "./remedies.ts";
import type { TaskRun } from "./tasks.ts";

/** The host that it ran on. */
type Where = Pick<Member, "name" | "host">;

/** What a failed task tells a person; any other error as it is. `output`: its last lines. */
export function taskFailure(
  error: unknown,
  member: Where,
  what: Pick<TaskRun, "point" | "tasks" | "facts">,
  output: () => readonly string[],
): unknown {
  if (!(error instanceof HostFailure)) return error;
  const [index, number] = error.message.split(" ");
  const task = what.tasks[Number(index)];
  if (task === undefined || (error.kind !== "task-failed" && error.kind !== "task-timeout")) return error;
  const timedOut = error.kind === "task-timeout";
  const ended = timedOut ? `did not end within ${number} s and was stopped` : `ended with code ${number}${hint(number)}`;
  const lines = output();
  return new HostFailure({
    host: member.name,
    kind: error.kind,
    message: `${what.point === "exec" ? "The command" : `The ${what.point} task`} \`${shorten(task.run)}\` ${ended}.`,
    remedy:
      refusedBySudo(task, lines) ?? `${lines.length > 0 ? "" : silent(member, task, what)}${whatNow(timedOut, number, lines)}`,
    output: lines,
  });
}

function whatNow(timedOut: boolean, code: string | undefined, lines: readonly string[]): string {
  if (timedOut) return TIMED_OUT;
  if (code === "127") return PROGRAM_MISSING;
  return lines.length > 0 ? LINES : AGAIN;
}

const TIMED_OUT = "Find out what it waits for, or raise `timeout` of the task.";
const LINES = "Its last lines tell why. Put that right and try again.";
const AGAIN = "Put that right and try again.";

/** What sudo says instead of starting a task is not what the task says. */
function refusedBySudo({ as }: Task, lines: readonly string[]): string | null {
  const [first = ""] = lines.filter((line) => !line.startsWith("sudo: unable to resolve host"));
  if (as === null || !/^(sudo: |Sorry, user .* is not allowed to execute)/.test(first)) return null;
  return `sudo did not start it as ${as}: ${first}\nThe deploy user needs a rule on the host (visudo), such as: DEPLOY_USER ALL=(${as}) NOPASSWD: /bin/sh`;
}

/** It gave no reason: how to make it give one. */
function silent({ host }: Where, task: Task, { point, facts }: Pick<TaskRun, "point" | "facts">): string {
  const { root, layout, address } = host;
  const said = "It printed nothing. To see where it stops, put `set -x` on its first line";
  // Half a release is cleared away: by hand there is only the one that is live, and at first none.
  const cleared = point === "prepare" || point === "beforeSwitch";
  if (cleared && task.in !== "root" && facts.previous === "") return `${said}. `;
  const release = cleared || facts.release === "" ? layout.current : `${layout.releases}/${facts.release}`;
  const directory = shellWord(task.in === "root" ? root : `${root}/${release}`);
  const there = address.kind === "local" ? "" : ` (${sshCommand(address)})`;
  const as = task.as === null ? "" : ` as ${task.as}`;
  return `${said}, or run it by hand${as} in ${directory}${there}. `;
}

function hint(code: string | undefined): string {
  if (code === "127") return " (command not found)";
  if (code === "126") return " (it could not be started: is it executable?)";
  return "";
}

function shorten(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > 100 || text.trim().includes("\n") ? `${line.slice(0, 100)} …` : line;
}
