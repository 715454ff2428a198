import { testServed } from "./ground.ts";
import { phpRecipe } from "./php-site.ts";
import { replaceUnderLoad } from "./replace.ts";

const recipe = phpRecipe();

testServed(
  "P1, P2, P12: no request fails and nothing old answers after success, with nginx and PHP-FPM as in the how-to",
  recipe.programs,
  async () => replaceUnderLoad(recipe, { hosts: 2, rounds: 1 }),
);
