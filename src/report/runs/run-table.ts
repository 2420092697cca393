import type { ListedRun, RunsList } from '../../state/runs-result.js';
import { formatBytes, formatCount, formatDate, formatNumber, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { wrapText } from '../wrap-text.js';

/** Runs of the table; the others stand in the JSON form. */
const SHOWN_RUNS = 14;

/** A line a run, the newest last; where they do not fit side by side, a sentence a run. */
export function renderRunTable({ runs, published }: RunsList, page: Page): string[] {
  const shown = runs.slice(-SHOWN_RUNS);
  const { paint } = page;
  const column = (head: string, align: TableColumn['align'], leaves: number, cell: (run: ListedRun) => string): TableColumn => ({
    head: paint.dim(head),
    align,
    leaves,
    cells: shown.map(cell),
  });
  const newest = shown.at(-1)?.asOf ?? '';
  const columns = fitColumns(
    [
      column('run', 'left', 0, ({ id }) => id),
      column('as of', 'left', 0, ({ asOf }) => formatShortDate(asOf, newest)),
      column('began (UTC)', 'left', 2, ({ at }) => instantWords(at)),
      column('check', 'left', 0, (run) => paintedCheck(run, page)),
      column('files', 'left', 0, (run) => fateWords(run, published)),
      column('users', 'right', 0, ({ users }) => formatCount(users)),
      column('rows', 'right', 1, ({ rows }) => formatCount(rows)),
      column('s', 'right', 3, ({ seconds }) => (seconds === null ? '' : formatNumber(seconds, 1))),
    ],
    page.width,
  );
  const lines =
    tableWidth(columns) <= page.width
      ? renderTable(columns)
      : shown.flatMap((run) => wrapText(runWords(run, published), page.width, '', '  '));
  const accepted = shown.flatMap((run) =>
    run.accepted === null ? [] : wrapText(safeText(`Run ${run.id} was off and accepted: ${run.accepted}.`), page.width, '', '  '),
  );
  const earlier = runs.length - shown.length;
  const more =
    earlier === 0 ? [] : wrapText(`${formatCount(earlier)} earlier: --json lists all of them.`, page.width).map((line) => paint.dim(line));
  return [...lines, ...accepted, ...more];
}

/** `2026-06-15 02:00`. */
export function instantWords(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** What the check said of a run. */
export function checkWords({ verdict, accepted, problem }: ListedRun): string {
  if (problem !== null) return 'damaged';
  return verdict === 'holds' ? 'holds' : accepted === null ? 'failed' : 'accepted';
}

function paintedCheck(run: ListedRun, { paint }: Page): string {
  const words = checkWords(run);
  return words === 'holds' ? paint.good(words) : words === 'accepted' ? paint.warn(words) : paint.bad(words);
}

/** What became of the files of a run. */
export function fateWords({ id, isPublished, held, verdict }: ListedRun, published: string | null): string {
  if (id === published) return 'are current';
  if (isPublished) return 'were current';
  const why = held ?? (verdict === 'regressed' ? 'check failed' : 'older than the published one');
  return why === 'check failed' ? 'held: check failed' : 'none: a later date is current';
}

function runWords(run: ListedRun, published: string | null): string {
  return `${run.id}, as of ${formatDate(run.asOf)}: check ${checkWords(run)}, files ${fateWords(run, published)}, ${formatCount(run.users)} users.`;
}

/** Where the bytes are. */
export function bytesWords({ runs, inputs, days, sets, other }: RunsList['bytes']): string {
  return `On disk: ${formatBytes(runs)} in runs, ${formatBytes(inputs)} in inputs, ${formatBytes(days)} in days, ${formatBytes(other)} besides; ${formatBytes(sets)} in published sets.`;
}
