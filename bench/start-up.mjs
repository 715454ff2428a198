// How long `symlink-helper --help` takes beside `node -e 0`, and how large the package is. The two programs are started by turns, so
// that whatever else the machine does meets both; what counts is the median of the ratios of neighbours.
//
//     npm run bench                         prints the table
//     npm run bench -- --write              writes it into docs/package.md
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/files.mjs";

const PAIRS = 40;
const PAGE = join(root, "docs/package.md");

const scratch = mkdtempSync(join(tmpdir(), "slh-bench-"));
try {
  const table = tableOf([...startUp(), ...sizes()]);
  if (process.argv.includes("--write")) write(table);
  else console.log(table);
} finally {
  rmSync(scratch, { recursive: true });
}

/** @typedef {readonly [what: string, value: string]} Row */

/** @returns {Row[]} */
function startUp() {
  const pairs = Array.from({ length: PAIRS + 1 }, () => [timed(["-e", "0"]), timed(["bin/symlink-helper", "--help"])]);
  // The first pair fills caches.
  const [bare, help] = [0, 1].map((side) => median(pairs.slice(1).map((pair) => pair[side] ?? 0)));
  const ratio = median(pairs.slice(1).map(([one = 1, other = 1]) => other / one));
  return [
    ["`node -e 0`", `${Math.round(bare ?? 0)} ms`],
    ["`symlink-helper --help`", `${Math.round(help ?? 0)} ms`],
    ["Start-up, ratio of the two", ratio.toFixed(2)],
    ["Measured with", `Node ${process.versions.node}`],
  ];
}

/** @param {string[]} args @returns {number} milliseconds */
function timed(args) {
  const env = { ...process.env, XDG_CACHE_HOME: scratch };
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - began;
}

/** @returns {Row[]} */
function sizes() {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [packed] = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  return [
    ["Package, packed", kilobytes(packed.size)],
    ["Package, unpacked", kilobytes(packed.unpackedSize)],
    ["Files in it", String(packed.entryCount)],
  ];
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {readonly Row[]} rows */
function tableOf(rows) {
  const widths = [0, 1].map((side) => Math.max(8, ...rows.map((row) => row[side]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, side) => cell.padEnd(widths[side] ?? 0)).join(" | ")} |`;
  const [heading, ...rest] = [["Figure", "Value"], ...rows].map(line);
  return [heading, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rest].join("\n");
}

/** @param {string} table */
function write(table) {
  const mark = /(<!-- figures: [^\n]*-->\n\n).*?(?=\n\n)/su;
  writeFileSync(
    PAGE,
    readFileSync(PAGE, "utf8").replace(mark, (_, head) => `${head}${table}`),
  );
}
