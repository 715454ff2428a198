import { type Schema, byKind, choice, list, map, nonEmpty, optional, sizeOrText, wholeNumber } from "./schema-parts.ts";
import type { WrittenLimits, WrittenStrategy, WrittenWave } from "./written-strategy.ts";
import { waveRule } from "./strategy.ts";
import { time } from "./schema-settings.ts";

const MOST = 1_000_000;
const size: Schema<WrittenWave> = sizeOrText(
  waveRule,
  "must be a number of hosts, a share of them such as `25%`, or `all`",
  String.raw`^(all|[1-9]\d{0,5}|([1-9]\d?|100)%)$`,
);

/** In what waves hosts are switched. */
export const strategy: Schema<WrittenStrategy> = map({
  wave: optional(
    byKind<WrittenWave | readonly WrittenWave[]>(
      { text: size, list: nonEmpty(list(size), "must name at least one wave") },
      "must be a number of hosts, a share of them such as `25%`, `all`, or a list of these",
    ),
  ),
  pause: optional(time(0)),
  maxFailures: optional(wholeNumber(0, MOST, "must be a whole number of at least 0")),
  onFailure: optional(choice(["return", "keep"])),
});

/** How much is done at the same time. */
export const limits: Schema<WrittenLimits> = map({
  connect: optional(wholeNumber(1, MOST, "must be a whole number of at least 1")),
  send: optional(wholeNumber(1, MOST, "must be a whole number of at least 1")),
});
