import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** What one run of vitest came to, as `scripts/test.mjs` reads it. */
export interface Counts {
  passed: number;
  failed: number;
  /** Title of each failed test, or the file or suite that failed around its tests, with the first line of its error. */
  failures: string[];
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
  const failures = [
    ...tests.filter((test) => test.result().state === "failed").map(describeFailed),
    ...outside.map((part) => `${"fullName" in part ? part.fullName : part.relativeModuleId}${firstLine(part.errors())}`),
    ...errors.map((error) => `outside every test${firstLine([error])}`),
  ];
  return {
    passed: tests.filter((test) => test.result().state === "passed").length,
    failed: failures.length,
    failures,
    skipped: tests.filter((test) => test.result().state === "skipped").map(describeSkipped),
  };
}

function describeFailed(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}${firstLine(test.result().errors ?? [])}`;
}

function firstLine(errors: readonly SerializedError[]): string {
  const line = errors[0]?.message.split("\n")[0];
  return line ? `: ${line}` : "";
}

function describeSkipped(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" && result.note ? `: ${result.note}` : "";
  return `${test.module.relativeModuleId} > ${test.fullName}${note}`;
}
