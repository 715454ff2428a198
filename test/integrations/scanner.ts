import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * Looks for secrets where none may be: in texts, in everything below a directory, and in what the system tells everybody of processes.
 *
 * A secret is found by any of its lines (of so many characters that they cannot be there by chance), as it is, in base64, as in a URL and
 * as in JSON.
 */
export class Scanner {
  readonly #needles: readonly Buffer[];

  constructor(secrets: readonly string[]) {
    const lines = secrets.flatMap((secret) => secret.split(/\r\n|\r|\n/u)).filter((line) => line.length >= SHORTEST);
    const forms = [...new Set(lines)].flatMap((line) => [
      line,
      Buffer.from(line).toString("base64").replace(/=+$/u, ""),
      encodeURIComponent(line),
      JSON.stringify(line).slice(1, -1),
    ]);
    this.#needles = [...new Set(forms)].map((form) => Buffer.from(form));
    if (this.#needles.length === 0) throw new Error("There is nothing to look for.");
  }

  /** Whether one of them is in it. */
  has(content: string | Buffer): boolean {
    const bytes = Buffer.from(content);
    return this.#needles.some((needle) => bytes.includes(needle));
  }

  /** Names of the texts that hold one. */
  inTexts(texts: Readonly<Record<string, string>>): readonly string[] {
    return Object.keys(texts).filter((name) => this.has(texts[name] ?? ""));
  }

  /** Paths at or below these that hold one: in a file, in the text of a link, in a name. */
  inFiles(...roots: readonly string[]): readonly string[] {
    return roots.flatMap((root) => this.#below(root));
  }

  #below(path: string): readonly string[] {
    const named = this.has(path) ? [path] : [];
    try {
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return this.has(readlinkSync(path)) ? [path] : named;
      if (stats.isFile()) return this.has(readFileSync(path)) ? [path] : named;
      return stats.isDirectory() ? [...named, ...readdirSync(path).flatMap((name) => this.#below(join(path, name)))] : named;
    } catch {
      // Gone meanwhile.
      return named;
    }
  }

  /**
   * Watches all processes of this machine, hosts that are played on it included, until the returned function is called; that tells which had one in
   * its command line, or in its environment, unless it `may` have it there.
   */
  watch(may: (process: Seen) => boolean = () => false): () => readonly string[] {
    const found = new Set<string>();
    const look = (): void => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/u.test(name))) this.#lookAt(pid, may, found);
    };
    const timer = setInterval(look, EVERY);
    return () => {
      clearInterval(timer);
      look();
      return [...found];
    };
  }

  #lookAt(pid: string, may: (process: Seen) => boolean, found: Set<string>): void {
    const [args, environment] = [bytesOf(`/proc/${pid}/cmdline`), bytesOf(`/proc/${pid}/environ`)];
    if (this.has(args)) found.add(`command line of ${pid}`);
    if (!this.has(environment)) return;
    // It may have become another program, or have ended, between two looks: the next one tells.
    if (args.length === 0 || !bytesOf(`/proc/${pid}/cmdline`).equals(args)) return;
    const seen = { pid: Number(pid), args: args.toString().split("\0").join(" ").trim() };
    if (!may(seen)) found.add(`environment of ${seen.args}`);
  }
}

/** A process as it was seen. */
export interface Seen {
  readonly pid: number;
  readonly args: string;
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

const SHORTEST = 6;
/** Milliseconds. Short-lived processes are missed by any such look; many looks over many runs see those that matter. */
const EVERY = 100;
