import type { Event } from "../report/events.ts";
import { FEW_HOSTS } from "../report/progress.ts";
import { CONTROLLER } from "../report/rows.ts";
import type { ErrorReport, Report } from "../report/report.ts";

/** What was said while a command ran and still stands on the screen: the summary below it need not say it again. */
export class Recent {
  readonly #at = new Map<string, number>();
  readonly #sums: boolean;
  #summedUp = false;
  #lines = 0;

  /** `sums`: what many hosts say is summed up while the command runs, so that the summary is the first to have all of it. */
  constructor(sums: boolean) {
    this.#sums = sums;
  }

  /** An event took so many lines. */
  shown(event: Event, lines: number): void {
    this.#lines += lines;
    if (event.kind === "started") this.#summedUp = this.#sums && event.hosts.length > FEW_HOSTS;
    if (lines === 0 || (this.#summedUp && "host" in event && event.host !== CONTROLLER)) return;
    if (event.kind === "warning") this.#at.set(event.host === null ? event.text : `${event.host}: ${event.text}`, this.#lines);
    if (event.kind === "output") this.#at.set(outputKey(event.host, event.line), this.#lines);
  }

  /** The report without warnings and output that were shown a moment ago. */
  leftToSay(report: Report): Report {
    return {
      ...report,
      warnings: report.warnings.filter((warning) => !this.#isNear(warning)),
      error: this.#shorter("controller", report.error),
      hosts: report.hosts.map((host) => ({ ...host, error: this.#shorter(host.host, host.error) })),
    };
  }

  #shorter(host: string, error: ErrorReport | null): ErrorReport | null {
    if (error?.output === undefined || !error.output.every((line) => this.#isNear(outputKey(host, line)))) return error;
    const { output: _, ...rest } = error;
    return rest;
  }

  #isNear(key: string): boolean {
    return this.#lines - (this.#at.get(key) ?? -Infinity) <= SCREEN;
  }
}

function outputKey(host: string, line: string): string {
  return `${host}\0${line}`;
}

/** Lines that somebody sees without scrolling, above a summary. */
const SCREEN = 30;
