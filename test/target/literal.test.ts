import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOf, rawBytes, textOf, type ByteString } from "../../src/host/bytes.ts";
import { callOf } from "../../src/host/quote.ts";
import * as requests from "../../src/host/requests.ts";
import { Bench } from "./bench.ts";
import { everyKind } from "./kinds.ts";

/** What has gone wrong in some shell or other, besides plain chance. */
const NASTY = [
  "'",
  '"',
  "\\",
  "\n",
  "\r",
  "$",
  "`",
  "!",
  "*",
  "~",
  "-rf",
  "#EOF:",
  "\\'",
  "$(id)",
  "\t",
  " ",
  "\x7f",
  "\x80",
  "\x81",
  "\x88",
  "\xff",
  "\xc3\x28",
  "%s",
  "@",
];

const bytes: fc.Arbitrary<ByteString> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...NASTY),
      fc.integer({ min: 1, max: 255 }).map((code) => String.fromCodePoint(code)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join("") as ByteString);

/** Text as a configuration can hold it: anything but NUL and lone surrogates. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }).map((one) => one.replaceAll("\0", "")),
  fc
    .array(fc.constantFrom(...NASTY.filter((part) => /^[\x01-\x7f]*$/.test(part)), "ü", "日本", "🦊"), { maxLength: 8 })
    .map((parts) => parts.join("")),
);

/** yash reads text in the encoding of its locale and drops bytes that are none (FACTS 9.4). */
const kinds = everyKind().filter(({ name }) => !name.startsWith("yash"));

const hex = (value: ByteString): string => rawBytes(value).toString("hex");
const HEX = String.raw`od -An -v -tx1 | tr -d ' \n'`;
const ECHO = `for slh_x; do slh_say "[$(slh_put_raw "$slh_x" | ${HEX})]"; done\n`;

describe.each(kinds)("P10: literally, $name", (kind) => {
  let bench: Bench;
  beforeAll(async () => void (bench = await new Bench(kind).fresh()));
  afterAll(async () => bench.close());

  test("any bytes as arguments of a request", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 12 }), async (args) => {
        const lines = await bench.ask(`${callOf("set --", args)}${ECHO}`);
        expect(lines).toEqual(args.map((arg) => `[${hex(arg)}]`));
      }),
      { numRuns: 25 },
    );
  });

  test("any text as environment and in the text of a task", async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (value, word) => {
        const output: Buffer[] = [];
        const run = `printf '%s' "$VALUE" | ${HEX}; echo; ${textOf(callOf("printf %s", [bytesOf(word)])).slice(0, -1)} | ${HEX}`;
        const task = { index: 0, timeout: 20, as: null, directory: bench.root, umask: "022", run };
        const environment = requests.exports({ VALUE: value });
        await bench.ask(requests.task({ ...task, environment }), { onOutput: (chunk) => void output.push(chunk) });
        expect(Buffer.concat(output).toString().split("\n")).toEqual([hex(bytesOf(value)), hex(bytesOf(word))]);
      }),
      { numRuns: 12 },
    );
  });
});
