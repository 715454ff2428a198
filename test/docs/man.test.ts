import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/files.mjs";
import { manualPage } from "../../src/cli/man.ts";
import { commands } from "../../src/cli/routes.ts";
import { findProgram } from "../hosts/machine.ts";
import { contentOf } from "../house/files.ts";

const PAGE = "man/symlink-helper.1";
const { version, man, files } = JSON.parse(contentOf("package.json")) as { version: string; man: string; files: string[] };

test("the manual page is what the commands say of themselves, and in the package", () => {
  expect(contentOf(PAGE)).toBe(manualPage(commands, version));
  expect(man).toBe(`./${PAGE}`);
  expect(files).toContain("man");
});

describe.skipIf(findProgram("mandoc") === undefined)("mandoc", () => {
  test("finds nothing wrong with it", () => {
    // A page without a date is the same on every day.
    const { stdout } = spawnSync("mandoc", ["-T", "lint", "-W", "warning", join(root, PAGE)], { encoding: "utf8" });
    expect(stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date"))).toEqual([]);
  });

  test("shows every command, option and example as it is typed", () => {
    const { stdout } = spawnSync("mandoc", ["-T", "ascii", "-O", "width=200", join(root, PAGE)], { encoding: "utf8" });
    const shown = stdout.replaceAll(/.\u0008/gu, "");
    for (const { name, usage, examples } of commands) {
      expect(shown).toContain(`symlink-helper ${name} ${usage}`);
      for (const { type, to } of examples)
        expect(shown).toMatch(new RegExp(`${literal(`${to}:`)}\\s+${literal(`symlink-helper ${type}`)}`, "u"));
    }
    expect(shown).toContain("--no-color");
  });
});

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`).replaceAll(" ", String.raw`\s+`);
}
