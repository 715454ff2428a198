import type { Event } from "../report/events.ts";
import { goingAfter, idle, liveLine } from "../report/live.ts";
import type { Theme } from "../report/theme.ts";
import type { OutputStream, World } from "./world.ts";

/**
 * The last line of a terminal: what is going on and for how long, so that a long silence does not look like a hang. It is taken away
 * before anything else is written and put back below it.
 */
export class LiveLine {
  readonly #world: World;
  readonly #stream: OutputStream;
  readonly #theme: Theme;
  readonly #stop: () => void;
  #going = idle;
  #drawn = false;
  #paused = false;

  constructor(world: World, stream: OutputStream, theme: Theme) {
    this.#world = world;
    this.#stream = stream;
    this.#theme = theme;
    this.#stop = world.every(1000, () => this.draw());
  }

  update(event: Event): void {
    const going = goingAfter(this.#going, event, this.#world.now());
    // What changes nothing (a flood of output) leaves the redrawing to the clock.
    if (going === this.#going) return;
    this.#going = going;
    this.draw();
  }

  draw(): void {
    if (this.#paused) return;
    this.erase();
    const line = liveLine(this.#going, this.#world.now(), (this.#stream.columns ?? 80) - 1);
    if (line !== null) this.#stream.write(this.#theme("quiet", line));
    this.#drawn = line !== null;
  }

  erase(): void {
    if (this.#drawn) this.#stream.write(START_OF_LINE_AND_ERASE);
    this.#drawn = false;
  }

  /** Nothing is drawn meanwhile. */
  async pauseFor<T>(something: () => Promise<T>): Promise<T> {
    this.erase();
    this.#paused = true;
    return something().finally(() => (this.#paused = false));
  }

  end(): void {
    this.#stop();
    this.#going = idle;
    this.erase();
  }
}

const START_OF_LINE_AND_ERASE = "\r\u001b[K";
