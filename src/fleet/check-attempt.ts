import { cameBack, type CameBack } from "../check/answer.ts";
import type { Numbered } from "../check/chosen.ts";
import { judge, type Verdict } from "../check/judge.ts";
import { needsOf, stoppedAfter, valuesOf, type Tool, type Values } from "../check/probe.ts";
import { lackOf, linesOf } from "../check/words.ts";
import type { CommandCheck, HttpCheck, TcpCheck } from "../config/checks.ts";
import { HostFailure } from "../errors.ts";
import { bytesFrom, bytesOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { parseFacts } from "../plan/facts.ts";
import { LastLines } from "../report/last-lines.ts";
import { createLineSplitter } from "../report/line-splitter.ts";
import type { Member } from "./member.ts";
import type { FleetRun } from "./run.ts";
import { patienceWith, runTasks, withoutSecretsOfOthers, type TaskFacts } from "./tasks.ts";

/** What one attempt of a check came to. */
export interface Tried {
  readonly ok: boolean;
  /** What came back in a few words, or why it did not pass. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** First lines of what came back, or the last ones that a command printed. */
  readonly output: readonly string[];
}

/** Tries a check once on one host. Throws HostFailure only where the host itself failed, or the attempt was cancelled. */
export async function tryCheck(
  run: FleetRun,
  member: Member,
  { index, check }: Numbered,
  facts: TaskFacts,
  signal: AbortSignal,
): Promise<Tried> {
  return check.kind === "command"
    ? tryCommand(run, member, check, facts, signal)
    : tryProbe(run, member, { index, check }, facts, signal);
}

/** Behind failures that are one of the attempt. */
const OF_ATTEMPT: ReadonlySet<string> = new Set(["task-failed", "task-timeout"]);

/** Beginning and end of each attempt would be told again and again: only what it prints is. */
async function tryCommand(
  run: FleetRun,
  member: Member,
  { task }: CommandCheck,
  facts: TaskFacts,
  signal: AbortSignal,
): Promise<Tried> {
  const quiet: FleetRun = { ...run, emit: (event) => void (event.kind === "output" && run.emit(event)) };
  try {
    await runTasks(quiet, member, { point: "check", tasks: [task], facts, signal });
    return { ok: true, text: "", remedy: "", output: [] };
  } catch (error) {
    if (!(error instanceof HostFailure) || !OF_ATTEMPT.has(error.kind)) throw error;
    const text = error.message.replace(/^The check task .*` (?=ended|did not end)/su, "it ").replace(/\.$/u, "");
    return { ok: false, text, remedy: error.remedy, output: error.output };
  }
}

interface Probing {
  readonly index: number;
  readonly check: HttpCheck | TcpCheck;
}

async function tryProbe(
  run: FleetRun,
  member: Member,
  { index, check }: Probing,
  facts: TaskFacts,
  signal: AbortSignal,
): Promise<Tried> {
  const path = [...check.path, ...member.host.path];
  const tool = await toolFor(member, { index, check }, path, signal);
  const mark = run.ports.randomHex(16);
  const call = { tool, values: valuesOf(check, tool, sentBy(run, check)), mark, hidden: withoutSecretsOfOthers(run, []), path };
  const came = await exchange(member, { ...call, as: check.as, timeout: stoppedAfter(check, tool) }, signal);
  const verdict = judge(check, tool, came, facts);
  return { ...verdict, text: run.masker(verdict.text), remedy: remedyOf(verdict, check), output: shown(run, verdict, came) };
}

/** As it was found out before anything was changed; asked here only where nobody was. */
async function toolFor(member: Member, { index, check }: Probing, path: readonly string[], signal: AbortSignal): Promise<Tool> {
  const question = (): ReturnType<typeof requests.findCheckTool> =>
    requests.findCheckTool({ index, needs: needsOf(check), as: check.as, path });
  const found = member.facts?.checkTools.get(index) ?? parseFacts(await member.ask(question(), { signal })).checkTools.get(index);
  const tool = found?.tool ?? null;
  if (tool !== null) return tool;
  const message = `No program there can carry out the check: it takes ${lackOf(check)}.`;
  throw new HostFailure({ host: member.name, kind: "check-failed", message, remedy: "Install one of these on the host." });
}

function sentBy({ secrets }: FleetRun, check: HttpCheck | TcpCheck): Values {
  if (check.kind === "tcp") return {};
  return Object.fromEntries(
    Object.entries(check.send).map(([name, text]) => [name, typeof text === "string" ? text : (secrets[text.secret] ?? "")]),
  );
}

/** What came back; an attempt that was stopped for its time may have brought something, too. */
async function exchange(member: Member, attempt: requests.Attempt, signal: AbortSignal): Promise<CameBack> {
  const chunks: Buffer[] = [];
  const printed = (): CameBack => cameBack(bytesFrom(Buffer.concat(chunks)), attempt.mark);
  try {
    const within = (): number => patienceWith(attempt);
    await member.ask(requests.checkAttempt(attempt), { signal, within, onOutput: (chunk) => void chunks.push(chunk) });
    return printed();
  } catch (error) {
    if (!(error instanceof HostFailure) || !OF_ATTEMPT.has(error.kind)) throw error;
    // It never ends by itself with anything but 0: then it did not begin (sudo, a missing program), and what there is are reasons.
    if (error.kind === "task-failed") return { raw: NOTHING, said: bytesFrom(Buffer.concat(chunks)), ended: true };
    return printed();
  }
}

const NOTHING = bytesOf("");
const SHOWN_LINES = 12;

function shown(run: FleetRun, { answer }: Verdict, { raw, said }: CameBack): readonly string[] {
  const lines = new LastLines();
  let left = SHOWN_LINES;
  const splitter = createLineSplitter((line) => void (left-- > 0 && lines.add(line)), { mask: run.masker });
  if (answer === null) splitter.write(Buffer.from(raw === "" ? said.slice(0, 2048) : raw.slice(0, 2048), "latin1"));
  else {
    const { head, body, text } = linesOf(answer);
    splitter.write(Buffer.from(`${head}\n\n`, "latin1"));
    splitter.write(text ? Buffer.from(body, "latin1") : Buffer.from(`(${answer.body.length} bytes that are no text)`));
  }
  splitter.end();
  return lines.lines;
}

function remedyOf({ answer, text }: Verdict, check: HttpCheck | TcpCheck): string {
  const longer = "Where it only needs longer, raise `within` of the check.";
  if (text.startsWith("it is still the release"))
    return `What serves it has not followed the link: a reload or restart in \`afterSwitch\` makes it. ${longer}`;
  if (/certificate|ssl/iu.test(text))
    return "The certificate must be one that the host trusts, for the name in the URL: `connect` keeps the name, `ca` names a file with what to trust.";
  if (answer === null) return `Look whether the application has started there, and where it listens. ${longer}`;
  return check.kind === "http" && answer.status >= 500
    ? `Its log tells why it could not answer. ${longer}`
    : `Look whether that is what it should answer, and whether the check asks for the right thing. ${longer}`;
}
