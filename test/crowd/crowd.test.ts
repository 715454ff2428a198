import { describeCrowd } from "./stories.ts";

// A sample: the long test has 200.
describeCrowd(16, 6);
