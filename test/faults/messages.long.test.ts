import { allMessages } from "./all.ts";
import { OVER } from "./scenario.ts";
import { describeTrials } from "./suite.ts";

await describeTrials("P1, P2, P3, P5, P7: three hosts, every message", 3, (ground) => allMessages(ground, OVER));
