import { allMessages, wayBackMessages } from "./all.ts";
import { OVER } from "./scenario.ts";
import { IN_WAVES } from "./scene.ts";
import { describeTrials } from "./suite.ts";

await describeTrials(
  "P1, P2, P3, P5, P7, P12: three hosts in waves, every message",
  3,
  async (ground) => [
    ...(await allMessages(ground, OVER)),
    ...(await wayBackMessages(ground)),
    ...(await wayBackMessages(ground, "check")),
  ],
  { tasks: IN_WAVES },
);
