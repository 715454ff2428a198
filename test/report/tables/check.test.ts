import { describe, expect, test } from "vitest";
import { checkLines } from "../../../src/report/tables/check.ts";
import { options } from "./support.ts";

describe("check", () => {
  const about = {
    user: "root",
    system: "Linux",
    filesystem: "ext4",
    freeBytes: null,
    freeInodes: null,
    clockAhead: 0,
    live: null,
  };

  test.each([
    [false, true, "web1  ready  user root, Linux, ext4, no app root yet: the first deploy makes it"],
    [false, false, "web1  not ready  user root, Linux, ext4, no app root yet"],
    [true, false, "web1  not ready  user root, Linux, ext4, nothing live"],
  ])("says plainly who is ready, and what is there (app root: %j)", (exists, ok, line) => {
    const host = { host: "web1", ok, about: { ...about, exists }, findings: [], error: null };
    const document = { schema: 1, app: "shop", environment: "production", ok, controller: [], hosts: [host] } as const;
    expect(checkLines(document, options)[0]).toBe(line);
  });
});
