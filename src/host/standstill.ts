/**
 * Notices when this process itself stood still: stopped, its machine suspended, or too busy. Then nothing was heard because nobody listened,
 * and what the other side has said since is still to be read.
 */
export class Standstill {
  readonly #lease: number;
  #lastTick = performance.now();
  #last = { seconds: 0, until: 0 };

  /** `lease` in seconds: who stood still for longer is taken for gone by the other side. */
  constructor(lease: number) {
    this.#lease = lease;
  }

  /** To be called several times in a lease. True if much more time has passed since the last call. */
  tick(): boolean {
    const now = performance.now();
    const seconds = (now - this.#lastTick) / 1000;
    this.#lastTick = now;
    if (seconds < this.#lease / 2) return false;
    this.#last = { seconds, until: now };
    return true;
  }

  /** Seconds for which we stood still just before, if longer than the lease; else 0. */
  get recent(): number {
    const { seconds, until } = this.#last;
    return seconds >= this.#lease && performance.now() - until < this.#lease * 1000 ? seconds : 0;
  }
}
