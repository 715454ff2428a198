import { expect, test } from "vitest";
import { isWithin, normalised, relativePath, sharedPath } from "../../src/config/relative-path.ts";

test.each([
  ["log", "log"],
  ["./log/", "log"],
  ["public//uploads/./", "public/uploads"],
  ["...", "..."],
  ["a b/'\"$(x)\n\\*", "a b/'\"$(x)\n\\*"],
  ["REVISION", "REVISION"],
])("%j becomes %j", (written, path) => {
  expect(relativePath(written)).toBeNull();
  expect(normalised(written)).toBe(path);
});

test.each(["", "/log", "..", "../x", "a/../b", "a/..", ".", "./", "././/"])("%j is refused", (written) => {
  expect(relativePath(written)).toMatch(/^must /u);
  expect(sharedPath(written)).toMatch(/^must /u);
});

test.each([
  [".release.json", false],
  ["./REVISION", false],
  ["REVISION/x", false],
  ["config/REVISION", true],
  ["REVISION.txt", true],
])("%j can be shared: %j", (path, allowed) => {
  expect(sharedPath(path) === null).toBe(allowed);
});

test.each([
  ["a", "a", true],
  ["a/b", "a", true],
  ["ab", "a", false],
  ["a", "a/b", false],
])("%j is within %j: %j", (path, directory, expected) => {
  expect(isWithin(path, directory)).toBe(expected);
});
