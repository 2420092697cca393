import type { ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { STATUSES } from '../../segmentation/status/status.js';
import { formatCounted, formatDate, formatDays } from '../format.js';
import type { Page } from '../page.js';
import { describePauses, describePausesAfter } from '../pauses.js';
import { safeText } from '../safe-text.js';
import { statusMeaning } from '../status-words.js';
import { wrapText } from '../wrap-text.js';
import { renderUserRfm, rfmTitle } from './explained-rfm.js';
import { describeFired, renderDecision, renderRules } from './explained-rules.js';
import { renderOwnSegmentRules } from './explained-segments.js';
import { renderValues } from './explained-values.js';
import { renderLifeline } from './lifeline.js';

/** One user in full: the answer, the lifeline, values, rules and RFM, as sections. */
export function renderExplainedUser(user: ExplainedUser, result: ExplainResult, page: Page): string[][] {
  const { title } = page.paint;
  return [
    [
      ...userTitle(user, page),
      ...wrapText(
        `As of ${formatDate(result.asOf)} (${safeText(result.timezone)})${givenBy(result)}${filtersIn(result)}. ${paused(result)}${adviceOn(user, result, page)}`,
        page.width,
      ),
    ],
    [title('Lifeline'), ...renderLifeline(user, result, page)],
    [title('Values'), ...renderValues(user, result, page)],
    [title('Status rules, in order'), ...renderRules(user, result, page), '', ...renderDecision(user, result, page)],
    [...rfmTitle(user, page).map(title), ...renderUserRfm(user, result, page)],
    ...(user.own.length === 0 ? [] : [[title('Own segments'), ...renderOwnSegmentRules(user, page)]]),
  ];
}

/** ", with settings from segment.yaml", or nothing when flags said all. */
function givenBy({ givenBy: names = [] }: ExplainResult): string {
  return names.length === 0 ? '' : `, with settings from ${names.map(safeText).join(', ')}`;
}

/** ", among only those in vip.csv", or nothing when everybody is in. */
export function filtersIn({ filters }: ExplainResult): string {
  return filters === undefined ? '' : `, among ${safeText(filters.words)}`;
}

/** "Paused: 16 days, …" and what is paused later; nothing without pauses. */
function paused({ pauses, inputFirstDay, asOf }: ExplainResult): string {
  const within = describePauses(pauses, inputFirstDay, asOf);
  const ahead = describePausesAfter(pauses, asOf);
  const parts = [...(within === '' ? [] : [`Paused: ${within}.`]), ...(ahead === '' ? [] : [`Paused ahead: ${ahead}.`])];
  return parts.length === 0 ? '' : `${parts.join(' ')} No length of time below counts paused days. `;
}

/** One user of several, in a few lines. */
export function renderShortUser(user: ExplainedUser, result: ExplainResult, page: Page): string[] {
  const { scores, segment, orders } = user.rfm;
  const score = scores === null ? '' : ` (${scores.recency}${scores.frequency}${scores.monetary ?? ''})`;
  return [
    ...userTitle(user, page),
    ...renderLifeline(user, result, page),
    ...wrapText(`${thresholds(user)} ${describeFired(user, result, page)}.`, page.width),
    ...renderDecision(user, result, page),
    ...wrapText(`RFM: ${segment}${score}, ${formatCounted(orders, 'order')}.`, page.width),
  ];
}

function userTitle(user: ExplainedUser, page: Page): string[] {
  const why = { named: '', typical: ', a typical one', 'nearest border': ', nearest to another status' }[user.chosen];
  return wrapText(`${safeText(user.userId)} is ${user.status} (${safeText(user.reason)})${why}`, page.width).map(page.paint.strong);
}

function adviceOn({ status }: ExplainedUser, { parameters }: ExplainResult, page: Page): string {
  const info = STATUSES.find(({ name }) => name === status);
  return info === undefined ? '' : `${capitalised(statusMeaning(info, parameters))} ${page.glyphs.arrow} ${info.action}.`;
}

function thresholds({ values: { idleDays, dormantAfter, churnedAfter } }: ExplainedUser): string {
  if (idleDays === null || dormantAfter === null || churnedAfter === null) return 'Never active.';
  return `Idle ${formatDays(idleDays)}; dormant after ${formatDays(dormantAfter)}, churned after ${formatDays(churnedAfter)}.`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
