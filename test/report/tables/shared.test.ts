import { describe, expect, test } from "vitest";
import type { HostDiff } from "../../../src/report/shared-documents.ts";
import { sharedDiffLines } from "../../../src/report/tables/shared.ts";
import { about, options, text, unreachable } from "./support.ts";

describe("shared diff", () => {
  const content = { bytes: 4, sha256: "0".repeat(64), lines: 1 };
  const host = (name: string, state: HostDiff["state"], error: HostDiff["error"] = null): HostDiff => ({
    host: name,
    state,
    content: null,
    keys: null,
    error,
  });
  const titleOf = (hosts: readonly HostDiff[], equal: boolean, has: boolean): string | undefined => {
    const reference = has ? { name: "web1", content } : null;
    return sharedDiffLines({ ...about, path: ".env", equal, reference, hosts }, options)[0];
  };

  test.each<[string, HostDiff[], boolean, boolean]>([
    ["is the same everywhere", [host("web1", "same"), host("web2", "same")], true, true],
    ["differs", [host("web1", "same"), host("web2", "missing")], false, true],
    ["is on no host", [host("web1", "missing"), host("web2", "missing")], true, false],
    ["is a directory everywhere", [host("web1", "directory")], true, false],
    ["is the same where it could be looked at", [host("web1", "same"), host("web3", "unknown", unreachable)], false, true],
    ["is on no host that could be asked", [host("web1", "missing"), host("web3", "unknown", unreachable)], false, false],
    ["could be looked at on no host", [host("web3", "unknown", unreachable)], false, false],
  ])("%s", (says, hosts, equal, has) => {
    expect(titleOf(hosts, equal, has)).toBe(`shop production: .env ${says}`);
  });

  test("of a file that is nowhere says how to put it there", () => {
    const document = { ...about, path: ".env", equal: true, reference: null, hosts: [host("web1", "missing")] };
    expect(text(sharedDiffLines(document, options))).toContain("symlink-helper shared put production .env --from FILE");
  });
});
