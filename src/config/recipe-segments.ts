import { isMap } from 'yaml';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import type { WrittenSegment } from './parse-segment-text.js';
import { readSegments } from './parse-segments.js';
import { RECIPES } from './recipes/index.js';
import type { Recipe } from './recipes/recipe.js';
import { YamlFile } from './yaml-file.js';

/** The recipe of that name. Error: `unknown-recipe`. */
export function recipeNamed(name: string): Recipe {
  const recipe = RECIPES.find((known) => known.name === name);
  if (recipe !== undefined) return recipe;
  const names = RECIPES.map((known) => known.name);
  return fail('unknown-recipe', { name, nearest: nearest(name, names) });
}

/** The segments of a recipe, read as those of a config file are. */
export function recipeSegments({ name: recipe, yaml }: Recipe): WrittenSegment[] {
  const file = new YamlFile(yaml);
  const { contents } = file;
  const entry = isMap(contents) ? [...file.entries(contents, 'key')].find(([key]) => key === 'segments')?.[1] : undefined;
  const definitions = entry === undefined ? [] : readSegments(file, entry);
  if (definitions.length === 0 || file.problems().length > 0) throw new TypeError(`the recipe ${recipe} is no config file`);
  return definitions.map((definition) => ({
    name: definition.name,
    definition,
    problems: [],
    text: yaml,
    file: `recipe ${recipe}`,
    recipe,
  }));
}

/** The segments of recipes, each recipe once, and then one's own: of a name that both have, one's own counts. */
export function withRecipes(own: readonly WrittenSegment[], recipes: readonly string[]): WrittenSegment[] {
  const names = new Set(own.map(({ name }) => name));
  const ready = [...new Set(recipes)].flatMap((recipe) => recipeSegments(recipeNamed(recipe)));
  return [...ready.filter(({ name }) => !names.has(name)), ...own];
}
