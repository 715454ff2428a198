import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProgram } from "../../src/host/program.ts";
import { describePowerCuts, rackOrReason, TIMEOUT } from "./describe-power-cuts.ts";
import { deployerTo, inspect, type Rack } from "./power-cut.ts";

// A hundred cuts, and xfs: power-cut.long.test.ts.
describePowerCuts({ fileSystems: ["ext4"], cuts: 12 });

test.for(["ext4", "xfs"] as const)(
  "P4: a cut at each step of a deploy, %s",
  { timeout: TIMEOUT },
  async (fileSystem, { skip }) => {
    const rack = rackOrReason(fileSystem);
    if (typeof rack === "string") return skip(rack);
    const found = await cutAtEachStep(rack, (program) => program);
    expect(found.map(({ step }) => step)).toEqual(expect.arrayContaining(STEPS));
    const at = (name: string): number => found.findIndex(({ step }) => step === name);
    const live = (index: number): unknown =>
      index < at("switch.renamed") ? 1 : index < at("switch.flushed") ? expect.toBeOneOf([1, 2]) : 2;
    return expect(found).toEqual(found.map(({ step }, index) => ({ step, wrong: "", live: live(index) })));
  },
);

test.for(["slh_flush_tree", "slh_flush_directory"])("the cuts notice: no %s", { timeout: TIMEOUT }, async (flush, { skip }) => {
  const rack = rackOrReason("ext4");
  if (typeof rack === "string") return skip(rack);
  const found = await cutAtEachStep(rack, (program) => program.replace(`\n${flush}() {`, (begin) => `${begin} return 0;`));
  return expect(found.find(({ step }) => step === "switch.flushed")?.live).not.toBe(2);
});

const STEPS = ["begin", "intent", "linked", "renamed", "flushed", "noted"]
  .map((name) => `switch.${name}`)
  .concat("confirm.noted");

/** Deploys a second version, and tells for each step of that, in order, what a cut there would have left. */
async function cutAtEachStep(rack: Rack, change: (program: string) => string): Promise<AtStep[]> {
  const root = join(rack.at, "app");
  const keep = rack.keep('"$(date +%s%N)-$1"');
  const program = change(readProgram()).replace("slh_step() { :; }", () => `slh_step() { ${keep}; }`);
  mkdirSync(root);
  try {
    await deployerTo(root)(1);
    await deployerTo(root, { program })(2);
    return rack.kept().map((name) => {
      const { live, wrong } = rack.lookAt(name, (at) => inspect(join(at, "app")));
      return { step: name.replace(/^\d+-/, ""), live, wrong };
    });
  } finally {
    rack.close();
  }
}

interface AtStep {
  readonly step: string;
  readonly live: number | null;
  readonly wrong: string;
}
