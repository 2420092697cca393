import type { ExplainResult } from '../../analysis/explain/explain-result.js';
import { filtersIn, renderExplainedUser, renderShortUser } from '../explain/explained-user.js';
import { formatDate } from '../format.js';
import { createPage, type Page } from '../page.js';
import { describePauses } from '../pauses.js';
import { safeText } from '../safe-text.js';
import { formatUnits } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import type { ExplainReporter } from './explain-reporter.js';

/** One user in full, or a few users of a status in short. */
export const explainTerminal: ExplainReporter = {
  description: 'values, rules and lifeline for people, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections =
      result.ofStatus === null
        ? result.users.flatMap((user) => renderExplainedUser(user, result, page))
        : [statusHead(result, result.ofStatus, page), ...result.users.map((user) => renderShortUser(user, result, page))];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

/** What an analyst must know of every number below; nothing without pauses. */
function pausedWords({ pauses, inputFirstDay, asOf }: ExplainResult): string {
  const within = describePauses(pauses, inputFirstDay, asOf);
  return within === '' ? '' : ` Paused: ${within}.`;
}

function statusHead(result: ExplainResult, { status, users }: NonNullable<ExplainResult['ofStatus']>, page: Page): string[] {
  const asOf = `as of ${formatDate(result.asOf)} (${safeText(result.timezone)})${filtersIn(result)}`;
  const verb = users === 1 ? 'is' : 'are';
  const text = users === 0 ? `Nobody is ${status} ${asOf}.` : `${formatUnits(users, result)} ${verb} ${status} ${asOf}.`;
  return wrapText(`${text}${pausedWords(result)}`, page.width).map(page.paint.title);
}
