import type { ComparedGroup, CompareResult } from '../../analysis/compare/compare-result.js';
import { formatCount, formatDays, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { fitColumns, renderTable, type TableColumn } from '../text-table.js';
import { cutText } from '../wrap-text.js';

const NAME_WIDTH = 24;

/** Every group with its size, and how long its users have been here and were watched. */
export function renderGroupTable(result: CompareResult, page: Page): string[] {
  const { paint } = page;
  const groups = withRest(result);
  const column = (head: string, leaves: number, cell: (group: ComparedGroup) => string): TableColumn => ({
    head: paint.dim(head),
    align: 'right',
    leaves,
    cells: groups.map(cell),
  });
  return renderTable(
    fitColumns(
      [
        {
          head: paint.dim('group'),
          align: 'left',
          leaves: 0,
          cells: groups.map(({ name }) => cutText(safeText(name), NAME_WIDTH, page.glyphs.ellipsis)),
        },
        column('users', 0, ({ users }) => formatCount(users)),
        column('share', 0, ({ share }) => formatPercent(share)),
        column('median tenure', 0, ({ medianTenure }) => formatDays(medianTenure)),
        column('median watched', 0, ({ medianObserved }) => formatDays(medianObserved)),
        column('days watched', 1, ({ observedDays }) => formatCount(observedDays)),
      ],
      page.width,
    ),
  );
}

/** The rest is a group of its own where it is the same in all comparisons. */
function withRest({ groups, comparisons }: CompareResult): readonly ComparedGroup[] {
  const [only] = comparisons;
  return comparisons.length === 1 && only !== undefined && !groups.some(({ name }) => name === only.b.name) ? [...groups, only.b] : groups;
}
