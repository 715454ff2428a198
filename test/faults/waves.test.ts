import { allMessages, wayBackMessages } from "./all.ts";
import { rotation } from "./rotation.ts";
import { OVER } from "./scenario.ts";
import { IN_WAVES } from "./scene.ts";
import { describeTrials } from "./suite.ts";

// A sample, as in ssh.test.ts: the long test plays all of them.
await describeTrials(
  "P1, P2, P3, P5, P7: three hosts, one after two",
  3,
  async (ground) => [...rotation(await allMessages(ground, OVER), 1), ...rotation(await wayBackMessages(ground), 1)],
  { tasks: IN_WAVES },
);
