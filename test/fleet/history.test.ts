import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { createApi, realPorts } from "../../src/index.ts";
import { factOf, type LedgerKind } from "../../src/release/ledger.ts";
import { formatEntry } from "../../src/release/ledger-text.ts";
import type { HistoryDocument } from "../../src/report/history-document.ts";

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "slh-history-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const KINDS: readonly LedgerKind[] = ["preparing", "sealed", "switching", "live", "good", "pruned"];

/** The last `count` lines that so many deploys would have written: six each. */
function write(count: number): void {
  const deploys = Math.ceil(count / KINDS.length);
  const lines = Array.from({ length: deploys }, (_, deploy) => {
    const stamp = { at: "2026-11-23T11:45:02.000Z", by: "ann", run: `run${deploy}`, generation: deploy, command: "deploy" };
    return KINDS.map((kind) => formatEntry(factOf(stamp, kind, kind === "pruned" ? `old${deploy}` : `r${deploy}`)));
  });
  mkdirSync(join(directory, "root/.symlink-helper"), { recursive: true });
  writeFileSync(
    join(directory, "root/.symlink-helper/ledger.jsonl"),
    lines
      .flat()
      .slice(-count)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

async function history(): Promise<HistoryDocument> {
  const written = { app: "shop", root: "./root", source: { directory: "site" }, environments: { all: { hosts: ["local"] } } };
  const loaded = readConfig(JSON.stringify(written), { file: join(directory, "symlink-helper.yaml") });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  const { signal } = new AbortController();
  const context = { config: loaded.config, emit: () => undefined, signal, env: {}, by: "ann", origin: "laptop" };
  return createApi(realPorts()).history(context, {});
}

test.each([
  [1998, 333, false],
  [2000, 334, false],
  [2002, 333, true],
  [2004, 333, true],
  [6000, 333, true],
])("of %i lines in the ledger %i runs are shown, and whether there were more (%s)", async (lines, runs, truncated) => {
  write(lines);
  const seen = await history();
  expect(seen).toMatchObject({ truncated, errors: [] });
  expect(seen.rows).toHaveLength(runs);
  if (truncated) expect(new Set(seen.rows.map(({ result }) => result))).toEqual(new Set(["deployed, pruned 1"]));
});
