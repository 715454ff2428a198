import type { CommandContext, SharedPutOptions } from "../api.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import { makeLayout } from "../host/requests.ts";
import * as requests from "../host/shared-requests.ts";
import { pair } from "../plan/facts.ts";
import { unescapePath } from "../tree/manifest.ts";
import { factOf } from "../release/ledger.ts";
import { formatEntry } from "../release/ledger-text.ts";
import type { Outcome, Report } from "../report/report.ts";
import { formatBytes } from "../report/units.ts";
import { conclude } from "./conclude.ts";
import { tidy } from "./housekeeping.ts";
import { localContent, type LocalContent } from "./local-file.ts";
import type { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import type { Ports } from "./ports.ts";
import { leads } from "./root-group.ts";
import { notice, stampOf, warn, type FleetRun } from "./run.ts";
import { checkConfigured, sharedTarget, startSharedRun } from "./shared-target.ts";
import { underLock } from "./under-lock.ts";

/**
 * Gives a file of shared/ new content on all hosts, or on none (P2): everybody receives it beside the old one, then everybody renames, then it is
 * done. Before that a host that loses us takes it back by itself. The old content stays beside the new one.
 */
export async function sharedPut(context: CommandContext, options: SharedPutOptions, ports: Ports): Promise<Report> {
  const path = sharedTarget(options.path);
  const run = startSharedRun("shared put", context, options.host, ports);
  checkConfigured(run, path, options.force === true);
  const content = await localContent(options.from);
  return underLock(run, (members) => putOnAll({ run, path, content }, members));
}

interface Put {
  readonly run: FleetRun;
  readonly path: string;
  readonly content: LocalContent;
}

/** What a host has at the path. */
interface Found {
  readonly state: string;
  /** SHA-256, `-` for nothing. */
  readonly before: string;
  readonly mode: string;
  readonly modeWas: string;
}

async function putOnAll(put: Put, members: readonly Member[]): Promise<Report> {
  const { run } = put;
  const found = new Map<Member, Found>();
  const refused = await onAll(members.filter(leads), async (member) => found.set(member, await look(put, member)));
  if (refused.length > 0) return end(run, members, "failed");
  const others = members.filter((member) => leads(member) && found.get(member)?.state !== "same");
  for (const member of members.filter((one) => leads(one) && !others.includes(one)))
    notice(run, member.name, `${put.path} has this content already.`);
  if (others.length === 0) return end(run, members, "unchanged");
  const stages = [send, commit];
  for (const stage of stages) {
    const failed =
      run.context.signal.aborted || (await onAll(others, (member) => stage(put, member, found.get(member)))).length > 0;
    if (failed || run.context.signal.aborted) return takeBack(put, members, others);
  }
  const unsure = await onAll(others, (member) => finish(put, member));
  return end(run, members, unsure.length > 0 ? "partial" : "done");
}

async function look({ run, path, content }: Put, member: Member): Promise<Found> {
  await tidy(run, member);
  const lines = await member.phase("look", () => member.ask(requests.lookBeforePut(path, content.sha256)));
  const [, state = "", before = "-", mode = "", modeWas = ""] = lines.find((line) => line.startsWith("put "))?.split(" ") ?? [];
  return { state, before, mode, modeWas };
}

async function send({ run, path, content }: Put, member: Member): Promise<void> {
  member.setLoss(loss.put(path, content.sha256));
  const layout = makeLayout(member.host.permissions);
  const request = `${layout}${requests.receivePut(path, content.sha256)}` as ByteString;
  const options = { signal: run.context.signal, stream: content.read() };
  await member.phase(
    "send",
    () => member.ask(request, options),
    () => formatBytes(content.bytes),
  );
}

async function commit({ run, path, content }: Put, member: Member, found?: Found): Promise<void> {
  const stamp = run.startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const { before = "-", mode = "", modeWas = "-" } = found ?? {};
  const request = requests.commitPut(path, content.sha256, before, stamp);
  const lines = await member.phase("put", () => member.ask(request), keptAs);
  if (modeWas !== "-" && mode !== modeWas) {
    const advice = "An application of another user reads it through its group, or not at all";
    warn(run, member.name, `${path} could be read by everybody (mode 0${modeWas}) and has mode 0${mode} now. ${advice}.`);
  }
  if (found?.state === "missing") notice(run, member.name, `${path} is new, with mode 0${mode}.`);
  else notice(run, member.name, `${path} has its new content. ${keptAs(lines)}.`);
}

function keptAs(lines: readonly ByteString[]): string {
  const kept = lines.map(pair).find(([word]) => word === "kept")?.[1];
  return kept === undefined ? "" : `The old one is beside it: ${textOf(unescapePath(kept) ?? kept)}`;
}

async function finish({ run, path, content }: Put, member: Member): Promise<void> {
  const message = `${path} sha256:${content.sha256.slice(0, 12)}`;
  const line = formatEntry(factOf(stampOf(run, member.generation), "shared-put", "", { message }));
  member.setLoss(loss.unlock);
  await member.phase("note", () => member.ask(requests.putDone(line)));
}

/** Some host could not, or an interrupt came: what was there is there again everywhere, or it is said where that is not known. */
async function takeBack({ run, path, content }: Put, members: readonly Member[], others: readonly Member[]): Promise<Report> {
  const lost = others.filter((member) => !member.alive);
  const asked = others.filter((member) => member.alive);
  const failed = await onAll(asked, async (member) => {
    await member.phase("back", () => member.ask(requests.putBack(path, content.sha256)));
    member.setLoss(loss.unlock);
  });
  for (const member of lost)
    warn(run, member.name, "It was lost on the way. It takes back what it had by itself, if it still runs.");
  const unsure = [...lost, ...failed];
  if (unsure.length > 0) warn(run, null, `To see what the hosts have: ${run.commands("shared diff", path)}`);
  return end(run, members, unsure.length > 0 ? "partial" : run.context.signal.aborted ? "interrupted" : "failed");
}

function end(run: FleetRun, members: readonly Member[], outcome: Outcome): Promise<Report> {
  const nothing = { release: null, revision: null, tree: null, mayDiffer: false };
  return conclude(run, members, { ...nothing, outcome, expected: ({ live }) => live });
}
