import { expect, test } from "vitest";
import type { WaveSize } from "../../src/config/resolved.ts";
import { wavesOf } from "../../src/plan/waves.ts";

const ten = "abcdefghij";

test.each<[string, string, readonly WaveSize[]]>([
  ["abcdefghij", ten, [{ percent: 100 }]],
  ["a b c d e f g h i j", ten, [{ hosts: 1 }]],
  ["abc def ghi j", ten, [{ percent: 25 }]],
  ["a bcdefghij", ten, [{ hosts: 1 }, { percent: 100 }]],
  ["a bcd efgh ij", ten, [{ hosts: 1 }, { percent: 30 }, { hosts: 4 }]],
  ["abcdefghij", ten, [{ hosts: 99 }]],
  ["a b c", "abc", [{ percent: 1 }]],
  ["ab c", "abc", [{ percent: 50 }]],
  ["a", "a", [{ percent: 25 }]],
  ["", "", [{ hosts: 1 }]],
])("%s", (expected, hosts, sizes) => {
  expect(
    wavesOf(hosts.split(""), sizes)
      .map((wave) => wave.join(""))
      .join(" "),
  ).toBe(expected);
});

// Capitals share one app root.
test.each<[string, string, readonly WaveSize[]]>([
  ["a BC d", "aBdC", [{ hosts: 1 }]],
  ["BCD a e", "BaCeD", [{ hosts: 1 }]],
  ["aBC de", "aBdCe", [{ hosts: 2 }]],
  ["BC ad", "BadC", [{ percent: 25 }, { percent: 100 }]],
  ["BC", "BC", [{ hosts: 1 }]],
])("%s: those that share a root are never parted", (expected, hosts, sizes) => {
  const groupOf = (host: string): string => (/[A-Z]/.test(host) ? "shared" : host);
  const waves = wavesOf(hosts.split(""), sizes, groupOf);
  expect(waves.map((wave) => wave.join("")).join(" ")).toBe(expected);
});
