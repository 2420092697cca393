import type { RunsDifference } from '../../state/runs-result.js';
import { renderDataTable } from '../data-table.js';
import { formatCount, formatCounted, formatDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { renderFlows } from '../transitions/flows.js';
import { renderMatrix } from '../transitions/matrix.js';
import { unitOfResult } from '../unit.js';
import { cutText, wrapText } from '../wrap-text.js';

const SHOWN_FILES = 10;
const LONGEST_NAME = 32;

/** Two runs side by side. */
export function renderRunsDifference(difference: RunsDifference, page: Page): string[][] {
  const { moves } = difference;
  return [
    wrapText(headline(difference), page.width),
    renderSettingDifferences(difference.settings, page),
    renderFiles(difference, page),
    renderSizes(difference, page),
    [page.paint.title('Who moved'), ...renderFlows(moves, page, unitOfResult(moves))],
    renderMatrix(moves, page),
  ];
}

function headline({ before, after, moves: { changes } }: RunsDifference): string {
  const moved = `${formatCount(changes.moved)} in another status, ${formatCount(changes.entered)} came, ${formatCount(changes.left)} left, ${formatCount(changes.stayed)} stayed`;
  return `Run ${before.id}, as of ${formatDate(before.asOf)}, and run ${after.id}, as of ${formatDate(after.asOf)}: ${formatCounted(before.users, 'user')} then, ${formatCount(after.users)} now; ${moved}.`;
}

/** A line a setting: what it was and what it is. */
export function renderSettingDifferences(settings: RunsDifference['settings'], { width, paint, glyphs }: Page): string[] {
  return [
    paint.title('Settings'),
    ...(settings.length === 0 ? ['  the same'] : []),
    ...settings.flatMap(({ name, before, after }) =>
      wrapText(safeText(`${name}: ${before ?? 'nothing'} ${glyphs.arrow} ${after ?? 'nothing'}`), width, '  ', '    '),
    ),
  ];
}

function renderFiles({ files }: RunsDifference, { width, paint }: Page): string[] {
  if (files === null) return [paint.title('Files'), '  not known: one of the runs does not say'];
  const line = (word: string, names: readonly string[]): string[] => {
    if (names.length === 0) return [];
    const more = names.length > SHOWN_FILES ? ` and ${formatCount(names.length - SHOWN_FILES)} more` : '';
    return wrapText(safeText(`${names.slice(0, SHOWN_FILES).join(', ')}${more}`), width, `  ${word.padEnd('changed'.length)}  `);
  };
  return [
    paint.title('Files'),
    ...line('new', files.added),
    ...line('changed', files.changed),
    ...line('gone', files.gone),
    ...wrapText(formatCounted(files.same, 'file'), width, '  same     '),
  ];
}

function renderSizes({ sizes }: RunsDifference, { paint, glyphs }: Page): string[] {
  const shown = sizes.filter(({ segmentation, before, after }) => before !== after || segmentation === 'status');
  const name = ({ segmentation, segment }: (typeof shown)[number]): string =>
    cutText(safeText(segmentation === 'status' ? segment : `${segmentation}=${segment}`), LONGEST_NAME, glyphs.ellipsis);
  const signed = (change: number): string => (change > 0 ? `+${formatCount(change)}` : formatCount(change));
  return [
    paint.title('Sizes that differ, and statuses'),
    ...renderDataTable([
      { head: '', align: 'left', cells: shown.map((one) => `  ${name(one)}`) },
      { head: paint.dim('then'), align: 'right', cells: shown.map(({ before }) => formatCount(before)) },
      { head: paint.dim('now'), align: 'right', cells: shown.map(({ after }) => formatCount(after)) },
      { head: paint.dim('change'), align: 'right', cells: shown.map(({ before, after }) => signed(after - before)) },
    ]),
  ];
}
