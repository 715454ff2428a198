import { modelTests } from "./model.ts";

modelTests({ numRuns: 300 });
