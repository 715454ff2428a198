import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { createApi, realPorts } from "../../src/index.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "symlink-helper-secrets-"));
  mkdirSync(join(directory, "site"));
  writeFileSync(join(directory, "site/index.html"), "hello");
});
afterEach(() => {
  delete process.env["SHOP_TOKEN"];
  rmSync(directory, { recursive: true });
});

/** What every task writes into a file named after it: the secret, or that there is none. */
const look = (name: string): string => `printf %s "\${SHOP_TOKEN-nothing}" > "$SLH_ROOT/${name}"`;

test("P10: on this machine too a secret reaches only the task that names it", async () => {
  // The loader of `local` inherits our environment, where secrets come from.
  process.env["SHOP_TOKEN"] = "hush hush";
  const loaded = readConfig(
    JSON.stringify({
      app: "shop",
      root: join(directory, "app"),
      source: { directory: join(directory, "site") },
      tasks: {
        prepare: look("prepare"),
        beforeSwitch: [look("before"), { run: look("named"), secrets: ["SHOP_TOKEN"] }],
        afterSwitch: look("after"),
        finish: look("finish"),
      },
      environments: { local: { hosts: ["local"] } },
    }),
    { file: join(directory, "symlink-helper.yaml") },
  );
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const said: string[] = [];
  const report = await createApi(realPorts()).deploy(
    {
      config: loaded.config,
      emit: (event) => void said.push(JSON.stringify(event)),
      signal: new AbortController().signal,
      env: process.env,
      by: "ann@laptop",
      origin: "laptop",
    },
    {},
  );
  expect(report.outcome).toBe("deployed");
  const seen = ["prepare", "before", "named", "after", "finish"].map((name) =>
    readFileSync(join(directory, "app", name), "utf8"),
  );
  expect(seen).toEqual(["nothing", "nothing", "hush hush", "nothing", "nothing"]);
  expect(said.join("\n")).not.toContain("hush");
  expect(readFileSync(join(directory, "app/.symlink-helper/ledger.jsonl"), "utf8")).not.toContain("hush");
});
