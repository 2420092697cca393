import type { SplitResult, SplitSource } from '../../analysis/split/split-result.js';
import { renderFilesLine } from '../classify/files-line.js';
import { describeParts } from '../classify/reading.js';
import { renderWarnings } from '../classify/warnings.js';
import { formatChance, formatCount, formatCounted, formatDate, formatNumber } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { unitSource } from '../split/split-words.js';
import { renderTable, type TableColumn } from '../text-table.js';
import { formatUnits } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import type { SplitReporter } from './split-reporter.js';

const SHOWN_HASH = 12;

/** Sizes of the arms beside the planned ones, the sample-ratio check and what was read, as wide as the terminal. */
export const splitTerminal: SplitReporter = {
  description: 'sizes of the groups beside the planned ones, and a check of them, for people',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      wrapText(headline(result), page.width).map(page.paint.title),
      armTable(result, page),
      wrapText(sampleRatioWords(result), page.width),
      renderWarnings(result.warnings, page),
      wrapText(reading(result), page.width, '', '  ').map(page.paint.dim),
      renderFilesLine(options.output, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function headline(result: SplitResult): string {
  const { source, users, arms, salt } = result;
  const who = formatUnits(users, unitSource(result));
  const meant = source.kind === 'events' && source.conditions.length > 0 ? ` with ${source.conditions.map(safeText).join(' and ')}` : '';
  const all = source.kind === 'events' && source.users !== users ? ` of ${formatCount(source.users)}` : '';
  return `${who}${all}${meant} in ${formatCounted(arms.length, 'group')} by the salt "${safeText(salt)}"${dated(source)}.`;
}

function dated(source: SplitSource): string {
  return source.kind === 'events' ? `, as of ${formatDate(source.asOf)}` : '';
}

const percent = (share: number): string => `${formatNumber(100 * share, 2)} %`;

function armTable({ arms }: SplitResult, page: Page): string[] {
  const column = (head: string, cells: readonly string[], align: 'left' | 'right' = 'right'): TableColumn => ({
    head: page.paint.dim(head),
    align,
    leaves: 0,
    cells,
  });
  return renderTable([
    column(
      'group',
      arms.map(({ name }) => name),
      'left',
    ),
    column(
      'users',
      arms.map(({ users }) => formatCount(users)),
    ),
    column(
      'share',
      arms.map(({ share }) => (share === null ? '' : percent(share))),
    ),
    column(
      'planned',
      arms.map(({ plannedShare }) => percent(plannedShare)),
    ),
  ]);
}

function sampleRatioWords({ sampleRatioP: p }: SplitResult): string {
  if (p === null) return 'Too few users to check the sizes.';
  return `Sample-ratio check: sizes this far from the planned ones or further have a chance of ${formatChance(p)}.`;
}

function reading({ source, settingsHash }: SplitResult): string {
  const settings = `By settings ${settingsHash.slice(0, SHOWN_HASH)}.`;
  if (source.kind === 'events') {
    const among = source.filters === undefined ? '' : ` Only ${safeText(source.filters.words)}.`;
    return `${formatCounted(source.rows.total, 'row')}${describeParts(source.rows, 'user')}.${among} Days of ${safeText(source.timezone)}. ${settings}`;
  }
  const { total, ...parts } = source.rows;
  const words = [
    [parts.used, 'used'],
    [parts.repeated, 'repeated'],
    [parts.filtered, 'filtered'],
    [parts.withoutUser, 'without an id'],
    [parts.rejected, 'rejected'],
  ] as const;
  const told = words.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const among = source.filters === undefined ? '' : ` ${safeText(source.filters)}.`;
  return `${formatCounted(total, 'row')} of ${safeText(source.file)}, ids from ${safeText(source.column)}: ${told.join(', ')}.${among} ${settings}`;
}
