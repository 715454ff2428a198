import { resolve } from "node:path";
import { jobPages } from "../library/ci.ts";
import { linksOfAnswer, linksOfReport } from "../report/files/links.ts";
import { dotenvOfAnswer, dotenvOfReport } from "../report/files/dotenv.ts";
import { junitOfAnswer } from "../report/files/junit-answer.ts";
import { junitOfReport } from "../report/files/junit.ts";
import { size } from "../report/files/markdown.ts";
import { answerPage, MOST_BYTES, summaryPage } from "../report/files/summary-page.ts";
import type { Report } from "../report/report.ts";
import { safeJson } from "../report/sanitize.ts";
import type { GlobalFlags } from "./options.ts";
import type { World } from "./world.ts";

/** Options that name a file which keeps how a command ended. */
export const KEPT_FILES = ["report", "junit", "summary", "dotenv", "links"] as const;

export type KeptFile = (typeof KEPT_FILES)[number];

export type FileFlags = Pick<GlobalFlags, KeptFile>;

/**
 * The files of `--report`, `--junit` and their like: written when a command is over, however it ended. What an earlier run left there is
 * taken away when this one begins, so that nobody takes it for the end of a run that was killed.
 */
export class KeptFiles {
  readonly #world: World;
  readonly #flags: FileFlags;
  readonly #warn: (text: string) => void;
  readonly #began: number;

  constructor(world: World, flags: FileFlags, warn: (text: string) => void) {
    this.#world = world;
    this.#flags = flags;
    this.#warn = warn;
    this.#began = world.now();
    for (const file of KEPT_FILES) {
      const path = flags[file];
      if (path !== undefined && file !== "summary") this.#at(path, (whole) => world.files.remove(whole));
    }
  }

  /** Of a command that reports what it did. */
  report(report: Report, dryRun: boolean): void {
    this.#put("report", () => `${safeJson(report, 2)}\n`);
    this.#put("junit", () => junitOfReport(report));
    this.#put("summary", (room) => summaryPage(report, dryRun, room));
    this.#put("dotenv", () => dotenvOfReport(report));
    this.#put("links", () => linksOfReport(report, dryRun, jobPages(this.#world.env)));
  }

  /** Of a command that shows something. `lines`: what people see of it. */
  answer(command: string, answer: object, lines: () => readonly string[], well: boolean): void {
    const times = { startedAt: new Date(this.#began).toISOString(), durationMs: this.#world.now() - this.#began };
    const { app = "", environment = "" } = answer as { readonly app?: string; readonly environment?: string };
    const title = [command, app, environment].filter((part) => part !== "").join(" ");
    this.#put("report", () => `${safeJson(answer, 2)}\n`);
    this.#put("junit", () => junitOfAnswer(command, answer, well, times));
    this.#put("summary", (room) => answerPage(title, lines(), room));
    this.#put("dotenv", () => dotenvOfAnswer(command, answer, well));
    this.#put("links", () => linksOfAnswer(title, well, jobPages(this.#world.env)));
  }

  /** `make` gets how many bytes there is room for. */
  #put(option: keyof FileFlags, make: (room: number) => string): void {
    const path = this.#flags[option];
    if (path === undefined) return;
    const why = this.#at(path, (whole) => {
      const before = option === "summary" ? this.#before(whole) : "";
      return this.#world.files.write(whole, before + make(MOST_BYTES - size(before)));
    });
    if (why !== null) this.#warn(`--${option}: ${path} cannot be written: ${why}. What the command did is not changed by that.`);
  }

  /** GitHub's own file holds what the whole step says: another command of it may have said something already. */
  #before(path: string): string {
    return path === this.#world.env["GITHUB_STEP_SUMMARY"] ? this.#world.files.read(path) : "";
  }

  #at<T>(path: string, then: (whole: string) => T): T | string {
    const { directory } = this.#world;
    if (directory === null && !path.startsWith("/")) return "the folder that this was called in is gone";
    return then(resolve(directory ?? "/", path));
  }
}
