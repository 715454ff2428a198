import { readFileSync } from "node:fs";
import type { Need, Tool, Values } from "../check/probe.ts";
import { bytesOf, type ByteString } from "./bytes.ts";
import { callOf } from "./quote.ts";
import { withoutComments } from "./program.ts";
import { exports, task, taskEnvironment } from "./task-requests.ts";

/** The requests about checks. Their programs are no part of the runtime: only who has checks pays for sending them. */

export interface Asked {
  /** By which the host tells about it. */
  readonly index: number;
  readonly needs: readonly Need[];
  readonly as: string | null;
  readonly path: readonly string[];
}

/** Which program there would carry out a check; the answer is read by plan/facts.ts. */
export function findCheckTool({ index, needs, as, path }: Asked): ByteString {
  const environment = taskEnvironment({ environment: exports({ SLH_CHECK_NEEDS: needs.join(" ") }), path });
  return callOf("slh_do_find_check_tool", [bytesOf(String(index)), bytesOf(as ?? ""), environment, text("check-ask.sh")]);
}

export interface Attempt {
  readonly tool: Tool;
  readonly values: Values;
  /** What stands before what the program there says, and in no answer. */
  readonly mark: string;
  /** Shell text that takes away what is meant for others. */
  readonly hidden: ByteString;
  readonly as: string | null;
  readonly path: readonly string[];
  /** Seconds. */
  readonly timeout: number;
}

/** One attempt, as a task: it is stopped in time, its output is bounded, and nothing of it is in a list of processes. */
export function checkAttempt({ tool, values, mark, hidden, as, path, timeout }: Attempt): ByteString {
  const program = PROGRAMS[tool];
  const all = { ...values, MARK: mark, ...(program === undefined ? {} : { PROGRAM: text(program) }) };
  const variables = Object.entries(all).map(([name, value]) => [`SLH_CHECK_${name}`, value] as const);
  return task({
    index: 0,
    timeout,
    as,
    directory: "/",
    environment: `${hidden}${exports(Object.fromEntries(variables))}` as ByteString,
    path,
    umask: "0077",
    run: text("check-attempt.sh"),
  });
}

const PROGRAMS: Partial<Record<Tool, string>> = { perl: "check-exchange.pl", python3: "check-exchange.py" };

const texts = new Map<string, ByteString>();

function text(file: string): ByteString {
  const known = texts.get(file) ?? bytesOf(withoutComments(readFileSync(new URL(`../target/${file}`, import.meta.url), "utf8")));
  texts.set(file, known);
  return known;
}
