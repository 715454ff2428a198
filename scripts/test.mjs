// `npm test`: every check of this repository, one section after the other. All of them run, also after one has failed.
//
// The last line is `N passed, N failed`, with `, N skipped` after it where tests were skipped. Each test counts as
// one, and so does each section that is not a test run. With CI=true or `npm test -- --runtimes`, the fast tests run
// again on the other supported lines of Node.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runtimes } from "./files.mjs";

/**
 * @typedef {object} Section
 * @property {string} title
 * @property {string[]} command run in the checkout; fails when it exits other than 0
 * @property {boolean} [tests] whether it is a run of vitest, counted test by test
 * @property {string} [needs] a program without which the section is skipped
 *
 * @typedef {import("../test/support/reporter.ts").Counts} Counts
 */

const vitest = [process.execPath, "node_modules/vitest/vitest.mjs", "run"];
const everyRuntime = process.env["CI"] === "true" || process.argv.includes("--runtimes");

/** @type {Section[]} */
const sections = [
  { title: "Machine: what the tests call", command: ["sh", "scripts/setup-machine.sh"] },
  { title: "Build", command: npmRun("build") },
  { title: "Format (oxfmt)", command: npmRun("format") },
  { title: "Lint (oxlint)", command: npmRun("lint") },
  { title: "Lint of shell files (shellcheck)", command: npmRun("lint:sh"), needs: "shellcheck" },
  { title: "Types (tsc)", command: npmRun("types") },
  { title: "Dead code (knip)", command: npmRun("knip") },
  { title: `Tests on Node ${process.versions.node}`, command: vitest, tests: true },
  ...(everyRuntime ? runtimes().map(onRuntime) : []),
];

const results = sections.map((section) => ({ section, counts: runSection(section) }));
summarise(results);

/** @param {string} script @returns {string[]} */
function npmRun(script) {
  return ["npm", "run", "--silent", script];
}

/** @param {string} line @returns {Section} */
function onRuntime(line) {
  return { title: `Fast tests on Node ${line}`, command: [process.execPath, "scripts/test-on-runtime.mjs", line], tests: true };
}

/** @param {Section} section @returns {Counts} */
function runSection(section) {
  console.log(`\n=== ${section.title} ===\n`);
  if (section.needs && spawnSync(section.needs, ["--version"]).error) {
    console.log(`Skipped: there is no ${section.needs} here.`);
    return { passed: 0, failed: 0, failures: [], skipped: [`${section.title}: there is no ${section.needs} here`] };
  }
  const file = join(root, ".test-results/counts.json");
  rmSync(file, { force: true });
  const [program = "", ...args] = section.command;
  const env = { ...process.env, TEST_RESULTS: file };
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit", env });
  return section.tests
    ? countTests(file, status === 0)
    : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, failures: [], skipped: [] };
}

// A run that died before it could count, or that found nothing to run, has failed.
/** @param {string} file @param {boolean} ok @returns {Counts} */
function countTests(file, ok) {
  /** @type {Counts} */
  let counts = { passed: 0, failed: 0, failures: [], skipped: [] };
  try {
    counts = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    console.log("The run left no counts behind.");
  }
  const green = ok && counts.passed > 0;
  return green || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** @param {{ section: Section, counts: Counts }[]} all */
function summarise(all) {
  console.log("\n=== Summary ===\n");
  for (const { section, counts } of all) {
    console.log(`${counts.failed > 0 ? "FAILED" : "ok    "}  ${section.title}${section.tests ? `: ${totals(counts)}` : ""}`);
  }
  const skipped = all.flatMap(({ counts }) => counts.skipped);
  list("Skipped", skipped);
  // Last, so that they are still there where only the end of a long log is kept.
  const failures = all.flatMap(({ section, counts }) => counts.failures.map((line) => `${line} (${section.title})`));
  list("Failed", failures);
  const sum = { passed: add(all, "passed"), failed: add(all, "failed"), failures, skipped };
  console.log(`\n${totals(sum)}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

/** @param {string} heading @param {string[]} lines */
function list(heading, lines) {
  if (lines.length > 0) {
    console.log(`\n${heading}:\n${[...new Set(lines)].map((line) => `  ${line}`).join("\n")}`);
  }
}

/** @param {{ counts: Counts }[]} all @param {"passed" | "failed"} key */
function add(all, key) {
  return all.reduce((total, { counts }) => total + counts[key], 0);
}

/** @param {Counts} counts */
function totals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`;
}
