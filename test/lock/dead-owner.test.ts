import { describeDeadOwners } from "./dead-owner.ts";

// All victims at all steps: dead-owner.long.test.ts.
describeDeadOwners([
  ["controller and runtime", "open.locked"],
  ["controller and runtime", "task.before-start"],
  ["controller and runtime", "switch.linked"],
  ["controller and runtime", "switch.renamed"],
  ["the runtime", "switch.renamed"],
  ["the controller", "task.before-start"],
]);
