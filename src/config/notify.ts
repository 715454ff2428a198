import { DEFAULTS, NOTIFY_EVENTS } from "./defaults.ts";
import type { Notification } from "./notifications.ts";
import { seconds } from "./duration.ts";
import { shownAddress } from "./web-address.ts";
import type { WrittenNotify } from "./written-notify.ts";

/** Who is told, in the order in which they are written. Each entry must be of one kind. */
export function resolveNotify(written: readonly WrittenNotify[] = []): readonly Notification[] {
  return written.map(resolveOne);
}

function resolveOne(written: WrittenNotify): Notification {
  const { slack, webhook, command = "", on = NOTIFY_EVENTS, timeout, secret, headers, secrets } = written;
  const told = {
    on: NOTIFY_EVENTS.filter((event) => [on].flat().includes(event)),
    timeout: seconds(timeout ?? DEFAULTS.notifyTimeout) ?? DEFAULTS.notifyTimeout,
  };
  if (slack !== undefined) return { kind: "slack", url: slack, ...told };
  if (webhook !== undefined) return { kind: "webhook", url: webhook, secret: secret ?? null, headers: headers ?? {}, ...told };
  return { kind: "command", run: command, secrets: [...new Set(secrets)], ...told };
}

/** Names of the variables of the controller's environment that one of them needs. */
export function notifySecrets(notification: Notification): readonly string[] {
  if (notification.kind === "command") return notification.secrets;
  const texts = notification.kind === "slack" ? [] : Object.values(notification.headers);
  const named = [notification.url, ...texts].flatMap((text) => (typeof text === "string" ? [] : [text.secret]));
  return notification.kind === "slack" || notification.secret === null ? named : [...named, notification.secret];
}

/** What a file gives away that is a secret all the same: an address that lets whoever knows it post. */
export function notifySecretTexts(notify: readonly Notification[]): readonly string[] {
  return notify.flatMap((each) => {
    if (each.kind === "command" || typeof each.url !== "string") return [];
    return each.kind === "slack" || looksSecret(each.url) ? [each.url] : [];
  });
}

/** What of a secret address a server may say again in its answer, host and scheme apart; nothing of what is no address. */
export function addressParts(text: string): readonly string[] {
  if (!/^https?:/iu.test(text) || !URL.canParse(text)) return [];
  const { pathname, search, searchParams } = new URL(text);
  const segments = [...pathname.split("/"), ...searchParams.values()].filter((part) => /^(?=.*[\dA-Z]).{8,}$/u.test(part));
  return [`${pathname}${search}`, pathname, ...segments].filter(({ length }) => length > 3);
}

/** Whether an address has a part that nobody would choose for people to read. */
function looksSecret(url: string): boolean {
  return /\?|[^/]{20,}/u.test(url.replace(/^https?:\/\/[^/]*/iu, ""));
}

/** A copy of what is written or resolved that may be shown: of addresses only where they lead, of headers only their names. */
export function shownNotify(notify: unknown): unknown {
  return Array.isArray(notify) ? notify.map((entry: object) => shownEntry(entry)) : notify;
}

function shownEntry(entry: object): object {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]: readonly [string, unknown]) => {
      if (typeof value === "string" && ADDRESSES.has(key)) return [key, shownAddress(value)];
      return [key, key === "headers" ? shownHeaders(value as object) : value];
    }),
  );
}

function shownHeaders(headers: object): object {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? "***" : value]));
}

const ADDRESSES: ReadonlySet<string> = new Set(["slack", "webhook", "url"]);
