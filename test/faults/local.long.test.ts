import { allMessages, allSteps } from "./all.ts";
import { FIRST, OVER, ROLLBACK } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

await describeTrials("P1, P2, P3, P5, P7: local, every message and every place", 0, async (ground) => [
  ...(await allMessages(ground, OVER)),
  ...(await allSteps(ground, OVER)),
  ...(await allMessages(ground, FIRST)),
  ...(await allMessages(ground, ROLLBACK)),
]);
