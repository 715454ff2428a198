import type { CiStyle } from "../report/ci/style.ts";
import { disarm } from "../report/disarm.ts";
import type { Event } from "../report/events.ts";
import { formatNdjson } from "../report/ndjson.ts";
import type { Report } from "../report/report.ts";
import { safeJson } from "../report/sanitize.ts";
import { type SummaryOptions, summaryLines } from "../report/summary.ts";
import { leftOutLines } from "../report/tables/left-out.ts";
import type { DocumentOptions } from "../report/tables/options.ts";
import { plainTheme } from "../report/theme.ts";
import type { Level, Line } from "../report/view.ts";
import { ciStyleOf, mayTellSecrets, placesIn } from "./ci-log.ts";
import { ExitCode, exitCodeOf } from "./exit-codes.ts";
import { KeptFiles } from "./kept-files.ts";
import { LiveLine } from "./live-line.ts";
import { presentationOf } from "./presentation.ts";
import { Recent } from "./recent.ts";
import type { OutputFlags, Presentation } from "./presentation.ts";
import type { OutputStream, World } from "./world.ts";

/** What a command shows. */
interface Answer<D extends object> {
  readonly command: string;
  readonly document: D;
  /** Its exit code is 0. */
  readonly well: boolean;
  readonly lines: (document: D, options: DocumentOptions) => readonly string[];
}

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
  readonly #files: KeptFiles;
  readonly #ci: CiStyle | null;
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
    this.#ci = ciStyleOf(world, flags);
    this.#files = new KeptFiles(world, flags, (text) => this.say("warning", text));
    this.#live = live && !flags.quiet ? new LiveLine(world, people, theme) : null;
  }

  readonly emit = (event: Event): void => {
    this.#ended ||= event.kind === "ended";
    if (this.#flags.events) this.#machine(formatNdjson(event, new Date(this.#world.now()).toISOString()));
    const lines = this.#isInTable(event) ? [] : this.#shown.view(event);
    if (!this.#looking && lines.some((line) => this.#isShown(line.level))) this.#command(this.#ci?.before(event));
    this.#recent.shown(event, this.#putAll(lines));
    this.#live?.update(event);
  };

  /** What must not be shown, for systems that take it out of their log. */
  secrets(texts: readonly string[]): void {
    if (mayTellSecrets(this.#world)) this.#world.stderr.write((this.#ci?.begin(texts) ?? []).map((line) => `${line}\n`).join(""));
  }

  /** A line of our own, about the command itself. */
  say(level: "warning" | "error", text: string): void {
    this.#put(level, this.#shown.theme(level, text));
  }

  /** The end of a command that reports what it did. */
  report(report: Report, call: Pick<SummaryOptions, "asked" | "dryRun"> = {}, error?: unknown): void {
    this.#end();
    this.#command(this.#ci?.end(report, placesIn(error, this.#world)));
    if (this.#flags.json) this.#machine(safeJson(report, 2));
    // Both at once are a mistake, and this the report that says so: one document, not two.
    else if (this.#flags.events && !this.#ended) this.emit({ kind: "ended", report });
    if (!this.#flags.quiet || !this.#forMachine) {
      const good = exitCodeOf(report.outcome) === ExitCode.done;
      const lines = summaryLines(this.#recent.leftToSay(report), { ...this.#shown, ...call });
      this.#write(good ? this.#shown.people : this.#errors, this.#said ? ["", ...lines] : lines);
    }
    this.#command(this.#ci?.after());
    this.#files.report(report, call.dryRun ?? false);
  }

  /** The end of a command that somebody leaves at once, without waiting for its end: there is nobody left to read it but files. */
  left(report: Report): void {
    this.#command(this.#ci?.after());
    this.#files.report(report, false);
  }

  /** The end of a command that shows something. */
  document<D extends object>({ command, document, well, lines }: Answer<D>): void {
    this.#end();
    if (this.#flags.json) this.#machine(safeJson(document, 2));
    if (this.#flags.events) this.#machine(safeJson({ schema: 1, kind: "document", document }));
    const rendered = (options: DocumentOptions): readonly string[] => [
      ...lines(document, options),
      ...leftOutLines(document, options),
    ];
    const options = { ...this.#shown, now: this.#world.now() };
    if (!this.#forMachine) this.#write(this.#world.stdout, rendered(options));
    this.#files.answer(command, document, () => rendered({ ...options, theme: plainTheme, width: undefined }), well);
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
    if (!this.#isShown(level)) return false;
    this.#said = true;
    this.#write(level === "warning" || level === "error" ? this.#errors : this.#shown.people, [text]);
    return true;
  }

  #isShown(level: Level): boolean {
    return !this.#quiet || level === "warning" || level === "error" || (this.#hands && level === "output");
  }

  /** A CI system puts both streams into one log: what must stand in order goes through one. What was asked for stays alone on its own. */
  get #errors(): OutputStream {
    return this.#ci === null || this.#looking ? this.#world.stderr : this.#shown.people;
  }

  /** Lines that a CI system obeys. */
  #command(lines: readonly string[] = []): void {
    const stream = this.#looking ? this.#world.stderr : this.#shown.people;
    if (lines.length > 0) stream.write(lines.map((line) => `${line}\n`).join(""));
  }

  #machine(line: string): void {
    this.#world.stdout.write(`${line}\n`);
  }

  #write(stream: OutputStream, lines: readonly string[]): void {
    this.#live?.erase();
    stream.write(lines.map((line) => `${disarm(line)}\n`).join(""));
  }
}
