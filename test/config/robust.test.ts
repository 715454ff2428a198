import * as fc from "fast-check";
import { diagnostics, read } from "./support.ts";
import { expect, test } from "vitest";
import { EXAMPLE } from "./example.ts";
import { renderDiagnostics } from "../../src/config/render.ts";

/** Shown as text, whatever is wrong: with a place that exists, and without anything that a terminal obeys. */
function expectSensible(text: string): void {
  const lines = text.replace(/^\uFEFF/u, "").split(/\r?\n/u);
  const found = diagnostics(text, { environment: "production" });
  for (const { line, column, endLine, endColumn, message, hint } of found) {
    expect(message).not.toBe("");
    expect(`${message}${hint}`).not.toMatch(/undefined|\[object|NaN|Expected|Invalid/u);
    if (line === 0) continue;
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
    expect(endColumn).toBeLessThanOrEqual((lines[endLine - 1] ?? "").length + 1);
    expect(endLine > line || endColumn >= column).toBe(true);
  }
  expect(renderDiagnostics(found)).not.toMatch(/(?![\t\n])\p{Cc}/u);
}

test("any text is read or refused with a place", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...Array.from("ab:-?,[]{}&*!|>'\"%@`#~ \t\n\r<\uFEFF\u001B")), maxLength: 60 }),
  );
  fc.assert(fc.property(texts, expectSensible), { numRuns: 600 });
});

test("a configuration with anything changed in it is read or refused with a place", () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat({ max: EXAMPLE.length }),
      remove: fc.nat({ max: 12 }),
      insert: fc.oneof(
        fc.constantFrom("", "\n", "  ", "*x ", "&x ", "<<: ", "- ", "{", "]", '"', "5", "~", "null"),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(edits, (list) =>
      expectSensible(
        list.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), EXAMPLE),
      ),
    ),
    { numRuns: 300 },
  );
});

test("the example itself has nothing wrong with it", () => {
  expect(read(EXAMPLE, { environment: "production" })).toMatchObject({ ok: true, warnings: [] });
  expect(read(EXAMPLE, { environment: "local" })).toMatchObject({ ok: true, warnings: [] });
});
