import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes minutes begins first: begun last, it runs alone at the end while the other workers have nothing to do any more. On a fresh clone
 * vitest knows no times and goes by the size of files, and those of faults are the smallest.
 */
const LONG = [
  "faults/ssh",
  "faults/waves",
  "target/task",
  "target/spool",
  "target/loop",
  "faults/",
  "e2e/story",
  "e2e/",
  "fleet/",
  "crowd/",
  "served/",
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's, and gives a new one
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
      return at === -1 ? LONG.length : at;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
