import type { RunsAnswer } from '../../state/runs-result.js';
import { createPage, type Page } from '../page.js';
import { renderPrune, renderVerification } from '../runs/kept-state.js';
import { renderRunDetails } from '../runs/run-details.js';
import { renderRunsDifference } from '../runs/runs-difference.js';
import { renderRunsList } from '../runs/runs-list.js';
import type { RunsReporter } from './runs-reporter.js';

/** The answer in tables and sentences, as wide as the terminal. */
export const runsTerminal: RunsReporter = {
  description: 'tables, small plots and sentences for people, as wide as the terminal',
  render(answer, options) {
    const sections = sectionsOf(answer, createPage(options)).filter((lines) => lines.length > 0);
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function sectionsOf(answer: RunsAnswer, page: Page): string[][] {
  switch (answer.kind) {
    case 'list':
      return renderRunsList(answer, page);
    case 'run':
      return renderRunDetails(answer, page);
    case 'difference':
      return renderRunsDifference(answer, page);
    case 'verification':
      return renderVerification(answer, page);
    case 'prune':
      return renderPrune(answer, page);
  }
}
