import { renderTable } from './text-table.js';
import { wrapText } from './wrap-text.js';

const GAP = '  ';

interface ListedRecipe {
  readonly name: string;
  readonly title: string;
}

/** One line a recipe: its name and what its segments are; below each other where the width does not hold both. */
export function renderRecipeList(recipes: readonly ListedRecipe[], width: number): string[] {
  const column = (head: string, cells: string[]) => ({ head, align: 'left' as const, leaves: 0, cells });
  const names = recipes.map(({ name }) => name);
  const titles = recipes.map(({ title }) => title);
  const wide = renderTable([column('recipe', names), column('segments', titles)]);
  if (wide.every((line) => line.length <= width)) return wide;
  return recipes.flatMap(({ name, title }) => [...wrapText(name, width), ...wrapText(title, width, GAP)]);
}
