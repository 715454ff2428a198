import { allMessages, cancelMessages, longTasks, wayBackMessages } from "./all.ts";
import { rotation } from "./rotation.ts";
import { FIRST, ROLLBACK } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

await describeTrials("P1, P2, P3, P5, P7: three hosts, first deploys, rollbacks, long tasks and ways back", 3, async (ground) => [
  ...rotation(await allMessages(ground, FIRST), 4),
  ...rotation(await allMessages(ground, ROLLBACK), 4),
  ...(await longTasks(ground)),
  ...(await wayBackMessages(ground)),
  ...(await cancelMessages(ground)),
]);
