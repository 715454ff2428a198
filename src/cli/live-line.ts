import { crowdLines } from "../report/crowd-live.ts";
import type { Event } from "../report/events.ts";
import { goingAfter, idle, liveLine } from "../report/live.ts";
import { FEW_HOSTS, Progress } from "../report/progress.ts";
import type { Theme } from "../report/theme.ts";
import type { OutputStream, World } from "./world.ts";

/**
 * The last line of a terminal, or with many hosts the last few: what is going on and for how long, so that a long silence does not look like a
 * hang. They are taken away before anything else is written and put back below it.
 *
 * The cursor waits at the beginning of the first of them. So they are erased without counting lines, which nobody can who was resized
 * meanwhile: some terminals then break long lines anew, others cut them. And while they are drawn the terminal must not break them, in case
 * that it became narrower a moment ago.
 */
export class LiveLine {
  readonly #world: World;
  readonly #stream: OutputStream;
  readonly #theme: Theme;
  readonly #stops: readonly (() => void)[];
  #going = idle;
  #progress: Progress | null = null;
  #drawnAt: number | null = null;
  #paused = false;

  constructor(world: World, stream: OutputStream, theme: Theme) {
    this.#world = world;
    this.#stream = stream;
    this.#theme = theme;
    this.#stops = [world.every(TICK, () => this.#tick()), stream.onResize(() => this.draw())];
  }

  update(event: Event): void {
    const now = this.#world.now();
    if (event.kind === "started") this.#progress = event.hosts.length > FEW_HOSTS ? new Progress(event.hosts) : null;
    this.#progress?.take(event, now);
    const going = goingAfter(this.#going, event, now);
    // What changes nothing (a flood of output) leaves the redrawing to the clock.
    if (going === this.#going) return;
    this.#going = going;
    // So does a crowd, where something changes all the time.
    if (this.#progress === null || this.#drawnAt === null || now - this.#drawnAt >= TICK) this.draw();
  }

  draw(): void {
    if (this.#paused) return;
    const lines = this.#lines();
    const erased = this.#drawnAt === null ? "" : ERASE;
    if (lines.length > 0 || erased !== "") this.#stream.write(`${erased}${this.#drawn(lines)}`);
    this.#drawnAt = lines.length === 0 ? null : this.#world.now();
  }

  erase(): void {
    if (this.#drawnAt !== null) this.#stream.write(ERASE);
    this.#drawnAt = null;
  }

  /** Nothing is drawn meanwhile. */
  async pauseFor<T>(something: () => Promise<T>): Promise<T> {
    this.erase();
    this.#paused = true;
    return something().finally(() => (this.#paused = false));
  }

  end(): void {
    for (const stop of this.#stops) stop();
    this.#going = idle;
    this.#progress = null;
    this.erase();
  }

  /** One line that only counts seconds need not be drawn more often than those pass. */
  #tick(): void {
    const age = this.#drawnAt === null ? Infinity : this.#world.now() - this.#drawnAt;
    if (age >= (this.#progress === null ? SECOND : TICK)) this.draw();
  }

  #lines(): readonly string[] {
    const now = this.#world.now();
    const columns = (this.#stream.columns ?? 80) - 1;
    if (this.#progress !== null) return crowdLines(this.#progress, this.#going, now, { columns, lines: this.#height() });
    const line = liveLine(this.#going, now, columns);
    return line === null ? [] : [line];
  }

  #height(): number {
    return Math.max(1, Math.min(MOST_LINES, Math.floor((this.#stream.rows ?? 24) / 2)));
  }

  #drawn(lines: readonly string[]): string {
    if (lines.length === 0) return "";
    const text = lines.map((line) => this.#theme("quiet", line)).join("\n");
    const up = lines.length === 1 ? "" : `\u001b[${lines.length - 1}A`;
    return `${NO_WRAP}${text}${WRAP}\r${up}`;
  }
}

/** The line of the cursor, then all below it: tmux, told in the first line to erase all that follows, keeps a copy in its history. */
const ERASE = "\r\u001b[K\u001b7\u001b[B\u001b[J\u001b8";
const NO_WRAP = "\u001b[?7l";
const WRAP = "\u001b[?7h";
const TICK = 200;
const SECOND = 1000;
const MOST_LINES = 4;
