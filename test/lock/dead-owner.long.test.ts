import { describeDeadOwners, STEPS, type Step, VICTIMS } from "./dead-owner.ts";

const steps = Object.keys(STEPS) as Step[];
describeDeadOwners(VICTIMS.flatMap((victim) => steps.map((step) => [victim, step] as const)));
