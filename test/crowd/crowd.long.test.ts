import { describeCrowd } from "./stories.ts";

describeCrowd(200, 60);
