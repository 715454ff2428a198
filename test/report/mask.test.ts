import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMasker } from "../../src/report/mask.ts";

describe("P10: a masker", () => {
  test.each([
    ["hides a secret", ["hunter2"], "password: hunter2!", "password: ***!"],
    ["hides it everywhere", ["ab"], "ab-ab", "***-***"],
    ["has nothing to do without secrets", [], "plain", "plain"],
    ["leaves empty secrets alone", [""], "plain", "plain"],
    ["prefers the longest", ["pass", "password"], "password", "***"],
    ["hides secrets that overlap", ["abcd", "cdef"], "xabcdefx", "x***x"],
    ["hides a secret that repeats itself", ["aba"], "ababa", "***"],
    ["hides each line of a long secret", ["BEGIN KEY\nline one\nEND"], "> line one <", "> *** <"],
    ["leaves the short lines of a long secret alone", ["BEGIN KEY\n}\nEND"], "} else {", "} else {"],
    ["hides a secret without the line end it is stored with", ["abc\n"], "abc", "***"],
    ["hides an indented line as it is and trimmed", ["k:\n    value1"], "value1", "***"],
    ["hides a secret in JSON", ['pa"ss\\word'], '{"p":"pa\\"ss\\\\word"}', '{"p":"***"}'],
    ["hides a secret in a URL", ["p@ss/word"], "https://me:p%40ss%2Fword@host", "https://me:***@host"],
    ["is not misled by colours", ["secret"], "s\u001b[31mecr\u001b[0met", "***"],
    ["takes characters literally", ["$&.*("], "x$&.*(y", "x***y"],
  ])("%s", (_, secrets, line, shown) => {
    expect(createMasker(secrets)(line)).toBe(shown);
  });

  test("lets no secret through, whatever surrounds it", () => {
    const secrets = fc.array(fc.string({ unit: "grapheme", minLength: 1 }).filter(worthHiding), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(secrets, fc.array(fc.nat()), fc.string(), (values, picks, noise) => {
        const line = picks.map((pick) => values[pick % values.length] ?? "").join(noise);
        const shown = createMasker(values)(line);
        expect(values.filter((value) => shown.includes(value))).toEqual([]);
      }),
    );
  });

  test("says how long the longest text is that it hides", () => {
    expect(createMasker(["abc", "abcdef"]).longest).toBe(6);
    expect(createMasker([]).longest).toBe(0);
  });
});

// What stands in for a secret is no leak of it.
function worthHiding(secret: string): boolean {
  return !secret.includes("*");
}
