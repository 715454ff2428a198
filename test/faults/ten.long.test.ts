import { allMessages, wayBackMessages } from "./all.ts";
import { rotation } from "./rotation.ts";
import { OVER } from "./scenario.ts";
import { IN_WAVES } from "./scene.ts";
import { describeTrials } from "./suite.ts";

// What there is to strike is the same on each of them: a sample in which every part of a run comes up four times, each time with another
// fault on another host.
await describeTrials(
  "P1, P2, P3, P5, P7, P12: ten hosts in two waves",
  10,
  async (ground) => [
    ...rotation(await allMessages(ground, OVER), 4),
    ...rotation(await wayBackMessages(ground), 4),
    ...rotation(await wayBackMessages(ground, "check"), 4),
  ],
  { tasks: IN_WAVES },
);
