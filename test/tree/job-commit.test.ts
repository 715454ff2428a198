import { expect, test } from "vitest";
import { testedFor } from "../../src/tree/git/job-commit.ts";

const COMMIT = "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5";

test.each([
  ["https://github.com/shop/web", "git@github.com:shop/web.git", true],
  ["https://github.com/shop/web", "ssh://git@github.com:22/Shop/web", true],
  ["https://gitlab-ci-token:xyz@gitlab.example/a/b/c.git", "https://gitlab.example/a/b/c", true],
  ["https://github.com/shop/web", "https://github.com/shop/api", false],
  ["https://github.com/shop/web", "https://github.example/shop/web", false],
  ["https://github.com/shop/deploy", "/srv/git/web.git", true],
])("a job of %s tested a commit of %s: %s", (address, repository, same) => {
  const tested = { commit: COMMIT, branch: "main", repositories: [address] };
  expect(testedFor({ kind: "git", repository, ref: "main" }, tested)).toBe(same ? COMMIT : null);
  expect(testedFor({ kind: "git", repository, ref: "refs/heads/main" }, tested)).toBe(same ? COMMIT : null);
  expect(testedFor({ kind: "git", repository, ref: "main2" }, tested)).toBeNull();
});
