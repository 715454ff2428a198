import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../../scripts/files.mjs";
import { tableOf } from "../docs/markdown.ts";

const figures = new Map(tableOf("docs/package.md", "Figure").map(([name = "", value = ""]) => [name, Number.parseFloat(value)]));

test("the sizes that docs/package.md tells are about those of today: npm run bench -- --write", () => {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [packed] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const today = {
    "Package, packed": packed.size / 1000,
    "Package, unpacked": packed.unpackedSize / 1000,
    "Files in it": packed.entryCount,
  };
  for (const [name, value] of Object.entries(today)) {
    const told = figures.get(name) ?? 0;
    expect([name, told, Math.abs(told - value) <= value / 4]).toEqual([name, told, true]);
  }
});

test("and it tells what starting takes", () => {
  expect(figures.get("Start-up, ratio of the two")).toBeGreaterThan(1);
});
