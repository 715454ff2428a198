import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { remedyFor } from "../../src/fleet/remedies.ts";
import { commandsFor } from "../../src/report/command-line.ts";

const commands = commandsFor({ program: "slh", config: "my deploy.yaml" }, "production");

test.each(["disk-full", "fenced", "moved", "not-whole", "hung", "connection-lost", "switch"])(
  "the remedy of %s is a command that works as it is pasted",
  (kind) => {
    expect(remedyFor(kind, commands)).toMatch(/slh [a-z]+ production( --[a-z]+ \w+)* --config 'my deploy\.yaml'/);
  },
);

test("no command of ours is put together by hand: it would lack the environment or the configuration", () => {
  const files = ["fleet", "host", "release", "plan", "tree"].flatMap((folder) =>
    readdirSync(join("src", folder), { recursive: true, encoding: "utf8" }).map((name) => join("src", folder, name)),
  );
  const typed = files
    .filter((file) => file.endsWith(".ts"))
    .filter((file) =>
      /(?:symlink-helper|slh) (?:lock|status|history|releases|rollback|deploy|plan|pin|prune)\b/.test(readFileSync(file, "utf8")),
    );
  expect(typed).toEqual([]);
});
