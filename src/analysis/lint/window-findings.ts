import type { LintCode } from '../../segmentation/rules/lint-codes.js';
import { printRule } from '../../segmentation/rules/print-rule.js';
import { type Leaf, LONGEST_AGO, type SegmentDefinition, type Window } from '../../segmentation/rules/rule.js';
import { leavesOf, windowsOf } from '../../segmentation/rules/rule-leaves.js';
import { WEEK_DAYS } from '../../segmentation/rules/window-query.js';
import { isoOfDay, monthsBefore } from '../../time/day.js';
import { countedDay, type Pause } from '../../time/pauses.js';
import type { LintFinding } from './lint-result.js';

/** The days that the files hold events of, up to the as-of day. */
export interface History {
  readonly firstDay: number;
  readonly asOfDay: number;
  readonly pauses: readonly Pause[];
}

/** `empty`: nothing lies in it; `whole`: it goes back to the first day and beyond; `early`, `late`: its dates begin before the first day, end after the last. */
type Reach = 'empty' | 'whole' | 'early' | 'late' | 'part';
const HOURS_A_DAY = 24;
/** Days of a month at least. */
const LEAST_MONTH = 28;

/** Windows in which nothing can lie, and such as reach beyond what the files hold. In the order of the definitions. */
export function findInWindows(definitions: readonly SegmentDefinition[], history: History): LintFinding[] {
  return definitions.flatMap(({ rule }, index) =>
    leavesOf(rule).flatMap((leaf): LintFinding[] => {
      const reaches = reachesOf(leaf, history);
      const begin = isoOfDay(history.firstDay);
      const found = (code: LintCode, message: string, hint: string): LintFinding => ({ index, code, span: leaf.span, message, hint });
      if (reaches.includes('empty')) {
        const days = `${begin} to ${isoOfDay(history.asOfDay)}`;
        return [
          found(
            'empty-window',
            `no event can lie where ${printRule(leaf)} looks: the files hold ${days}`,
            'Look at its days, and at --as-of.',
          ),
        ];
      }
      if (reaches.includes('whole'))
        return [
          found(
            'beyond-history',
            `${printRule(leaf)} looks back beyond ${begin}, with which the files begin: it says as much as ever`,
            'Take more files, or a shorter time.',
          ),
        ];
      return [
        ...(reaches.includes('early')
          ? [
              found(
                'beyond-history',
                `${printRule(leaf)} begins before ${begin}, with which the files begin: what was earlier counts as nothing`,
                'Take more files, or a later first day.',
              ),
            ]
          : []),
        ...(reaches.includes('late')
          ? [
              found(
                'beyond-history',
                `${printRule(leaf)} ends after ${isoOfDay(history.asOfDay)}, the as-of date: the days to come count as nothing`,
                'Look at its days, and at --as-of.',
              ),
            ]
          : []),
      ];
    }),
  );
}

/** Windows of dates that begin after the latest day that can be the as-of date, whatever the files. In the order of the definitions. */
export function findFutureWindows(definitions: readonly SegmentDefinition[], latestDay: number): LintFinding[] {
  return definitions.flatMap(({ rule }, index) =>
    leavesOf(rule)
      .filter((leaf) => windowsOf(leaf).some((window) => window.kind === 'dates' && window.first !== null && window.first > latestDay))
      .map(
        (leaf): LintFinding => ({
          index,
          code: 'empty-window',
          span: leaf.span,
          message: `no event can lie where ${printRule(leaf)} looks: no day after ${isoOfDay(latestDay)} can be the as-of date`,
          hint: 'Look at its days, and at --as-of.',
        }),
      ),
  );
}

function reachesOf(leaf: Leaf, history: History): Reach[] {
  switch (leaf.kind) {
    case 'regularity': {
      const { of, least, unit } = leaf;
      if (unit === 'month') return [of * LEAST_MONTH > historyDays(history) ? 'whole' : 'part'];
      const days = unit === 'week' ? WEEK_DAYS : 1;
      if ((least - 1) * days >= historyDays(history)) return ['empty'];
      return [of * days > historyDays(history) ? 'whole' : 'part'];
    }
    case 'stopped':
      return [leaf.recentDays >= historyDays(history) ? 'empty' : 'part'];
    case 'restarted':
      return [leaf.recentDays + leaf.beforeDays >= historyDays(history) ? 'empty' : 'part'];
    default:
      return windowsOf(leaf).map((window) => reachOf(window, history));
  }
}

function reachOf(window: Window, history: History): Reach {
  const { firstDay, asOfDay } = history;
  switch (window.kind) {
    case 'last': {
      if (window.unit === 'hour') return window.count > HOURS_A_DAY * (asOfDay - firstDay + 1) ? 'whole' : 'part';
      if (window.unit === 'month') return monthsBefore(asOfDay, window.count) + 1 < firstDay ? 'whole' : 'part';
      return window.count * (window.unit === 'week' ? WEEK_DAYS : 1) > historyDays(history) ? 'whole' : 'part';
    }
    case 'ago':
      if (window.to >= historyDays(history)) return 'empty';
      return window.from >= historyDays(history) && window.from !== LONGEST_AGO ? 'whole' : 'part';
    case 'dates': {
      const [first, last] = [window.first ?? firstDay, window.last ?? asOfDay];
      if (first > asOfDay || last < firstDay) return 'empty';
      return first < firstDay ? 'early' : last > asOfDay ? 'late' : 'part';
    }
    default:
      return 'part';
  }
}

/** Counted days. */
function historyDays({ firstDay, asOfDay, pauses }: History): number {
  return countedDay(asOfDay, pauses) - countedDay(firstDay, pauses) + 1;
}
