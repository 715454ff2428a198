import { allMessages, allSteps } from "./all.ts";
import { rotation } from "./rotation.ts";
import { FIRST, OVER } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

// A sample: every phase and every fault in turn. The long tests play all of them.
await describeTrials("P1, P2, P3, P5, P7: local", 0, async (ground) => [
  ...rotation(await allMessages(ground, OVER), 1),
  ...rotation(await allSteps(ground, OVER), 1).filter((_, index) => index % 2 === 1),
  ...rotation(await allMessages(ground, FIRST), 1).filter((_, index) => index % 3 === 0),
]);
