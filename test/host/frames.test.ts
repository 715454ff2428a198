import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createDecoder, type FromHost } from "../../src/host/frames.ts";

const TOKEN = "0a1b";

/** What is heard of these bytes, cut into chunks at these places; output in one piece. */
function heard(bytes: string, cuts: readonly number[] = []): unknown[] {
  const messages: FromHost[] = [];
  const hear = createDecoder(TOKEN, (message) => messages.push(message));
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, place] of places.entries()) hear(Buffer.from(bytes.slice(place, places[index + 1] ?? place), "latin1"));
  return joined(messages);
}

function joined(messages: readonly FromHost[]): unknown[] {
  const all: unknown[] = [];
  let output = "";
  for (const message of messages) {
    if (message.kind === "output") output += message.chunk.toString("latin1");
    if (message.kind === "output") continue;
    if (output !== "") all.push(output);
    output = "";
    all.push(message);
  }
  return output === "" ? all : [...all, output];
}

const line = (text: string): FromHost => ({ kind: "line", line: text }) as FromHost;
const ended = (id: number, code: number): FromHost => ({ kind: "ended", id, code });

/** What a host may say, and what is heard of it. */
const SAID: readonly [string, string, readonly unknown[]][] = [
  ["ready", "@0a1b ready 41 \n", [{ kind: "ready", pid: 41 }]],
  ["lines and an end", "@0a1b a one\n@0a1b a \n@0a1b e 7 0\n", [line("one"), line(""), ended(7, 0)]],
  ["output", "@0a1b o 6\nab\n@0a@0a1b a x\n", ["ab\n@0a", line("x")]],
  ["no output", "@0a1b o 0\n@0a1b a x\n", [line("x")]],
  ["noise", "Welcome\n", [{ kind: "noise", line: "Welcome" }]],
  ["noise before our mark", "Welcome @0a1b ready 41 \n", [{ kind: "ready", pid: 41 }]],
  ["another conversation's mark", "@ffff e 1 0\n", [{ kind: "noise", line: "@ffff e 1 0" }]],
  ["a worker stopped in the middle of its output", "@0a1b o 1000\nabc@0a1b e 7 143\n", ["abc", ended(7, 143)]],
  ["one stopped before its output", "@0a1b o 1000\n@0a1b e 7 137\n@0a1b a x\n", [ended(7, 137), line("x")]],
  ["one stopped in the middle of a line", "@0a1b a half@0a1b e 7 143\n", [ended(7, 143)]],
  ["one stopped in the middle of a header", "@0a1b o 1@0a1b e 7 143\n", [ended(7, 143)]],
  ["one that writes on behind its end", "@0a1b e 7 143\nlate@0a1b o 3\nabc@0a1b e 8 0\n", [ended(7, 143), "abc", ended(8, 0)]],
  ["output that looks almost like an end", "@0a1b o 18\n@0a1b @0a1b o @0a1@0a1b e 7 0\n", ["@0a1b @0a1b o @0a1", ended(7, 0)]],
];

test.each(SAID)("%s", (_, bytes, expected) => {
  expect(heard(bytes)).toEqual(expected);
});

test.each(SAID)("%s, in whatever pieces it comes", (_, bytes, expected) => {
  const cutAnywhere = fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 });
  fc.assert(
    fc.property(cutAnywhere, (cuts) => {
      expect(heard(bytes, cuts)).toEqual(expected);
    }),
  );
  expect(
    heard(
      bytes,
      Array.from({ length: bytes.length }, (__, index) => index),
    ),
  ).toEqual(expected);
});

test("any bytes of output arrive, in whatever pieces they come", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((raw) => Buffer.from(raw).toString("latin1"));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 8 }), (bodies, cuts) => {
      const said = bodies.map((body) => `@0a1b o ${body.length}\n${body}`).join("");
      expect(heard(`${said}@0a1b e 1 0\n`, cuts)).toEqual([...(bodies.length === 0 ? [] : [bodies.join("")]), ended(1, 0)]);
    }),
  );
});
