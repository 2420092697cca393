import type { CompareResult, Landmark } from '../../analysis/compare/compare-result.js';
import { isoOfDay } from '../../time/day.js';
import { describeRows, renderLabelled } from '../classify/reading.js';
import { renderWarnings } from '../classify/warnings.js';
import { renderComparison } from '../compare/comparison-table.js';
import { renderGroupTable } from '../compare/group-table.js';
import { formatChance, formatCount, formatCounted, formatDate, formatDays, formatNumber } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { CompareReporter } from './compare-reporter.js';

const HASH_SHOWN = 12;

/** Both values, the difference with its interval drawn, and the verdict in words. */
export const compareTerminal: CompareReporter = {
  description: 'tables with drawn intervals for people, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      [...wrapText(title(result), page.width).map(page.paint.title), ...renderGroupTable(result, page)],
      ...result.comparisons.map((comparison) => renderComparison(comparison, page, options.isDetailed)),
      result.warnings.length === 0 ? [] : [page.paint.title('Before you believe it'), ...renderWarnings(result.warnings, page)],
      renderFacts(result, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function title({ by, users, usersLeftOut, landmark }: CompareResult): string {
  const how = by === null ? 'Two groups' : `Groups by ${safeText(by)}`;
  const when = landmark === null ? '' : `, ${landmarkWords(landmark)}`;
  return `${how}${when}: ${formatCount(users - usersLeftOut)} of ${formatCounted(users, 'user')}`;
}

function landmarkWords(landmark: Landmark): string {
  return landmark.kind === 'days'
    ? `as known on day ${landmark.days} of each user`
    : `as known before ${formatDate(isoOfDay(landmark.day))}, metrics from then on`;
}

function renderFacts(result: CompareResult, page: Page): string[] {
  const { asOf, asOfChosen, timezone, historyDays, settingsHash, tests, seed, replicates, stratifiedBy, sampleRatio, currency } = result;
  const chosen = asOfChosen === 'given' ? 'as given' : 'the day of the newest event';
  const layers = stratifiedBy === 'none' ? '' : ` Held apart by ${safeText(stratifiedBy)} to look for what misleads.`;
  const split =
    sampleRatio === null
      ? ''
      : `${sampleRatio.arms.map(({ name, users }) => `${safeText(name)} ${formatCount(users)}`).join(', ')}; ${sampleRatio.isEven ? 'an even split' : `a split of ${sampleRatio.arms.map(({ plannedShare }) => `${formatNumber(100 * plannedShare, 2)} %`).join(', ')}`} is this uneven or more with a chance of ${formatChance(sampleRatio.p)}.`;
  return (
    [
      ['Read', describeRows(result)],
      ['Filter', result.filters === undefined ? '' : `${safeText(result.filters.words)}.`],
      ['As of', `end of ${formatDate(asOf)} (${safeText(timezone)}), ${chosen}; ${formatDays(historyDays)} of history.`],
      ['Money', currency === null ? '' : `in ${safeText(currency)}.`],
      ['Split', split],
      [
        'Tests',
        `${formatCounted(tests, 'p-value')} adjusted together for many tests; a difference is one below 0.05. Resampling: seed ${seed}, ${formatCounted(replicates, 'replicate')}.${layers}`,
      ],
      ['Hash', `${settingsHash.slice(0, HASH_SHOWN)} of the settings.`],
    ] as const
  ).flatMap(([label, text]) => (text === '' ? [] : renderLabelled(label, text, page)));
}
