import { allSteps, wayBackSteps } from "./all.ts";
import { OVER } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

await describeTrials("P1, P2, P3, P5, P7: three hosts, every place inside the runtime", 3, async (ground) => [
  ...(await allSteps(ground, OVER)),
  ...(await wayBackSteps(ground)),
]);
