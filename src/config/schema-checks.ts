import { answerHeader, checkedUrl, connectAddress, hostPath, releasePlace, requestHeader, tcpAddress } from "./check-address.ts";
import {
  byKind,
  choice,
  list,
  map,
  namedMap,
  nonEmpty,
  numberOrText,
  optional,
  scalar,
  text,
  wholeNumber,
} from "./schema-parts.ts";
import type { Schema } from "./schema-parts.ts";
import { searchDirectory, taskShell } from "./task-shell.ts";
import { account, command, duration, environmentVariable, word } from "./text-rules.ts";
import { headerValue } from "./web-address.ts";
import type { WrittenCheck, WrittenHttp } from "./written-checks.ts";
import type { WrittenSecretText } from "./written-notify.ts";

const DAY = 86_400;
const HOUR = 3600;

const oneStatus = wholeNumber(100, 599, "must be a status of HTTP, from 100 to 599");

const http = byKind<string | WrittenHttp>(
  {
    text: text(checkedUrl),
    map: map({
      url: text(checkedUrl),
      status: optional(
        byKind<number | readonly number[]>(
          { text: oneStatus, list: nonEmpty(list(oneStatus), "must name at least one status") },
          "must be a status of HTTP, or a list of these",
        ),
      ),
      body: optional(text(sought)),
      header: optional(namedMap(answerHeader, text(headerValue))),
      release: optional(text(releasePlace)),
      send: optional(namedMap(requestHeader, sent())),
      connect: optional(text(connectAddress)),
      unixSocket: optional(text(hostPath)),
      ca: optional(text(hostPath)),
    }),
  },
  "must be a URL, or a map with `url`",
);

const one: Schema<WrittenCheck> = map({
  http: optional(http),
  tcp: optional(text(tcpAddress)),
  command: optional(text(command)),
  within: optional(time(0, DAY)),
  interval: optional(time(1, HOUR)),
  consecutive: optional(wholeNumber(1, 1000, "must be a whole number of at least 1")),
  timeout: optional(time(1, HOUR)),
  on: optional(text(word)),
  as: optional(text(account)),
  path: optional(list(text(searchDirectory))),
  in: optional(choice(["release", "root"])),
  env: optional(
    namedMap(
      environmentVariable,
      scalar(() => null, 'must be text\nWrite "" for an empty one.'),
    ),
  ),
  secrets: optional(list(text(environmentVariable))),
  shell: optional(text(taskShell)),
});

/** What is checked on a host; which keys go together, rules say. */
export const checks: Schema<WrittenCheck | readonly WrittenCheck[]> = byKind<WrittenCheck | readonly WrittenCheck[]>(
  { map: one, list: list(one) },
  "must be a map with `http`, `tcp` or `command`, or a list of these",
);

function time(least: number, most: number): Schema<string | number> {
  return numberOrText(duration(least, most), "must be a time such as 30s");
}

function sent(): Schema<WrittenSecretText> {
  return byKind<WrittenSecretText>(
    { text: text(headerValue), map: map({ secret: text(environmentVariable) }) },
    "must be text, or { secret: NAME } of a variable that holds it",
  );
}

function sought(text: string): string | null {
  return text === "" ? "must not be empty: every body holds nothing\nLeave it out where the body does not matter." : null;
}
