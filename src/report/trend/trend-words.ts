import type { LeftOutReason, TrendReport, TrendScale } from '../../analysis/trend/trend-result.js';
import type { Step } from '../../time/periods.js';
import { formatCount, formatCounted, formatDate, formatDays } from '../format.js';
import { safeText } from '../safe-text.js';
import { unitOfResult } from '../unit.js';
import { isOneOwn } from './own-flows.js';

/** `day`, `week`, `30 days` or `month`. */
export function stepWords(step: Step): string {
  if (step.unit === 'month') return 'month';
  return step.days === 7 ? 'week' : step.days === 1 ? 'day' : formatDays(step.days);
}

/** "status every week, 12 periods to 30 June 2026: 1,000 users, 610 of them active." */
export function trendHeadline(result: TrendReport): string {
  const { segmentation, step, periods, asked, asOf } = result;
  const last = periods.at(-1);
  const { one, many } = unitOfResult(result);
  const count =
    periods.length === asked ? formatCounted(asked, 'period') : `${formatCount(periods.length)} of ${formatCounted(asked, 'period')}`;
  const active = last === undefined || last.active === null ? '' : `, ${formatCount(last.active)} of them active`;
  const [size] = isOneOwn(result) && last !== undefined ? last.sizes : [];
  const inIt = size === undefined ? '' : `, ${formatCount(size)} of them in it`;
  return `${safeText(segmentation)} every ${stepWords(step)}, ${count} to ${formatDate(asOf)}: ${formatCounted(last?.users ?? 0, one, many)}${active}${inIt}.`;
}

const SCALE_WORDS: Readonly<Record<TrendScale, string>> = {
  measured: 'are those of each date, as in segment classify of that day; --no-refit keeps those of the first',
  frozen: 'are those of the first date at all of them',
  given: 'are those of the manifest of --freeze at all dates',
};

/** What the segments hang on that can be kept while users change. */
const SCALE_NAMES = { gaps: 'population gaps', edges: 'RFM edges' } as const;

/** What a reader must know of the numbers: what is missing and by what they were measured, a sentence each. */
export function trendNotes(result: TrendReport): string[] {
  const { scale, segmentation, isOverlapping, hangsOn, segments, periods, leftOut, firstDay, notes, asked } = result;
  const [first] = periods;
  const ofScale = hangsOn.filter((measure) => measure !== 'borders');
  const scaleName = capitalised(ofScale.map((measure) => SCALE_NAMES[measure]).join(' and '));
  const thresholds = periods.reduce((sum, { flows }) => sum + (flows?.byThreshold ?? 0), 0);
  const isPartial = first !== undefined && first.coveredDays < first.days;
  return [
    ...leftOut.map(
      ({ reason, periods: count }) =>
        `${formatCount(count)} of ${formatCounted(asked, 'period')} left out: ${leftOutWords(reason, result)}.`,
    ),
    ...(isPartial
      ? [
          `* The first period is partial: the data begin on ${formatDate(firstDay)}, ${formatCount(first.coveredDays)} of its ${formatDays(first.days)}.`,
        ]
      : []),
    ...(thresholds > 0
      ? [
          `${formatCounted(thresholds, 'move')} only because a threshold moved: by the ${ofScale.join(' and ')} of the period before they would have stayed.`,
        ]
      : []),
    ...(segmentation === 'status'
      ? [`Active are those who are not dormant, churned or never active: active before + new + resurrected - newly inactive = active now.`]
      : []),
    ...(isOverlapping
      ? [`Of each segment, before + came in - went out = now.${segments.length > 1 ? ' A user may be in several.' : ''}`]
      : []),
    ...(hangsOn.includes('borders')
      ? ['The borders of value tiers are measured at every date: who moved by them alone is not told apart.']
      : []),
    ...(scaleName === '' ? [] : [`${scaleName} ${SCALE_WORDS[scale]}.`]),
    ...notes,
  ];
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function leftOutWords(reason: LeftOutReason, result: TrendReport): string {
  switch (reason) {
    case 'before_data':
      return `they end before the data begin, on ${formatDate(result.firstDay)}${result.pauses.length === 0 ? '' : ', or within a pause after it'}`;
    case 'without_orders':
      return 'they end before the first order, and RFM needs one';
    case 'nobody':
      return `they end before any of these ${unitOfResult(result).many} was seen`;
  }
}
