import type { ResolvedHost } from "../config/resolved.ts";
import { errorReport, HostFailure, isCancel } from "../errors.ts";
import type { ByteString } from "../host/bytes.ts";
import type { Conversation, RequestOptions } from "../host/conversation.ts";
import { startConversation } from "../host/talk.ts";
import type { Facts } from "../plan/facts.ts";
import { loss } from "../host/loss.ts";
import { stateText } from "../host/requests.ts";
import type { LedgerEntry } from "../release/ledger.ts";
import type { Commands } from "../report/command-line.ts";
import type { CheckReport, ErrorReport, OldProcess, PhaseReport, ReusedReport, UndoReport } from "../report/report.ts";
import { remedyFor } from "./remedies.ts";
import type { FleetRun } from "./run.ts";

/** Seconds without a word about its work after which a host that still lives counts as hung: longer than any flush may take (prepare.ts). */
export const LONGEST_WAIT = 600;

/** Milliseconds for which a connection that is being made counts against the limit. */
const LONGEST_TURN = 5000;

/** One host in one run: its conversation and what is known of it. */
export class Member {
  readonly host: ResolvedHost;
  readonly #run: FleetRun;
  readonly phases: PhaseReport[] = [];
  readonly pruned: string[] = [];
  /** What was taken over from earlier releases. */
  readonly reused: ReusedReport[] = [];
  readonly undone: UndoReport[] = [];
  readonly failedOnReturn: ("afterSwitch" | "undrain" | "check")[] = [];
  /** What was left of other releases' processes behind the switch. */
  processes: readonly OldProcess[] = [];
  /** How each check ended that was made here for a release that was switched to. */
  readonly checks: CheckReport[] = [];
  /** What a dry run would remove; null where it is none. */
  wouldPrune: readonly string[] | null = null;
  /** The first failure; what follows from it does not overwrite it. */
  error: ErrorReport | null = null;
  /** Not told as a failure while it may yet be decided that this host is left out; else null. */
  held: ErrorReport | null = null;
  facts: Facts | null = null;
  /** Kinds of failure that are held back for now. */
  holds: ReadonlySet<string> = new Set();
  /** What `current` was last seen to resolve to. */
  live: string | null = null;
  liveKnown = false;
  /** What was live before this run, where it was seen. */
  previous: string | null = null;
  /** What was live when we first came upon somebody else's lock; null: we did not have to wait. */
  liveAtFirst: { readonly release: string | null } | null = null;
  /** What another run began here while this one had lost the lock. */
  others: LedgerEntry | null = null;
  /** What was live before this run was found to be no longer whole. */
  damaged = false;
  /** Whether it makes the release, or only switches to it; `nothing`: it serves it already and is left alone. */
  part: "makes" | "switches" | "nothing" = "makes";
  /** False where the command is for others, and this one was only looked at. */
  chosen = true;
  /** What the root is known by; empty before the first contact, and where it has none yet. */
  rootId = "";
  /** What it does by itself if it loses us. */
  loss = loss.nothing;
  /** The one that leads its root group (root-group.ts); null where it leads itself. */
  leader: Member | null = null;
  followers: readonly Member[] = [];
  renamer = "";
  session = "";
  /** Of the conversation before, which may not know yet that it is lost. */
  sessionBefore = "";
  #generation = "";
  #joined = false;
  #talk: Conversation | null = null;
  #bytesBefore = 0;
  #asking = false;
  #hands = false;

  constructor(run: FleetRun, host: ResolvedHost) {
    this.#run = run;
    this.host = host;
  }

  get name(): string {
    return this.host.name;
  }

  /** Makes commands that a person is told to type. */
  get commands(): Commands {
    return this.#run.commands;
  }

  get alive(): boolean {
    return this.#talk?.alive === true;
  }
  /** Whether it can be asked at this moment. Not so where an interrupt came while it was still being reached. */
  get idle(): boolean {
    return this.alive && !this.#asking;
  }

  /** The lock generation that it works under; empty where it does not. A host that follows has that of its leader. */
  get generation(): string {
    if (this.leader === null) return this.#generation;
    return this.#joined ? this.leader.generation : "";
  }

  set generation(name: string) {
    this.#generation = name;
    this.#joined = this.leader !== null && name !== "";
  }

  /** Whether we hold the lock, as far as we know. */
  get locked(): boolean {
    return this.generation !== "";
  }

  get bytesSent(): number {
    return this.#bytesBefore + (this.#talk?.bytesSent ?? 0);
  }

