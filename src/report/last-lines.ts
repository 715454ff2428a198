/** How many lines are shown again of what failed, and how much of each. */
const LINES = 20;
const CHARACTERS = 1000;

/** The last lines that something printed, which tell why it failed: few, and none of them a book. */
export class LastLines {
  #lines: string[] = [];

  add(line: string): void {
    const shown = line.length > CHARACTERS ? `…${line.slice(-CHARACTERS)}` : line;
    this.#lines.push(shown);
    if (this.#lines.length > LINES) this.#lines.shift();
  }

  clear(): void {
    this.#lines = [];
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
