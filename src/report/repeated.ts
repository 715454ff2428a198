import { someHosts } from "./group.ts";
import type { Row } from "./rows.ts";
import { count } from "./units.ts";

/**
 * What many hosts say at once: warnings, failures, remarks. The first is told at once. Who says the same of itself is kept, to be told
 * together; and of many different ones of a kind only some are told.
 */
export class Repeated {
  readonly #told = new Map<string, Row[]>();
  readonly #kinds = new Map<string, number>();
  readonly #untold = new Map<string, Row[]>();

  /** What to tell now of something that a host said. */
  take(row: Row): readonly Row[] {
    const kind = `${row.level}\0${row.topic}`;
    const key = `${kind}\0${row.task ?? ""}\0${generalText(row)}`;
    const known = this.#told.get(key);
    if (known !== undefined) known.push(row);
    else if ((this.#kinds.get(kind) ?? 0) < MOST_OF_A_KIND) {
      this.#told.set(key, []);
      this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
      return [row];
    } else this.#untold.set(kind, [...(this.#untold.get(kind) ?? []), row]);
    return [];
  }

  /** Who has said the same since, together. Nothing is kept of it. */
  same(): readonly Row[] {
    const kept = [...this.#told].filter(([, rows]) => rows.length > 0);
    return kept.map(([key, rows]) => {
      this.#told.set(key, []);
      return together(rows);
    });
  }

  /** All that was kept, in few words. Nothing is kept any more. */
  rest(): readonly Row[] {
    const more = [...this.#untold.values()].map(moreOf);
    this.#untold.clear();
    return [...this.same(), ...more];
  }
}

function together(rows: readonly Row[]): Row {
  const [first] = rows as readonly [Row];
  if (rows.length === 1) return first;
  const names = hostsOf(rows);
  const who = names.length === 1 ? `${rows.length} times` : someHosts(names);
  return { ...first, host: hostCount(names), ms: slowest(rows), text: `${generalText(first)} (${who})` };
}

function moreOf(rows: readonly Row[]): Row {
  const [first] = rows as readonly [Row];
  const where = first.level === "info" ? "shown with --verbose" : "all of them are in the summary";
  const { level, topic } = first;
  return { level, topic, host: hostCount(hostsOf(rows)), ms: null, text: `${count(rows.length, "other")} like that: ${where}` };
}

function hostsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ host }) => host ?? []))];
}

/** `web1`, or `12 hosts`. */
export function hostCount(hosts: readonly string[]): string {
  return hosts.length === 1 && hosts[0] !== undefined ? hosts[0] : count(hosts.length, "host");
}

/** The longest that one of them took; null where none took any time. */
export function slowest(rows: readonly Row[]): number | null {
  const times = rows.flatMap(({ ms }) => ms ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** A text without the name of the host that said it: what many hosts say of themselves is the same then. */
function generalText({ host, text }: Row): string {
  return host === null ? text : withoutName(text, host);
}

/** A text in which a host's name is `HOST`. */
export function withoutName(text: string, host: string): string {
  const name = host.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w.-])${name}(?![\\w-])`, "g"), "HOST");
}

/** Different ones of a kind that are told while the command runs. */
const MOST_OF_A_KIND = 5;
