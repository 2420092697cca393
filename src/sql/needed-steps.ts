import type { ScriptStep } from './render-script.js';

/** Of the steps of a script, in their order, those that the table `result` is made of; the others are read by none of them. */
export function neededSteps(steps: readonly ScriptStep[], result: string): ScriptStep[] {
  const words = new Map(steps.map((step) => [step, new Set(step.query.script().text.match(/\w+/g))]));
  const needed = new Set([result]);
  for (const step of steps.toReversed()) {
    if (!needed.has(step.name)) continue;
    // A name within a text keeps a step too many, at worst.
    for (const word of words.get(step) ?? []) needed.add(word);
  }
  return steps.filter(({ name }) => needed.has(name));
}
