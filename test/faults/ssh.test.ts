import { allMessages, allSteps, cancelMessages, longTasks, wayBackMessages, wayBackSteps } from "./all.ts";
import { rotation } from "./rotation.ts";
import { OVER } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

// A sample: every phase, every fault and every host in turn. The long tests play all of them.
await describeTrials("P1, P2, P3, P5, P7: three hosts", 3, async (ground) => [
  ...rotation(await allMessages(ground, OVER), 1),
  ...rotation(await allSteps(ground, OVER), 1).filter((_, index) => index % 2 === 0),
  ...rotation(await longTasks(ground), 2),
  ...rotation(await wayBackMessages(ground), 1),
  ...rotation(await cancelMessages(ground), 1),
  ...rotation(await wayBackSteps(ground), 1),
]);
