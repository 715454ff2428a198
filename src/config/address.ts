import { expandRanges } from "./ranges.ts";
import { word } from "./text-rules.ts";

/** Where a host is reached, as people write it in one text. */
export interface WrittenAddress {
  /** `local` is the controller itself. */
  readonly kind: "local" | "ssh";
  readonly host: string;
  readonly user: string | null;
  readonly port: number | null;
}

/**
 * `local`, `host`, `user@host`, `user@host:port`, `[ipv6]`, `user@[ipv6]:port`. A text where something is wrong with it: the end
 * of a sentence, with a hint after a line break. As ssh does, the last `@` ends the user, who may have one in the name.
 */
export function parseAddress(text: string): WrittenAddress | string {
  if (/[\s\p{C}]/u.test(text)) return "must not contain spaces or control characters";
  if (text.includes("://")) return "must be a host, not a URL\nWrite it as user@host:port.";
  if (text === "local") return { kind: "local", host: "local", user: null, port: null };
  const at = text.lastIndexOf("@");
  const user = at === -1 ? null : text.slice(0, at);
  const place = /^(?:\[(?<literal>[^[\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>[^:]*))?$/u.exec(text.slice(at + 1))?.groups;
  if (place === undefined)
    return "must be a host such as deploy@web1.example.org:22\nAn IPv6 address stands in brackets: [::1]:22.";
  return address(user, place["literal"] ?? place["name"] ?? "", place["port"] ?? null);
}

/** The same as a rule for texts, which may stand for several hosts: `web[01:20]`. */
export function hostAddress(text: string): string | null {
  const all = expandRanges(text);
  if (typeof all === "string") return all;
  return all.map(parseAddress).find((parsed) => typeof parsed === "string") ?? null;
}

/** A name of a host, or of several. */
export function hostName(text: string): string | null {
  const all = expandRanges(text);
  return typeof all === "string" ? all : word(text);
}

function address(user: string | null, host: string, port: string | null): WrittenAddress | string {
  if (user === "") return "must have a user before the `@`\nLeave out the `@` for the user that ssh chooses.";
  if (host.startsWith("-") || user?.startsWith("-") === true) return "must not begin with `-`: ssh would take it for an option";
  if (port !== null && !(/^\d+$/u.test(port) && isPort(Number(port))))
    return "must end in a port from 1 to 65535 after the colon";
  return { kind: "ssh", host, user, port: port === null ? null : Number(port) };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
