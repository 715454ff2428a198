import { expect, test } from "vitest";
import { envEntries, keyDifference } from "../../src/plan/env-keys.ts";

test.each<[string, Record<string, string>]>([
  ["", {}],
  ["A=1", { A: "1" }],
  ["A=1\nB = two words \n", { A: "1", B: "two words " }],
  ["# comment\n\n  export A=1 # not a comment for us\n", { A: "1 # not a comment for us" }],
  ["A=\nB=''\nAPP_KEY=\nKEY=\ndebug_a=\n", { A: "", B: "''", APP_KEY: "", KEY: "", debug_a: "" }],
  ['A="two\nlines=here" # why\nB=1\r\n', { A: '"two\nlines=here" # why', B: "1" }],
  ["A='it is\nC=\"x'\nB=1", { A: "'it is\nC=\"x'", B: "1" }],
  ['A="a \\" quote"\nspring.url=x\n', { A: '"a \\" quote"', "spring.url": "x" }],
])("keys of %j", (text, entries) => {
  expect(Object.fromEntries(envEntries(text) ?? [["not", "read"]])).toEqual(entries);
});

test.each([
  "-----BEGIN KEY-----\nMIIB==\n-----END KEY-----\n",
  "KEY=-----BEGIN KEY-----\nMIIBVgIBADANBgkq=\n-----END KEY-----\n",
  '{"a": "b=c"}',
  'A="not closed\nB=1\n',
  "A='x' y=1\n",
  "just a line\nA=1\n",
  "A=1\nQUJDREVGR0g/x==\n",
  "QUJDREVGR0g=\n",
  "cGFzc3dvcmRzZQ==\n",
  "KRUGS4ZANFZSAYJAONSWG4TFOQ======\n",
  "MFRGGZDFMZTWQ2K=\n",
])("P10: no part of a value is taken for a key: %j is no file of keys", (text) => {
  expect(envEntries(text)).toBeNull();
});

test("differences are names", () => {
  const [one, other] = [envEntries("A=1\nB=2\nC=3\n"), envEntries("C=3\nB=x\nD=4\n")];
  expect(keyDifference(one ?? new Map(), other ?? new Map())).toEqual({ added: ["D"], removed: ["A"], changed: ["B"] });
});
