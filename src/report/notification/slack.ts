import type { NotificationDocument } from "../notification-document.ts";
import { type Line, notificationLines } from "./lines.ts";

/** What an incoming webhook takes; Slack, Mattermost, Rocket.Chat and Discord (at `/slack`) understand `text`. */
export interface SlackMessage {
  readonly text: string;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** The text for a chat. Nothing in it that others wrote pings anybody, links anywhere or looks like more than a text. */
export function slackMessage(document: NotificationDocument): SlackMessage {
  const lines = notificationLines(document).map(written);
  let length = 0;
  const fitting = lines.filter((line) => (length += line.length + 1) <= MOST);
  return { text: fitting.join("\n"), unfurl_links: false, unfurl_media: false };
}

function written({ text, is }: Line): string {
  if (is === "address") return escaped(addressOf(text));
  if (is === "command") return `go back: \`${escaped(harmless(text))}\``;
  return is === "headline" ? `*${escaped(harmless(text))}*` : escaped(harmless(text));
}

/** An address ends at the first character that none can hold, so nothing can hide behind it. */
function addressOf(text: string): string {
  return URL.canParse(text) ? new URL(text).href : harmless(text);
}

/** Slack's three characters: without them there is no `<!channel>`, no `<@U123>` and no `<https://…|another text>`. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * What other chats obey without brackets: `@all` of Mattermost and `@everyone` of Discord, bare addresses, links of Markdown, and
 * code that goes on to the end. A space of no width in it looks the same and means nothing; so does another quote.
 */
function harmless(text: string): string {
  return text
    .replaceAll("@", `@${NO_WIDTH}`)
    .replaceAll(/:(?=\/\/)|\b(?:www|mailto|tel)(?=[.:])|\](?=[([])/giu, `$&${NO_WIDTH}`)
    .replaceAll("`", "'")
    .replaceAll("*", "∗");
}

const NO_WIDTH = "\u200b";

/** Discord refuses more than 2,000 characters. */
const MOST = 1900;
