import { disarm } from "../report/disarm.ts";
import type { Event } from "../report/events.ts";
import { formatNdjson } from "../report/ndjson.ts";
import type { Report } from "../report/report.ts";
import { safeJson } from "../report/sanitize.ts";
import { type SummaryOptions, summaryLines } from "../report/summary.ts";
import { leftOutLines } from "../report/tables/left-out.ts";
import type { DocumentOptions } from "../report/tables/options.ts";
import type { Level, Line } from "../report/view.ts";
import { ExitCode, exitCodeOf } from "./exit-codes.ts";
import { LiveLine } from "./live-line.ts";
import { presentationOf } from "./presentation.ts";
import { Recent } from "./recent.ts";
import type { OutputFlags, Presentation } from "./presentation.ts";
import type { OutputStream, World } from "./world.ts";

/** Everything a command says goes through one of these. Standard output: what was asked for. Standard error: warnings and errors. */
export class Output {
  readonly #world: World;
  readonly #flags: OutputFlags;
  readonly #shown: Presentation;
  readonly #looking: boolean;
  readonly #hands: boolean;
  readonly #quiet: boolean;
  readonly #live: LiveLine | null;
  readonly #recent: Recent;
  #said = false;
  #ended = false;

  /**
   * `looking`: a command whose answer is a table, where progress would only be in the way; `"hands"`: what it runs or reads on hosts is the
   * answer, and shown as it comes.
   */
  constructor(world: World, flags: OutputFlags, looking: boolean | "hands") {
    this.#world = world;
    this.#hands = looking === "hands";
    this.#flags = flags;
    this.#shown = presentationOf(world, flags);
    this.#looking = looking !== false;
    this.#quiet = flags.quiet || (this.#looking && !flags.verbose);
    const { live, people, theme } = this.#shown;
    this.#recent = new Recent(live && !flags.verbose);
    this.#live = live && !flags.quiet ? new LiveLine(world, people, theme) : null;
  }

  readonly emit = (event: Event): void => {
    this.#ended ||= event.kind === "ended";
    if (this.#flags.events) this.#machine(formatNdjson(event, new Date(this.#world.now()).toISOString()));
    const lines = this.#isInTable(event) ? [] : this.#shown.view(event);
    this.#recent.shown(event, this.#putAll(lines));
    this.#live?.update(event);
  };

  /** A line of our own, about the command itself. */
  say(level: "warning" | "error", text: string): void {
    this.#put(level, this.#shown.theme(level, text));
  }

  /** The end of a command that reports what it did. */
  report(report: Report, call: Pick<SummaryOptions, "asked" | "dryRun"> = {}): void {
    this.#end();
    if (this.#flags.json) this.#machine(safeJson(report, 2));
    // Both at once are a mistake, and this the report that says so: one document, not two.
    else if (this.#flags.events && !this.#ended) this.emit({ kind: "ended", report });
    if (this.#flags.quiet && this.#forMachine) return;
    const good = exitCodeOf(report.outcome) === ExitCode.done;
    const lines = summaryLines(this.#recent.leftToSay(report), { ...this.#shown, ...call });
    this.#write(good ? this.#shown.people : this.#world.stderr, this.#said ? ["", ...lines] : lines);
  }

  /** The end of a command that shows something. */
  document<D extends object>(document: D, render: (document: D, options: DocumentOptions) => readonly string[]): void {
    this.#end();
    if (this.#flags.json) this.#machine(safeJson(document, 2));
    if (this.#flags.events) this.#machine(safeJson({ schema: 1, kind: "document", document }));
    if (this.#forMachine) return;
    const options = { ...this.#shown, now: this.#world.now() };
    this.#write(this.#world.stdout, [...render(document, options), ...leftOutLines(document, options)]);
  }

  /** Keeps still while somebody is asked something. */
  aside<T>(something: () => Promise<T>): Promise<T> {
    return this.#live === null ? something() : this.#live.pauseFor(something);
  }

  /** Hosts that could not be asked are told below the table, with what to do. */
  #isInTable(event: Event): boolean {
    if (!this.#looking || this.#forMachine || this.#flags.verbose) return false;
    return this.#hands ? event.kind === "task-ended" : event.kind === "failed" && event.host !== null;
  }

  get #forMachine(): boolean {
    return this.#flags.json || this.#flags.events;
  }

  #end(): void {
    this.#live?.end();
    this.#putAll(this.#shown.rest());
  }

  /** How many of them were shown. */
  #putAll(lines: readonly Line[]): number {
    return lines.filter((line) => this.#put(line.level, line.text)).length;
  }

  /** Whether it was shown. */
  #put(level: Level, text: string): boolean {
    const loud = level === "warning" || level === "error";
    if (this.#quiet && !loud && !(this.#hands && level === "output")) return false;
    this.#said = true;
    this.#write(loud ? this.#world.stderr : this.#shown.people, [text]);
    return true;
  }

  #machine(line: string): void {
    this.#world.stdout.write(`${line}\n`);
  }

  #write(stream: OutputStream, lines: readonly string[]): void {
    this.#live?.erase();
    stream.write(lines.map((line) => `${disarm(line)}\n`).join(""));
  }
}
