import { testServed } from "./ground.ts";
import { nodeRecipe } from "./node-site.ts";
import { phpRecipe } from "./php-site.ts";
import { replaceUnderLoad } from "./replace.ts";

const recipes = {
  Node: nodeRecipe(),
  "PHP-FPM": phpRecipe(),
  "PHP-FPM that is not reloaded": phpRecipe({ reload: false }),
  "PHP-FPM with a path through the link that is reloaded": phpRecipe({ throughLink: true }),
};

for (const [name, recipe] of Object.entries(recipes))
  testServed(`P1, P2, P12: again and again, on three hosts: ${name}`, recipe.programs, async () =>
    replaceUnderLoad(recipe, { hosts: 3, rounds: 5 }),
  );
