import type { SegmentDefinition } from './rule.js';
import { leavesOf } from './rule-leaves.js';

/** The definitions of these names and of all that they refer to, directly or not, in the order in which they stand. */
export function neededDefinitions(definitions: readonly SegmentDefinition[], names: readonly string[]): SegmentDefinition[] {
  const needed = new Set<string>();
  const add = (name: string): void => {
    const definition = definitions.find((one) => one.name === name);
    if (definition === undefined || needed.has(name)) return;
    needed.add(name);
    for (const leaf of leavesOf(definition.rule)) if (leaf.kind === 'segment') add(leaf.segment);
  };
  for (const name of names) add(name);
  return definitions.filter(({ name }) => needed.has(name));
}
