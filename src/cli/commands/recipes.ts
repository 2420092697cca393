import { reportWidth } from '../io.js';
import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const recipes: Command = {
  name: 'recipes',
  group: 'automate',
  summary: 'ready-made own segments, to use or to change',
  register(program, io) {
    const command = program
      .command(recipes.name)
      .summary(recipes.summary)
      .description(
        'Lists the recipes; with a name, prints its segments as a config file: --recipe NAME uses them as they are, segment recipes NAME > segment.yaml makes them yours.',
      )
      .argument('[name]', 'a recipe');
    addOptions(command, 'recipes').action(async (name: string | undefined, flags: Record<string, unknown>) => {
      const { RECIPES } = await import('../../config/recipes/index.js');
      const { recipeNamed, recipeSegments } = await import('../../config/recipe-segments.js');
      const { readSettings } = await import('../read-settings.js');
      const { renderRecipeList } = await import('../../report/recipe-list.js');
      const named = name === undefined ? undefined : recipeNamed(name);
      const { json } = await readSettings('recipes', flags, io);
      const listed = (named === undefined ? RECIPES : [named]).map((recipe) => ({
        name: recipe.name,
        title: recipe.title,
        segments: recipeSegments(recipe).map((segment) => segment.name),
        ...(named === undefined ? {} : { yaml: recipe.yaml }),
      }));
      if (json) io.stdout.write(`${JSON.stringify(listed, undefined, 2)}\n`);
      else if (named !== undefined) io.stdout.write(named.yaml);
      else io.stdout.write(`${renderRecipeList(listed, reportWidth(io.stdout)).join('\n')}\n`);
    });
  },
};
