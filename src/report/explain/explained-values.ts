import type { ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { formatCount, formatCounted, formatDate, formatDays, formatDecimal } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { padRight } from '../text-width.js';
import { cutText, wrapText } from '../wrap-text.js';

const LABEL_WIDTH = 16;
const LONGEST_SEGMENT = 60;

/** What is known of the user and how the thresholds came about, one value a line. */
export function renderValues(user: ExplainedUser, result: ExplainResult, page: Page): string[] {
  const { values } = user;
  const lines: [string, string][] = [
    ['first seen', firstSeen(values)],
    ['last active', values.lastActive === null ? 'never' : `${formatDate(values.lastActive)}, idle ${formatDays(values.idleDays ?? 0)}`],
    ['activity', `${formatCounted(values.events, 'event')}, ${formatCounted(values.activeDays, 'active day')}${gaps(user)}`],
    ['lately', lately(user, result)],
    ...thresholds(user, result, page),
    ...further(user, page),
  ];
  return lines.flatMap(([label, text]) => renderValue(label, text, page));
}

/** `label   text`, the text wrapped under itself. */
export function renderValue(label: string, text: string, page: Page): string[] {
  const begin = padRight(`  ${label}`, LABEL_WIDTH + 2);
  const [first = '', ...rest] = wrapText(text, page.width, begin);
  return [page.paint.dim(begin) + first.slice(begin.length), ...rest];
}

function firstSeen({ firstSeen: day, signUp, tenureDays }: ExplainedUser['values']): string {
  if (day === null || tenureDays === null) return 'never: in the users file, without a sign-up time';
  const signedUp = signUp === null ? '' : signUp === day ? ', the sign-up' : `, signed up ${formatDate(signUp)}`;
  return `${formatDate(day)}, tenure ${formatDays(tenureDays)}${signedUp}`;
}

function further({ further: segments }: ExplainedUser, page: Page): [string, string][] {
  const listed = segments.map(
    ({ name, segment }) =>
      `${safeText(name)} ${segment === null ? page.glyphs.none : cutText(safeText(segment), LONGEST_SEGMENT, page.glyphs.ellipsis)}`,
  );
  return listed.length === 0 ? [] : [['segments', listed.join(', ')]];
}

function gaps({ values: { gaps: count, medianGap, longestGap } }: ExplainedUser): string {
  if (count === 0 || medianGap === null || longestGap === null) return ', no gap';
  return `, ${formatCounted(count, 'gap')}: median ${formatDecimal(medianGap)}, longest ${formatDays(longestGap)}`;
}

function lately({ values }: ExplainedUser, { parameters: p, rfm }: ExplainResult): string {
  const window = `${formatCounted(values.recentDays, 'active day')} in the last ${p['at_risk.window']} days (recent)`;
  const baseline = `${formatCount(values.baselineDays)} in the ${p['at_risk.baseline']} before (baseline)`;
  const weeks = `${formatCount(values.activeWeeks)} of the last 12 weeks`;
  return [window, baseline, weeks, ...(rfm.basis === 'orders' ? [`${formatCounted(values.orderDays, 'order day')} in 365 days`] : [])].join(
    ', ',
  );
}

function thresholds({ values }: ExplainedUser, { parameters: p, populationGaps }: ExplainResult, page: Page): [string, string][] {
  const { usualInterval, dormantAfter, churnedAfter, gaps: count, medianGap, longestGap } = values;
  if (usualInterval === null || dormantAfter === null || churnedAfter === null) return [];
  const x = page.glyphs.times;
  const usual = formatDecimal(usualInterval);
  const own = medianGap === null ? '' : `${formatCount(count)} ${x} ${formatDecimal(medianGap)} + `;
  const longest = count >= 2 && longestGap !== null ? `, 1.5 ${x} longest gap ${formatCount(longestGap)}` : '';
  return [
    ['usual_interval', `${formatDays(usualInterval)} = (${own}2 ${x} P50 ${populationGaps.p50}) / (${formatCount(count)} + 2)`],
    [
      'dormant_after',
      `${formatDays(dormantAfter)} = max(${p['dormant.multiple']} ${x} ${usual}, P75 ${populationGaps.p75}, ${p['dormant.min']}), at most ${p['dormant.max']}`,
    ],
    [
      'churned_after',
      `${formatDays(churnedAfter)} = max(${p['churned.multiple']} ${x} ${usual}, P90 ${populationGaps.p90}, ${p['churned.min']}${longest}), at most ${p['churned.max']}, at least 1.5 ${x} dormant_after`,
    ],
  ];
}