  /**
   * Starts a conversation, in place of one that was lost, when it is its turn. With `hands` it will take no lock and leaves the app root alone.
   * Throws `cancelled` where `signal` was aborted before.
   */
  async connect({ hands = false, signal }: { readonly hands?: boolean; readonly signal?: AbortSignal } = {}): Promise<void> {
    const { ports, slots } = this.#run;
    const leave = await slots.connect.enter();
    if (signal?.aborted === true) {
      leave();
      throw new HostFailure({ host: this.name, kind: "cancelled", message: "It was not connected any more", remedy: "" });
    }
    const { arrived } = this.#start(hands);
    // A host that is slow to answer must not keep the others waiting. Nor may the wait for it keep this program from ending.
    const over = new AbortController();
    void ports.sleep(LONGEST_TURN, over.signal).then(leave);
    void arrived.then(() => over.abort());
  }

  #start(hands: boolean): Conversation {
    const { ports } = this.#run;
    this.#hands = hands;
    this.#bytesBefore = this.bytesSent;
    this.sessionBefore = this.session;
    this.session = ports.randomHex(8);
    this.generation = "";
    this.renamer = "";
    const talk = startConversation({
      host: this.name,
      address: this.host.address,
      channel: ports.connect(this.host.address),
      program: ports.program,
      token: ports.randomHex(4),
      lease: this.host.lease,
      readyWithin: ports.readyWithin,
    });
    this.#talk = talk;
    this.tellPlace();
    return talk;
  }

  /** The host keeps where it works; to be told anew when we got the lock. */
  tellPlace(): void {
    const { root, layout, lease } = this.host;
    const { session, generation } = this;
    const { renamer } = this.leader ?? this;
    const follows = this.#joined;
    this.#talk?.setState(stateText({ root, layout, lease, session, generation, renamer, hands: this.#hands, follows }));
  }

  /** The lock is ours: what was seen under it. A lost controller lets go of it. */
  opened(generation: string, renamer: string, facts: Facts): void {
    this.generation = generation;
    this.renamer = renamer;
    this.saw(facts);
    this.tellPlace();
    this.setLoss(loss.unlock);
    for (const follower of this.followers) if (follower.locked) follower.tellPlace();
  }

  /** What was seen there under the lock. */
  saw(facts: Facts): void {
    this.facts = facts;
    this.live = facts.release.live;
    this.liveKnown = true;
  }

  /** What the host shall do by itself if it loses us. */
  setLoss(text: ByteString): void {
    this.loss = text;
    this.#talk?.setLoss(text);
  }

  async ask(text: ByteString, options: RequestOptions = {}): Promise<ByteString[]> {
    if (this.#talk === null) throw new Error(`${this.name} was never connected`);
    this.#asking = true;
    try {
      return await this.#talk.request(text, { within: () => LONGEST_WAIT, ...options });
    } finally {
      this.#asking = false;
    }
  }

  /** A named part of the work on this host: timed, counted, told, and named in its failure. */
  async phase<Result>(name: string, work: () => Promise<Result>, say: (result: Result) => string = () => ""): Promise<Result> {
    const { ports, emit } = this.#run;
    const [began, sentBefore] = [ports.elapsed(), this.bytesSent];
    const end = (ok: boolean, text: string): void => {
      const phase = { name, ms: Math.round(ports.elapsed() - began), bytesSent: this.bytesSent - sentBefore };
      this.phases.push(phase);
      emit({ kind: "phase-ended", host: this.name, phase: name, ms: phase.ms, bytesSent: phase.bytesSent, ok, text });
    };
    emit({ kind: "phase-started", host: this.name, phase: name });
    try {
      const result = await work();
      end(true, say(result));
      return result;
    } catch (error) {
      // What was only stopped did not fail: the cause is told where it is.
      if (!isCancel(error)) end(false, "");
      this.fail(error, name);
      throw error;
    }
  }

  /** Keeps and tells the first failure of this host. A cancel is a consequence, never a cause. */
  fail(error: unknown, phase?: string): void {
    if (this.error !== null || this.held !== null || isCancel(error)) return;
    const report = errorReport(error, phase);
    const remedy = report.remedy === "" ? remedyFor(report.kind, this.#run.commands) : report.remedy;
    const failure = { ...report, remedy };
    if (this.holds.has(report.kind)) this.held = failure;
    else this.#fail(failure);
  }

  /** What was held back is a failure after all. */
  failAsHeld(): void {
    if (this.held === null) return;
    const failure = this.held;
    this.held = null;
    this.#fail(failure);
  }

  #fail(failure: ErrorReport): void {
    this.error = failure;
    this.#run.emit({ kind: "failed", host: this.name, error: failure });
  }

  /** Ends the conversation; the host then does what its loss text says. */
  async close(): Promise<void> {
    await this.#talk?.close();
  }
}
