import { byKind, choice, list, map, namedMap, nonEmpty, optional, text, type Schema } from "./schema-parts.ts";
import { command, duration, environmentVariable, type Rule } from "./text-rules.ts";
import type { NotifyEvent, WrittenNotify, WrittenSecretText } from "./written-notify.ts";
import { headerName, headerValue, webAddress } from "./web-address.ts";
import { numberOrText } from "./schema-parts.ts";
import { NOTIFY_EVENTS } from "./defaults.ts";

const MOST_SECONDS = 300;

const oneEvent = choice(NOTIFY_EVENTS);

/** Who is told; which keys go together, rules say. */
export const notify: Schema<readonly WrittenNotify[]> = list(
  map({
    slack: optional(secretText(webAddress, "a URL")),
    webhook: optional(secretText(webAddress, "a URL")),
    command: optional(text(command)),
    on: optional(
      byKind<NotifyEvent | NotifyEvent[]>(
        { text: oneEvent, list: nonEmpty(list(oneEvent), "must name at least one: `success`, `failure` or `return`") },
        "must be `success`, `failure` or `return`, or a list of these",
      ),
    ),
    timeout: optional(numberOrText(duration(1, MOST_SECONDS), "must be a time such as 10s")),
    secret: optional(text(environmentVariable)),
    headers: optional(namedMap(headerName, secretText(headerValue, "text"))),
    secrets: optional(list(text(environmentVariable))),
  }),
);

/** A text that follows the rule, or the name of a variable that holds one. */
function secretText(rule: Rule, what: string): Schema<WrittenSecretText> {
  return byKind<WrittenSecretText>(
    { text: text(rule), map: map({ secret: text(environmentVariable) }) },
    `must be ${what}, or { secret: NAME } of a variable that holds it`,
  );
}
