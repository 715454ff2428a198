import { allMessages, wayBackMessages } from "./all.ts";
import { rotation } from "./rotation.ts";
import { OVER } from "./scenario.ts";
import { IN_WAVES } from "./scene.ts";
import { describeTrials } from "./suite.ts";
import type { Trial } from "./trial.ts";

/** What comes before the first wave is the same as without waves, and struck in ssh.test.ts. */
const EARLIER =
  /^(the stream|hear ready|slh_(at|do_root_id|do_open|unlock\w*|lose_before_switch|do_held|make_layout|do_check_odd|do_share))$/;
const later = (trials: readonly Trial[]): Trial[] => trials.filter(({ phase }) => !EARLIER.test(phase));

// A sample, as in ssh.test.ts: the long test plays all of them.
await describeTrials(
  "P1, P2, P3, P5, P7, P12: three hosts, two after one",
  3,
  async (ground) => [
    ...rotation(later(await allMessages(ground, OVER)), 1),
    ...rotation(later(await wayBackMessages(ground)), 1),
  ],
  { tasks: IN_WAVES },
);
