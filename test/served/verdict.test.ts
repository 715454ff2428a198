import { expect, test } from "vitest";
import { type Act, judge, type Verdict } from "./verdict.ts";
import type { Answer } from "./visitors.ts";

const acts: Act[] = [
  { title: "deploy", began: 100, said: 200, after: "two" },
  { title: "a deploy that fails", began: 300, said: 400, after: "two", meanwhile: "three" },
];

// A visitor who sees all as it should be.
const good = [
  answer(10, 20, "one"),
  answer(90, 110, "one"),
  answer(120, 130, "two"),
  answer(210, 220, "two"),
  answer(310, 320, "three"),
  answer(410, 420, "two"),
];
const nothing: Verdict = { failed: [], wrong: [], unseen: [] };

function answer(began: number, ended: number, version: string): Answer {
  return { kind: "page", url: "http://a", began, ended, version };
}

test("nothing is said against answers as they should be", () => {
  expect(judge(good, "one", acts)).toEqual(nothing);
  // What had begun before success was said may still come from the old code.
  expect(judge([...good, answer(150, 250, "one")], "one", acts)).toEqual(nothing);
});

test.each([
  [
    "the old version after success was said",
    answer(201, 210, "one"),
    /1 times page: one instead of two \(first 1 ms after deploy\)/,
  ],
  ["a new version before its time", answer(20, 30, "two"), /two instead of one \(first before all\)/],
  ["the failed version after it was taken back", answer(401, 402, "three"), /three instead of two/],
  ["the failed version at another time", answer(210, 220, "three"), /three instead of two/],
  ["a page of two versions", answer(150, 160, "one and two"), /one and two instead of one or two/],
  ["an old version long after", answer(310, 320, "one"), /one instead of two or two or three/],
])("%s is wrong", (_, stray, expected) => {
  const { wrong, ...others } = judge([...good, stray], "one", acts);
  expect(wrong.join("\n")).toMatch(expected);
  expect(others).toEqual({ failed: [], unseen: [] });
});

test("a failed request is told, whenever it was", () => {
  const failed = { kind: "form", url: "http://a", began: 150, ended: 160, failure: "status 502" };
  const others = [110, 210, 310, 410].map((began) => ({
    ...answer(began, began + 1, began < 200 ? "one" : "two"),
    kind: "form",
  }));
  expect(judge([...good, ...others, failed, failed], "one", acts)).toEqual({
    ...nothing,
    failed: ["2 times form: status 502 (first 50 ms into deploy)"],
  });
});

test("a visitor who was not there proves nothing", () => {
  expect(judge(good.slice(0, 4), "one", acts).unseen).toEqual([
    "http://a page during a deploy that fails",
    "http://a page after a deploy that fails",
  ]);
});
