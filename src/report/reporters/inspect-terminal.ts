import type { InspectResult } from '../../analysis/inspect/inspect-result.js';
import { renderCalendar } from '../inspect/calendar.js';
import { renderEvents } from '../inspect/events.js';
import { renderFileFacts } from '../inspect/files.js';
import { inspectHeadline } from '../inspect/headline.js';
import { renderIds } from '../inspect/ids.js';
import { renderProblems } from '../inspect/problems.js';
import { renderProperties } from '../inspect/properties.js';
import { renderRoleColumns } from '../inspect/role-columns.js';
import { renderRoleNames } from '../inspect/role-names.js';
import { scopeWords } from '../inspect/scope.js';
import { createPage, type Page } from '../page.js';
import { wrapText } from '../wrap-text.js';
import type { InspectReporter } from './inspect-reporter.js';

/** What a person sees first of their files: how they are written, what is in them, what stands in the way, what to type next. */
export const inspectTerminal: InspectReporter = {
  description: 'what is in the files for people, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const scope = scopeWords(result.scope);
    const sections = [
      wrapText(inspectHeadline(result), page.width).map(page.paint.strong),
      titled('Files', renderFileFacts(result, page), page),
      titled('Columns with a role', renderRoleColumns(result, page), page),
      titled(`Events${scope}`, renderEvents(result, page), page),
      titled(`Other columns${scope}`, renderProperties(result, page), page),
      titled(`User ids${scope}`, renderIds(result, page), page),
      options.hasCalendar ? titled('Activity', renderCalendar(result, page), page) : [],
      options.hasRoles ? titled('Names that play a role', renderRoleNames(result, page), page) : [],
      titled(`Problems${scope}`, renderProblems(result, page), page),
      titled('Next', nextStep(result, page), page),
    ];
    const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
    return `${text.join('\n\n')}\n`;
  },
};

function nextStep({ command, problems }: InspectResult, page: Page): string[] {
  if (command === null) return wrapText('No command reads these files yet: see the errors.', page.width);
  const assumed = problems.some((problem) => problem.assumed.length > 0);
  // A command is copied as it is: it is never broken.
  return [...(assumed ? wrapText('If what was taken for granted is right:', page.width) : []), command];
}

function titled(title: string, lines: readonly string[], page: Page): string[] {
  return lines.length === 0 ? [] : [page.paint.title(title), ...lines];
}
