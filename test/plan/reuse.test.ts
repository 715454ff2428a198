import { expect, test } from "vitest";
import type { ResolvedHost } from "../../src/config/resolved.ts";
import { bytesOf } from "../../src/host/bytes.ts";
import { parseReuseFacts, planReuse } from "../../src/plan/reuse.ts";
import type { HostFacts } from "../../src/release/facts.ts";
import type { Tree } from "../../src/tree/entry.ts";

const HOST = { reuse: [{ path: "made", key: [], runtime: "node -v" }] } as unknown as ResolvedHost;
const TREE = { entries: [] } as unknown as Tree;
const FACTS = { live: null, releases: [], entries: [] } as unknown as HostFacts;

test.each([
  ["runtime 0 3 ", "`node -v` ended with exit code 3"],
  ["runtime 0 late 20", "`node -v` did not end within 20 s, and was stopped"],
  ["machine Linux x86_64", "`node -v` could not be run"],
])("a runtime that says nothing of itself is told for what it is: %s", (line, why) => {
  expect(planReuse(HOST, TREE, FACTS, parseReuseFacts([bytesOf(line)]))).toEqual([
    { index: 0, path: "made", key: null, from: [], why },
  ]);
});
