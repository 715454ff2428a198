import { configDefaults, defineConfig } from "vitest/config";
import LongestFirst from "./test/support/sequencer.ts";

// `npm run test:long` runs the same configuration in mode "long": only what takes longer than about 20 s a file.
export default defineConfig(({ mode }) => {
  const long = "test/**/*.long.test.ts";
  return {
    test: {
      include: mode === "long" ? [long] : ["test/**/*.test.ts"],
      exclude: [...configDefaults.exclude, ...(mode === "long" ? [] : [long])],
      testTimeout: mode === "long" ? 600_000 : 60_000,
      hookTimeout: 60_000,
      pool: "forks",
      // Most tests wait for hosts more than they compute: one worker more than there are cores.
      maxWorkers: 3,
      sequence: { sequencer: LongestFirst },
      // Tests that are said to be concurrent wait for hosts.
      maxConcurrency: 10,
      reporters: ["default", "./test/support/reporter.ts"],
    },
  };
});
