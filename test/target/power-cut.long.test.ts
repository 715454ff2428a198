import { describePowerCuts } from "./describe-power-cuts.ts";

describePowerCuts({ fileSystems: ["ext4", "xfs"], cuts: 100 });
