import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** What one run of vitest came to, as `scripts/test.mjs` reads it. */
export interface Counts {
  passed: number;
  failed: number;
  /** Title of each skipped test, with the reason it gave. */
  skipped: string[];
}

/** Writes the {@link Counts} of a run as JSON to the file named by TEST_RESULTS, and does nothing when there is none. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env["TEST_RESULTS"];
    if (file) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(count(modules, errors)));
    }
  }
}

// Errors outside a test (a file that does not load, a failing hook, a rejection nobody handled) count as a failure
// each, so that a run in which a whole file never started cannot look green.
function count(modules: readonly TestModule[], errors: readonly SerializedError[]): Counts {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const suites = modules.flatMap((module) => [...module.children.allSuites()]);
  const outside = [...modules, ...suites].filter((part) => part.errors().length > 0);
  return {
    passed: tests.filter((test) => test.result().state === "passed").length,
    failed: tests.filter((test) => test.result().state === "failed").length + outside.length + errors.length,
    skipped: tests.filter((test) => test.result().state === "skipped").map(describeSkipped),
  };
}

function describeSkipped(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" && result.note ? `: ${result.note}` : "";
  return `${test.module.relativeModuleId} > ${test.fullName}${note}`;
}
