import { HostFailure, UserError } from "../errors.ts";
import * as requests from "../host/lend-requests.ts";
import { count, formatBytes } from "../report/units.ts";
import type { FileEntry } from "../tree/entry.ts";
import { shownPaths } from "../tree/names.ts";
import type { ContentStore } from "../tree/store.ts";
import { Taking } from "../tree/taking.ts";
import { fileWords } from "./file-words.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";

/** After so many files that are not what they were, a host is not asked for more of that release: each costs a question of its own. */
const MOST_CHANGED = 20;

/**
 * Contents of a release, from the hosts that have it: one after the other, for as long as something is lacking. What is taken is proved
 * here by its SHA-256 before anybody is given it.
 */
export class Lending {
  readonly #run: FleetRun;
  readonly #lenders: readonly Member[];
  readonly #release: string;
  readonly #store: ContentStore;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: FleetRun, lenders: readonly Member[], release: string, store: ContentStore) {
    this.#run = run;
    this.#lenders = lenders;
    this.#release = release;
    this.#store = store;
  }

  /** Sees to it that these can be read from the store. Several may ask at once; hosts are asked for one after the other. */
  async take(files: readonly FileEntry[], signal: AbortSignal): Promise<void> {
    const turn = this.#turn.then(() => this.#takeNow(files, signal));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nobody is asked any more. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #takeNow(files: readonly FileEntry[], signal: AbortSignal): Promise<void> {
    const failures: HostFailure[] = [];
    let lacking: readonly FileEntry[] = [...new Map(files.map((file) => [file.sha256, file])).values()].filter(
      (file) => !this.#store.has(file),
    );
    for (const lender of this.#lenders) {
      if (lacking.length === 0) return;
      if (!lender.alive) continue;
      const { left, failure } = await this.#takeFrom(lender, lacking, signal);
      if (failure !== null) failures.push(failure);
      this.#tell(lender, lacking, left, failure);
      lacking = left;
    }
    if (lacking.length > 0) throw this.#cannot(lacking, failures);
  }

  /** `left`: what this host has no more, or could not give. */
  #takeFrom(lender: Member, files: readonly FileEntry[], signal: AbortSignal): Promise<Given> {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return lender.phase(
      "lend",
      async () => {
        const changed: FileEntry[] = [];
        let left = files;
        while (left.length > 0 && changed.length < MOST_CHANGED) {
          const { done, failure } = await this.#pour(lender, left, signal);
          left = left.slice(done);
          if (failure !== null) return { left: [...changed, ...left], failure };
          changed.push(...left.slice(0, 1));
          left = left.slice(1);
        }
        return { left: [...changed, ...left], failure: null };
      },
      ({ left }) =>
        `${count(files.length - left.length, "file")} taken from it${left.length === 0 ? `, ${formatBytes(bytes)}` : ""}`,
    );
  }

  /** One question: contents until one is not what it should be. */
  async #pour(lender: Member, files: readonly FileEntry[], signal: AbortSignal): Promise<Poured> {
    const taking = new Taking(files, this.#store);
    const enough = new AbortController();
    let ownFault: unknown = null;
    const onOutput = (chunk: Buffer): void => {
      if (enough.signal.aborted) return;
      try {
        if (!taking.take(chunk)) enough.abort();
      } catch (error) {
        ownFault = error;
        enough.abort();
      }
    };
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    const request = requests.lendFiles(this.#release, bytes);
    const options = { stream: requests.namesOf(files), signal: AbortSignal.any([signal, enough.signal]), onOutput };
    const failure = await lender.ask(request, options).then(() => null, failureOf);
    if (ownFault !== null) throw cannotKeep(ownFault);
    const done = taking.done;
    if (failure === null) return { done, failure: null };
    if (failure.kind !== "cancelled") return { done, failure };
    // That was us: for that a content was wrong, or because nobody wants them any more.
    if (signal.aborted) throw failure;
    return { done, failure: null };
  }

  #tell(lender: Member, asked: readonly FileEntry[], left: readonly FileEntry[], failure: HostFailure | null): void {
    if (left.length === 0) return;
    const next = this.#lenders.slice(this.#lenders.indexOf(lender) + 1).find(({ alive }) => alive);
    // Without another, it is told as what it is: why hosts cannot be brought there.
    if (next === undefined) {
      if (failure !== null) lender.fail(failure, "lend");
      return;
    }
    const why =
      failure === null
        ? `Not what was deployed any more (edited in place?): ${shownPaths(left.map(({ path }) => path))}`
        : `${failure.message.replace(/\.$/u, "")}, with ${count(left.length, "file")} of ${asked.length} still to come`;
    warn(this.#run, lender.name, `${why}. Taken from ${next.name} instead.`);
  }

  #cannot(lacking: readonly FileEntry[], failures: readonly HostFailure[]): HostFailure {
    const paths = shownPaths(lacking.map(({ path }) => path));
    const from = this.#lenders.map(({ name }) => name).join(", ");
    const [lost] = failures;
    const [first] = this.#lenders;
    return new HostFailure({
      host: first?.name ?? "",
      kind: "transfer",
      message:
        lost === undefined
          ? `What ${this.#release} needs here cannot be had from ${from}: ${paths} ${lacking.length === 1 ? "is" : "are"} not what was deployed there any more (edited in place?)`
          : `What ${this.#release} needs here could not be taken from ${from}: ${lost.message}`,
      remedy:
        lost === undefined
          ? `To see what was changed there: ${this.#run.commands("verify", this.#release)}. To make a new release on all hosts: ${this.#run.commands("deploy", "--force")}`
          : "Nothing was switched. Try again.",
    });
  }
}

interface Given {
  readonly left: readonly FileEntry[];
  readonly failure: HostFailure | null;
}

interface Poured {
  readonly done: number;
  readonly failure: HostFailure | null;
}

function failureOf(error: unknown): HostFailure {
  if (error instanceof HostFailure) return error;
  throw error;
}

/** This computer's disk. */
function cannotKeep(error: unknown): UserError {
  return new UserError({
    kind: "source",
    message: `What hosts lend cannot be kept on this computer for as long as it is sent on: ${fileWords(error)}.`,
    remedy: "Free some space where temporary files are, or set TMPDIR to another directory.",
  });
}
