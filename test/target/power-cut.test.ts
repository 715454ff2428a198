import { describePowerCuts } from "./describe-power-cuts.ts";

// A hundred cuts, and xfs: power-cut.long.test.ts.
describePowerCuts({ fileSystems: ["ext4"], cuts: 12 });
