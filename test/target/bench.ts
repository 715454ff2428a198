import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HostFailure } from "../../src/errors.ts";
import { bytesOf, textOf, type ByteString } from "../../src/host/bytes.ts";
import { localChannel, type Channel } from "../../src/host/channel.ts";
import type { Conversation, RequestOptions } from "../../src/host/conversation.ts";
import { startConversation } from "../../src/host/talk.ts";
import { LOADER, readProgram } from "../../src/host/program.ts";
import { callOf } from "../../src/host/quote.ts";
import * as requests from "../../src/host/requests.ts";
import { oneKind, scratch, type Kind } from "./kinds.ts";

export interface BenchOptions {
  /** Seconds; default 30. */
  readonly lease?: number;
  /** Text of the runtime; default: the real one. */
  readonly program?: string;
  /** Words put before the shell, as `setpriv --reuid=…`. */
  readonly through?: readonly string[];
  /** The app root, where it is shared with another bench. */
  readonly root?: string;
  /** What stands between the conversation and the shell. */
  readonly wrap?: (channel: Channel) => Channel;
}

const LAYOUT = { current: "current", releases: "releases", shared: "shared" } as const;
const OWNER = "k=lease;c=deploy;w=ann";
const LOOK = { ledgerLines: 400, base: false, shared: [] } as const;

/** A real conversation with the real runtime in a shell of choice, on an app root of its own. */
export class Bench {
  readonly talk: Conversation;
  readonly channel: Channel;
  readonly session: string = randomBytes(6).toString("hex");
  /** Name of the lock generation that is ours; empty: none. */
  generation = "";
  renamer = "";
  root: string;
  readonly lease: number;
  /** Stands in the environment of every process that comes from this bench. */
  readonly #mark = `slh-bench-${randomBytes(8).toString("hex")}`;

  constructor(kind: Kind = oneKind(), options: BenchOptions = {}) {
    this.root = options.root ?? newRoot();
    this.lease = options.lease ?? 30;
    const words = [
      `PATH=${kind.path}`,
      `SLH_MARK=${this.#mark}`,
      ...(options.through ?? []),
      kind.shell,
      "-c",
      LOADER,
      kind.shell,
    ];
    const channel = localChannel("/usr/bin/env", words);
    this.channel = options.wrap === undefined ? channel : options.wrap(channel);
    this.talk = startConversation({
      host: "bench",
      address: { kind: "local" },
      channel: this.channel,
      program: options.program ?? readProgram(),
      token: randomBytes(4).toString("hex"),
      lease: this.lease,
    });
    this.tellPlace();
  }

  /** Works on another app root from here on, without lock. */
  moveTo(root: string): void {
    this.root = root;
    this.generation = "";
    this.tellPlace();
  }

  tellPlace(): void {
    const { root, session, generation, renamer, lease } = this;
    this.talk.setState(requests.stateText({ root, layout: LAYOUT, session, generation, renamer, lease }));
  }

  /** Lines of the answer to requests, as text. */
  async ask(text: string, options: RequestOptions = {}): Promise<string[]> {
    return (await this.talk.request(text as ByteString, options)).map(textOf);
  }

  /** Calls one function of the runtime. */
  async call(name: string, ...args: readonly string[]): Promise<string[]> {
    return this.ask(callOf(name, args.map(bytesOf)));
  }

  /** Takes the lock, within `patience` milliseconds. Returns the lines of the answer. */
  async open(owner = OWNER, suspect: requests.Suspect | null = null, patience = 0): Promise<string[]> {
    const lines = await this.ask(requests.open(randomBytes(8).toString("hex"), owner, { suspect, patience }, LOOK));
    const [, generation = "no", renamer = ""] = lines.findLast((line) => line.startsWith("opened "))?.split(" ") ?? [];
    if (generation === "no") return lines;
    this.generation = generation;
    this.renamer = renamer;
    this.tellPlace();
    return lines;
  }

  /** Opens a root that no test has used. */
  async fresh(): Promise<this> {
    this.moveTo(newRoot());
    await this.open();
    return this;
  }

  /** A path below the app root. */
  at(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** A path in the tool's own directory. */
  home(...parts: readonly string[]): string {
    return this.at(".symlink-helper", ...parts);
  }

  /** Text of `current`, or undefined. */
  current(): string | undefined {
    return linkAt(this.at("current"));
  }

  ledger(): string {
    return existsSync(this.home("ledger.jsonl")) ? readFileSync(this.home("ledger.jsonl"), "latin1") : "";
  }

  /** Makes a release by hand: files with their contents. */
  release(id: string, files: Readonly<Record<string, string>> = { file: id }): string {
    for (const [path, contents] of Object.entries(files)) put(this.at("releases", id, path), contents);
    return this.at("releases", id);
  }

  pointTo(id: string): void {
    symlinkSync(`releases/${id}`, this.at("current"));
  }

  /** Processes that come from this bench and still live, by number. */
  processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && environment(name).includes(this.#mark))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  }

  /** Those of them that run a command, by the end of its line. */
  running(command: string): number[] {
    return this.processes().filter((pid) => commandLine(pid).endsWith(command));
  }

  /** The loop of the runtime, by number. */
  async loopPid(): Promise<number> {
    const [line = ""] = await this.ask('slh_say "$slh_loop_pid"\n');
    return Number(line);
  }

  /** Ends it; what was told by setLoss is done by the host. */
  async close(): Promise<void> {
    await this.talk.close();
  }
}

/** A new, empty app root. */
export function newRoot(below: string = scratch): string {
  return mkdtempSync(join(below, "root-"));
}

/** Writes a file, with the directories it needs. */
export function put(path: string, contents: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Text of a symbolic link, or undefined where there is none. */
export function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The failure that a request must end with. */
export async function failureOf(answer: Promise<unknown>): Promise<HostFailure> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof HostFailure) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

/** The words of a process's command line, with spaces between them; empty if it has ended. */
export function commandLine(pid: number): string {
  return unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ").trim());
}

function environment(pid: string): string {
  return unlessGone(() => readFileSync(`/proc/${pid}/environ`, "latin1"));
}

/** What is seen of a process, or an empty text: it may end between any two looks; the kernel shows an ended one with an empty environment. */
export function unlessGone(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}
