import { createPage } from '../page.js';
import { changeLines, dateWords, fileLines, filesWords, loadWords, publishWords, removedWords, stateWords } from '../run/plan-words.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { RunPlanReporter } from './run-plan-reporter.js';

const LABEL_WIDTH = 12;

/** One paragraph for each step of the job. */
export const runPlanTerminal: RunPlanReporter = {
  description: 'the steps of the job in words',
  render(plan, { isVerbose, ...options }) {
    const page = createPage(options);
    const label = (name: string, text: string): string[] =>
      wrapText(safeText(text), page.width, name.padEnd(LABEL_WIDTH)).map((line, index) =>
        index === 0 ? page.paint.strong(line.slice(0, LABEL_WIDTH)) + line.slice(LABEL_WIDTH) : line,
      );
    const below = (lines: readonly string[]): string[] => lines.flatMap((line) => wrapText(safeText(line), page.width, '  ', '    '));
    const lines = [
      ...wrapText('What segment run would do. Nothing is written now.', page.width),
      '',
      ...plan.repairs.flatMap((repair) => label('Put right', `${repair}.`)),
      ...label('State', stateWords(plan)),
      ...label('Files', filesWords(plan)),
      ...below(fileLines(plan, isVerbose)),
      ...label('To load', loadWords(plan)),
      ...below(changeLines(plan.changedReading ?? [], isVerbose)),
      ...label('As of', dateWords(plan)),
      ...(plan.lastRun === null ? [] : label('Definitions', definitionWords(plan.changedDefinitions, plan.lastRun.id))),
      ...below(changeLines(plan.changedDefinitions ?? [], isVerbose)),
      ...label('To publish', publishWords(plan)),
      ...label('To remove', removedWords(plan)),
    ];
    return `${lines.join('\n')}\n`;
  },
};

function definitionWords(changed: readonly unknown[] | null, run: string): string {
  if (changed === null) return `whether they changed is not known: the manifest of run ${run} cannot be read.`;
  return changed.length === 0 ? `as in run ${run}.` : `other than in run ${run}:`;
}
