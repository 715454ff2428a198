import { HostFailure } from "../errors.ts";
import type { ByteString } from "../host/bytes.ts";
import { loss } from "../host/loss.ts";
import * as requests from "../host/requests.ts";
import { type Facts, type HostProblem, parseFacts, type SeenLock } from "../plan/facts.ts";
import { formatOwner } from "../plan/lock-record.ts";
import { checkQuestions } from "./check-tools.ts";
import { lockRemedy, whoHolds } from "./lock-words.ts";
import type { Member } from "./member.ts";
import { preflightFailure } from "./preflight.ts";
import { join } from "./root-group.ts";
import { commandsAt, type FleetRun } from "./run.ts";
import { recordTakeover, takeoverIn } from "./takeover.ts";

/** How much of the ledger a deciding command reads besides what is about releases that exist. */
const LEDGER_LINES = 400;
/** The least that a host is asked to wait, in milliseconds. */
const SHORTEST_TURN = 200;
/** And the most. */
const LONGEST_TURN = 60_000;

/** What is in the way on a host, by what was seen there. */
export type FindProblems = (member: Member, facts: Facts) => readonly HostProblem[];

/** Asking for the locks of one run: waiting for one's turn, and watching the heartbeat of whoever is in front. */
export class Queue {
  readonly #run: FleetRun;
  readonly #reason: string;
  readonly #problems: FindProblems;
  readonly #deadline: number;
  readonly #candidate: string;
  readonly #seen = new Map<Member, { lock: SeenLock; since: number }>();
  #delay = 300;
  #told = "";

  /** `reason` is told to whoever finds the lock; `problems` finds more than what the host itself sees. */
  constructor(run: FleetRun, reason: string, problems: FindProblems) {
    this.#run = run;
    this.#reason = reason;
    this.#problems = problems;
    this.#deadline = run.ports.elapsed() + run.context.config.wait * 1000;
    this.#candidate = run.ports.randomHex(16);
  }

  /**
   * Waits until the lock of this root is ours. The first question tells who has it; then the host does the waiting, in turns that are short
   * enough to watch the owner's heartbeat. Throws `locked` where a person holds it or waiting is over.
   */
  async turn(member: Member): Promise<void> {
    let patience = 0;
    while (!(await this.ask(member, patience))) {
      const left = this.#deadline - this.#run.ports.elapsed();
      if (this.isHeld(member) || left <= 0) throw this.refusal(member);
      this.#tell(member);
      patience = Math.max(Math.min(left, (member.host.lease * 1000) / 3, LONGEST_TURN), SHORTEST_TURN);
    }
  }

  /** Asks once, letting the host wait so many milliseconds. False if the lock is somebody else's. Throws where something else is in the way. */
  async ask(member: Member, patience = 0): Promise<boolean> {
    member.setLoss(loss.asking);
    const lines = await member.ask(this.#request(member, patience), { signal: this.#run.context.signal });
    const [, generation = "no", renamer = ""] = lines.findLast((line) => line.startsWith("opened "))?.split(" ") ?? [];
    const facts = parseFacts(lines);
    member.rootId = facts.rootId ?? member.rootId;
    if (generation === "no") {
      if (facts.problems.length > 0) throw preflightFailure(member, this.#problems(member, facts), facts.user);
      this.#see(member, facts.lock);
      member.liveAtFirst ??= { release: facts.release.live };
      return false;
    }
    member.opened(generation, renamer, facts);
    member.previous = facts.release.live;
    const takeover = takeoverIn(lines);
    if (takeover !== null) await recordTakeover(this.#run, member, takeover);
    return true;
  }

  /** Looks without asking for the lock. Throws where something is in the way. */
  async look(member: Member): Promise<void> {
    const facts = member.facts ?? parseFacts(await member.ask(requests.look(this.#wanted(member))));
    const problems = this.#problems(member, facts);
    if (problems.length > 0) throw preflightFailure(member, problems, facts.user);
  }

  /** A host that shares its app root with one whose lock we have. */
  async join(member: Member): Promise<void> {
    await join(member, this.#wanted(member), this.#checks(member), this.#run.context.signal);
    member.previous = member.live;
  }

  /** Whether the lock was last seen as a person's hold: nobody waits for one. */
  isHeld(member: Member): boolean {
    return this.#seen.get(member)?.lock.record?.kind === "hold";
  }

  /** Why this root could not be had. */
  refusal(member: Member): HostFailure {
    return lockedFailure(this.#run, member, this.#seen.get(member)?.lock.record ?? null);
  }

  /** A random while, before everything is tried again. False when waiting is over. */
  async pause(): Promise<boolean> {
    const { ports, context } = this.#run;
    if (ports.elapsed() >= this.#deadline || context.signal.aborted) return false;
    const chance = Number.parseInt(ports.randomHex(2), 16) / 0xffff;
    await ports.sleep(this.#delay * (0.5 + chance), context.signal);
    this.#delay = Math.min(this.#delay * 1.5, 3000);
    return true;
  }

  #request(member: Member, patience: number): ByteString {
    const { context, command, startedAt, ports } = this.#run;
    const { by, origin } = context;
    const owner = formatOwner({ kind: "lease", command, by, since: startedAt.toISOString(), origin, reason: this.#reason });
    const turn = { suspect: this.#suspect(member), patience };
    const open = requests.open(`${this.#candidate}${ports.randomHex(4)}`, owner, turn, this.#wanted(member));
    return `${open}${this.#checks(member)}` as ByteString;
  }

  /** Only who switches checks. */
  #checks({ host }: Member): ByteString {
    const { command, context } = this.#run;
    return command === "deploy" || command === "rollback" ? checkQuestions(context.config, host) : ("" as ByteString);
  }

  #wanted({ host }: Member): requests.Look {
    const { command } = this.#run;
    const shared = command === "deploy" || command === "setup" ? host.shared : [];
    return { ledgerLines: LEDGER_LINES, base: command === "deploy", shared };
  }

  #see(member: Member, lock: SeenLock): void {
    const before = this.#seen.get(member);
    const same = before?.lock.generation === lock.generation && before.lock.beat === lock.beat;
    this.#seen.set(member, { lock, since: same ? before.since : this.#run.ports.elapsed() });
  }

  /** A heartbeat that we ourselves have watched stand still for one whole lease of its owner. Clocks of two machines are never compared. */
  #suspect(member: Member): requests.Suspect | null {
    const seen = this.#seen.get(member);
    const lease = seen?.lock.record?.kind === "lease" ? seen.lock.record.lease : Infinity;
    if (seen === undefined || this.#run.ports.elapsed() - seen.since < lease * 1000) return null;
    return seen.lock;
  }

  #tell(member: Member): void {
    const record = this.#seen.get(member)?.lock.record;
    const owner = `${record?.command ?? "another run"} of ${record?.by ?? "somebody"}`;
    if (this.#told !== owner) this.#run.emit({ kind: "waiting", host: member.name, owner });
    this.#told = owner;
  }
}

/** A root that somebody else has locked: who, and what to do about it. */
export function lockedFailure(run: FleetRun, member: Member, record: SeenLock["record"]): HostFailure {
  const { context } = run;
  return new HostFailure({
    host: member.name,
    kind: "locked",
    message: `${member.host.root} is ${whoHolds(record, context)}.`,
    remedy: lockRemedy(record, context, commandsAt(run, member)),
  });
}
