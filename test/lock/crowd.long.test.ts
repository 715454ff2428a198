import { describeCrowd } from "./crowd.ts";

describeCrowd(50);
