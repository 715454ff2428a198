import type { CommandContext } from "../api.ts";
import { HostFailure, UserError } from "../errors.ts";
import { parseFacts, type SeenLock } from "../plan/facts.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import { formatOwner, generationNumber, lockStatus, type LockRecord } from "../plan/lock-record.ts";
import * as requests from "../host/requests.ts";
import { factOf } from "../release/ledger.ts";
import { formatEntry } from "../release/ledger-text.ts";
import type { LockDocument } from "../report/documents.ts";
import type { Commands } from "../report/command-line.ts";
import type { Report } from "../report/report.ts";
import { conclude } from "./conclude.ts";
import { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import { isOwnHold, lockRemedy, whoHolds } from "./lock-words.ts";
import type { Ports } from "./ports.ts";
import { commandsOnly, stampOf, startRun, warn, type FleetRun } from "./run.ts";
import { recordTakeover, takeoverIn } from "./takeover.ts";

const NOTHING = { ledgerLines: 0, base: false, shared: [] } as const;

/** Who holds the lock of each host. */
export async function lockDocument(context: CommandContext, ports: Ports): Promise<LockDocument> {
  const run = startRun("lock", context, ports);
  const members = await withHosts(run, (member) => see(member));
  const { app, environment } = context.config;
  return {
    schema: 1,
    app,
    environment,
    hosts: members.map(({ member, result }) => ({ host: member.name, lock: statusOf(result), error: member.error })),
  };
}

function statusOf(lock: SeenLock | null): LockDocument["hosts"][number]["lock"] {
  return lock?.record === null || lock === null ? null : lockStatus(lock.generation, lock.record);
}

function see(member: Member): Promise<SeenLock> {
  return member.phase("look", async () => parseFacts(await member.ask(requests.look(NOTHING))).lock);
}

/** Sets a person's hold on every host, or on none. */
export async function acquireHold(context: CommandContext, reason: string, ports: Ports): Promise<Report> {
  const run = startRun("lock acquire", context, ports);
  const since = run.startedAt.toISOString();
  const owner = formatOwner({ kind: "hold", command: "lock", by: context.by, since, origin: context.origin, reason });
  const held: Held[] = [];
  const refused: { member: Member; lock: SeenLock }[] = [];
  const members = await withHosts(
    run,
    (member) =>
      member.phase("lock", async () => {
        // Until all have it: whoever loses us, or fails, lets go of what carries our session.
        member.setLoss(loss.asking);
        const line = formatEntry(factOf(stampOf(run, ""), "held", "", { reason }));
        const lines = await member.ask(requests.hold(run.ports.randomHex(16), owner, line));
        const generation = lines.findLast((answer) => answer.startsWith("opened "))?.split(" ")[1] ?? "no";
        if (generation === "no") refused.push({ member, lock: parseFacts(lines).lock });
        else {
          held.push({ member, generation });
          await tellTakeover(run, member, generation, lines);
        }
      }),
    async (all) => {
      for (const { member, lock } of refused) if (!isOurs(lock, held)) member.fail(lockedAlready(run, member, lock), "lock");
      if (all.every(({ error }) => error === null)) await makeLasting(held);
      if (all.every(({ error }) => error === null)) return;
      const left = await onAll(
        held.map(({ member }) => member),
        (member) => letGo(run, member, held.find((one) => one.member === member)?.generation ?? ""),
      );
      for (const member of left) warn(run, member.name, mayStay(commandsOnly(run, member)));
    },
  );
  const locked = members.some(({ member }) => member.error?.kind === "locked");
  return end(
    run,
    members.map(({ member }) => member),
    locked ? "locked" : null,
  );
}

interface Held {
  readonly member: Member;
  readonly generation: string;
}

/** All have it: from here on it stays whatever becomes of us. That each has heard so, and has it still, is told by its answer. */
async function makeLasting(held: readonly Held[]): Promise<void> {
  await onAll(
    held.map(({ member }) => member),
    async (member) => {
      member.setLoss(loss.nothing);
      const lock = await see(member);
      if (!isOurs(lock, held)) throw gone(member);
    },
  );
}

function mayStay(commands: Commands): string {
  return `The hold may still be there. Look: ${commands("lock status")}. If so: ${commands("lock release")}`;
}

function gone({ name }: Member): HostFailure {
  const message = "It had let go of the hold before all hosts had theirs: the connection had been silent for too long.";
  return new HostFailure({ host: name, kind: "moved", message, remedy: "Try again." });
}

/** Where hosts share an app root, what one of them found is the hold that another one has just set. */
function isOurs({ generation, record }: SeenLock, held: readonly Held[]): boolean {
  return held.some((one) => one.generation === generation && one.member.session === record?.session);
}

async function tellTakeover(run: FleetRun, member: Member, generation: string, lines: readonly ByteString[]): Promise<void> {
  const takeover = takeoverIn(lines);
  if (takeover === null) return;
  member.generation = generation;
  member.tellPlace();
  await recordTakeover(run, member, takeover);
}

function lockedAlready({ context, commands }: FleetRun, member: Member, { record }: SeenLock): HostFailure {
  return new HostFailure({
    host: member.name,
    kind: "locked",
    message: `It is ${whoHolds(record, context)}, already.`,
    remedy: lockRemedy(record, context, commands),
  });
}

async function letGo(run: FleetRun, member: Member, generation: string): Promise<void> {
  const stamp = { ...stampOf(run, ""), generation: generationNumber(generation) };
  const line = formatEntry(factOf(stamp, "released", ""));
  await member.phase("release", () => member.ask(requests.unhold(generation, line)));
}

/** Ends holds, on all hosts or, where one is somebody else's, on none. That, and the lease of a running command, only with `force`. */
export async function releaseHold(context: CommandContext, force: boolean, ports: Ports): Promise<Report> {
  const run = startRun("lock release", context, ports);
  const held: { member: Member; generation: string; record: LockRecord }[] = [];
  const members = await withHosts(
    run,
    async (member) => {
      const { record, generation } = await see(member);
      // Seen on several hosts that share an app root, it is one lock, to be released once.
      if (record !== null && !held.some((one) => one.generation === generation && isSame(one.record, record)))
        held.push({ member, generation, record });
    },
    async () => {
      if (!force) for (const { record } of held) refuseForeign(run, record);
      await onAll(
        held.map(({ member }) => member),
        (member) => letGo(run, member, held.find((one) => one.member === member)?.generation ?? ""),
      );
    },
  );
  return end(
    run,
    members.map(({ member }) => member),
    held.length === 0 ? "unchanged" : null,
  );
}

/** Each owner has a session of its own. */
function isSame(one: LockRecord, other: LockRecord): boolean {
  return one.session !== "" && one.session === other.session;
}

function refuseForeign({ context, commands }: FleetRun, record: LockRecord): void {
  if (isOwnHold(record, context)) return;
  const force = commands("lock release", "--force");
  if (record.kind === "hold")
    throw new UserError({
      kind: "not-yours",
      message: `The hold was set by ${record.by}: ${record.reason}.`,
      remedy: `Ask whether the reason is gone. If you are sure: ${force}`,
    });
  throw new UserError({
    kind: "not-yours",
    message: `It is the lock of a ${record.command} of ${record.by} that may be running.`,
    remedy: `A dead run's lock is taken over by the next command: nothing needs to be done about that. To break into one that runs: ${force}. It then ends with an error, and what it had switched but not confirmed stays live.`,
  });
}

/** Does one thing on all hosts, without the lock, and closes. A user's mistake is thrown once all have ended. */
export async function withHosts<Result>(
  run: FleetRun,
  work: (member: Member) => Promise<Result>,
  before: (members: readonly Member[]) => Promise<void> = () => Promise.resolve(),
): Promise<{ member: Member; result: Result | null }[]> {
  const members = run.context.config.hosts.map((host) => new Member(run, host));
  const results = new Map<Member, Result>();
  const mistakes: UserError[] = [];
  await onAll(members, async (member) => {
    try {
      await member.connect();
      results.set(member, await work(member));
    } catch (error) {
      if (error instanceof UserError) mistakes.push(error);
      else throw error;
    }
  });
  try {
    await before(members);
  } finally {
    await onAll(members, (member) => member.close());
  }
  if (mistakes[0] !== undefined) throw mistakes[0];
  return members.map((member) => ({ member, result: results.get(member) ?? null }));
}

async function end(run: FleetRun, members: readonly Member[], outcome: "locked" | "unchanged" | null): Promise<Report> {
  const failed = members.some(({ error }) => error !== null);
  return conclude(run, members, {
    outcome: outcome === "locked" ? outcome : failed ? "failed" : (outcome ?? "done"),
    release: null,
    revision: null,
    tree: null,
    expected: ({ live }) => live,
    mayDiffer: false,
  });
}
