import type { RunsList } from '../../state/runs-result.js';
import { formatCount, formatCounted, formatDate, formatPeriod } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import { bytesWords, renderRunTable } from './run-table.js';
import { renderSizePlots } from './size-plots.js';

const SHOWN_FILES = 10;

/** The history: runs, sizes, what is pending, health. */
export function renderRunsList(list: RunsList, page: Page): string[][] {
  return [
    wrapText(headline(list), page.width),
    renderRunTable(list, page),
    renderSizePlots(list, page),
    renderPending(list, page),
    renderHealth(list, page),
  ];
}

function headline({ state, runs, published }: RunsList): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return `${safeText(state)}: no run yet.`;
  const current = runs.find(({ id }) => id === published);
  const readers = current === undefined ? 'nothing is published' : `readers get run ${current.id}, as of ${formatDate(current.asOf)}`;
  return `${safeText(state)}: ${formatCounted(runs.length, 'run')}, as of ${formatPeriod(first.asOf, last.asOf)}; ${readers}.`;
}

function renderPending({ pending, pendingProblem, runs, published }: RunsList, { width, paint }: Page): string[] {
  const last = runs.at(-1);
  const held = last !== undefined && !last.isPublished && last.held !== 'older than the published one';
  const fate = held
    ? wrapText(
        `The files of run ${last.id} are not published: its check failed. ${published === null ? 'Nothing is.' : `Those of run ${published} stay.`}`,
        width,
        '  ',
      )
    : [];
  if (pending === null) return [paint.title('Pending'), ...wrapText(safeText(`not known: ${pendingProblem ?? ''}`), width, '  '), ...fate];
  const shown = pending.slice(0, SHOWN_FILES);
  const more = pending.length - shown.length;
  return [
    paint.title('Pending'),
    ...shown.flatMap(({ name, change }) =>
      wrapText(safeText(`${name}${change === 'gone' ? ' (what it held stays)' : ''}`), width, `  ${change.padEnd('changed'.length)}  `),
    ),
    ...(more === 0 ? [] : [`  and ${formatCount(more)} more`]),
    ...(pending.length === 0 ? ['  no file is new, changed or gone'] : []),
    ...fate,
  ];
}

function renderHealth({ health, bytes }: RunsList, { width, paint }: Page): string[] {
  return [
    paint.title('Health'),
    ...health.flatMap(({ level, text }) =>
      wrapText(safeText(text), width, level === 'problem' ? '  problem  ' : '  note     ').map((line) =>
        level === 'problem' ? line.replace('problem', (word) => paint.bad(word)) : line,
      ),
    ),
    ...(health.some(({ level }) => level === 'problem')
      ? []
      : wrapText('nothing is missing (segment runs verify looks at every checksum)', width, '  ')),
    ...wrapText(bytesWords(bytes), width, '  '),
  ];
}
