import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { until } from "../hosts/until.ts";

/** What a visitor saw of one request. Times are those of {@link now}. */
export interface Answer {
  readonly kind: string;
  readonly url: string;
  readonly began: number;
  readonly ended: number;
  /** Of the application that answered; `undefined` where none did. */
  readonly version?: string;
  readonly failure?: string;
}

/** Somebody who asks one site for one thing, again and again. */
export interface Visitor {
  readonly url: string;
  readonly kind: string;
  readonly path: string;
  /** Over a connection that is new each time, and not over one that is kept. */
  readonly fresh: boolean;
  /** What is posted. */
  readonly body?: string;
}

export interface Visitors {
  /** Waits until every visitor has got so many answers to what it asked for after that time. */
  satisfied(since: number, answers?: number): Promise<void>;
  /** Lets them go; all that they saw. */
  stop(): Promise<Answer[]>;
}

const ORDER = "order=1".repeat(300);
const KINDS: readonly Omit<Visitor, "url">[] = [
  { kind: "page", path: "/", fresh: false },
  { kind: "page, new connection", path: "/", fresh: true },
  { kind: "form", path: "/", fresh: false, body: ORDER },
  { kind: "form, new connection", path: "/", fresh: true, body: ORDER },
  { kind: "slow page", path: "/?ms=300", fresh: false },
  { kind: "slow page, new connection", path: "/?ms=300", fresh: true },
  { kind: "file", path: "/version.txt", fresh: false },
];

/** Answers of each visitor that make an observation. */
const ENOUGH = 5;

/** Visitors of these sites, who ask from now on. They also go when this process dies. */
export function startVisitors(urls: readonly string[]): Visitors {
  const visitors = urls.flatMap((url) => KINDS.map((kind): Visitor => ({ url, ...kind })));
  const child = spawn(process.execPath, [fileURLToPath(new URL("visitors.mjs", import.meta.url)), JSON.stringify(visitors)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const seen = new Map(visitors.map((visitor): [string, Answer[]] => [visitorOf(visitor), []]));
  const lines = createInterface(child.stdout).on("line", (line) => {
    const answer = JSON.parse(line) as Answer;
    seen.get(visitorOf(answer))?.push(answer);
  });
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
  return {
    satisfied: async (since, wanted = ENOUGH) => {
      // Each visitor asks for one thing after the other.
      const enough = (all: readonly Answer[]): boolean => (all.at(-wanted)?.began ?? 0) > since;
      await until("the visitors were answered", () => [...seen.values()].every(enough));
    },
    stop: async () => {
      child.stdin.end();
      await ended;
      return [...seen.values()].flat();
    },
  };
}

/** Who got that answer. */
export function visitorOf({ url, kind }: Pick<Answer, "url" | "kind">): string {
  return `${url} ${kind}`;
}

/** The clock that all processes of this machine share, in milliseconds. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
