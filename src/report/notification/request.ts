import { createHmac } from "node:crypto";
import type { Notification, SlackNotification, WebhookNotification } from "../../config/notifications.ts";
import { aboutWebAddress, headerValue, shownAddress, webAddress } from "../../config/web-address.ts";
import type { WrittenSecretText } from "../../config/written-notify.ts";
import type { NotificationDocument } from "../notification-document.ts";
import { slackMessage } from "./slack.ts";

/** What is posted to somebody. */
export interface NotificationRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Env = Readonly<Record<string, string | undefined>>;
type Posting = SlackNotification | WebhookNotification;

/** What to post. `env` must have all that {@link unusable} looks for. */
export function requestOf(told: Posting, document: NotificationDocument, env: Env): NotificationRequest {
  const body = JSON.stringify(told.kind === "slack" ? slackMessage(document) : document);
  const url = valueOf(told.url, env);
  const common = { "Content-Type": "application/json; charset=utf-8", "User-Agent": "symlink-helper" };
  if (told.kind === "slack") return { url, headers: common, body };
  const own = Object.entries(told.headers).map(([name, value]) => [name, valueOf(value, env)] as const);
  const ours = { ...common, "X-Slh-Event": document.event, "X-Slh-Run": document.run };
  const signature = told.secret === null ? {} : { "X-Slh-Signature": signatureOf(body, env[told.secret] ?? "") };
  return { url, headers: { ...ours, ...Object.fromEntries(own), ...signature }, body };
}

/** HMAC-SHA256 over the bytes of the body, as `sha256=` and hex digits. */
function signatureOf(body: string, key: string): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

/** Why somebody cannot be told from here, as a sentence without its end: what is missing, or of no use; null if nothing is. */
export function unusable(told: Notification, env: Env): string | null {
  const { texts, names } = neededBy(told);
  const missing = names.find((name) => (env[name] ?? "") === "");
  if (missing !== undefined) return `the variable ${missing} is not set`;
  const wrong = texts.find(({ text, rule }) => rule(valueOf(text, env)) !== null);
  return wrong === undefined ? null : `what the variable ${nameIn(wrong.text)} holds ${wrong.is(valueOf(wrong.text, env))}`;
}

interface Needed {
  readonly texts: readonly {
    readonly text: WrittenSecretText;
    readonly rule: (text: string) => string | null;
    readonly is: (text: string) => string;
  }[];
  readonly names: readonly string[];
}

function neededBy(told: Notification): Needed {
  if (told.kind === "command") return { texts: [], names: told.secrets };
  const headers = told.kind === "slack" ? [] : Object.values(told.headers);
  const texts = [
    { text: told.url, rule: webAddress, is: aboutWebAddress },
    ...headers.map((text) => ({ text, rule: headerValue, is: () => "fits into no header" })),
  ];
  const signing = told.kind === "webhook" && told.secret !== null ? [told.secret] : [];
  return { texts, names: [...texts.flatMap(({ text }) => (typeof text === "string" ? [] : [text.secret])), ...signing] };
}

function nameIn(text: WrittenSecretText): string {
  return typeof text === "string" ? "" : text.secret;
}

/** Files that hold a secret end with a line break, and so does then the variable. */
function valueOf(text: WrittenSecretText, env: Env): string {
  return typeof text === "string" ? text : (env[text.secret] ?? "").trim();
}

/** Who somebody is, for people: the kind, and where it leads, without what is a secret. */
export function nameOf(told: Notification): string {
  if (told.kind === "command") return `command \`${told.run.trim().split("\n", 1)[0] ?? ""}\``;
  return `${told.kind} ${typeof told.url === "string" ? shownAddress(told.url) : `{ secret: ${told.url.secret} }`}`;
}
