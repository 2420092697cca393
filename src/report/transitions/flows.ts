import { type Unit, USER_UNIT } from '../../analysis/classify/classify-result.js';
import type { Flow, Rate, TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { drawBar } from '../bar.js';
import { formatCount, formatCounted, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, tableWidth } from '../text-table.js';
import { wrapText } from '../wrap-text.js';
import { segmentWord } from './segment-word.js';

const SHOWN_FLOWS = 10;
const RIBBON_WIDTH = 20;

/** The largest moves in words, each with a ribbon as wide as its users are many. */
export function renderFlows({ flows }: Pick<TransitionsResult, 'flows'>, page: Page, { one, many }: Unit = USER_UNIT): string[] {
  const moves = flows.filter(({ change }) => change !== 'stayed');
  const shown = moves.slice(0, SHOWN_FLOWS);
  if (shown.length === 0) return ['Nobody moved.'];
  const largest = shown[0]?.users ?? 1;
  const columns = fitColumns(
    [
      { head: '', align: 'right', leaves: 0, cells: shown.map(({ users }) => formatCounted(users, one, many)) },
      { head: '', align: 'left', leaves: 0, cells: shown.map((flow) => describeFlow(flow, page)) },
      {
        head: '',
        align: 'left',
        leaves: 1,
        cells: shown.map(({ users }) => page.paint.heat[2]?.(drawBar(users / largest, RIBBON_WIDTH, page.glyphs)) ?? ''),
      },
    ],
    page.width,
  );
  const lines =
    tableWidth(columns) <= page.width
      ? renderTable(columns)
      : shown.flatMap((flow) => wrapText(`${formatCounted(flow.users, one, many)} ${describeFlow(flow, page)}`, page.width, '', '  '));
  const more = moves.length - shown.length;
  const rest = moves.slice(SHOWN_FLOWS).reduce((sum, { users }) => sum + users, 0);
  return more === 0
    ? lines
    : [
        ...lines,
        ...wrapText(`and ${formatCount(more)} smaller moves of ${formatCounted(rest, one, many)}`, page.width).map(page.paint.dim),
      ];
}

function describeFlow({ change, from, to }: Flow, { glyphs }: Page): string {
  const [left, right] = [change === 'entered' ? 'entered' : segmentWord(from), change === 'left' ? 'left' : segmentWord(to)];
  return `${left} ${glyphs.arrow} ${right}`;
}

/** "saved 12 of 130 (9 %): at_risk → active or loyal"; rates of nobody say so. */
export function renderRates(rates: readonly Rate[], page: Page): string[] {
  return rates.flatMap(({ name, meaning, hits, of }) => {
    const share = of === 0 ? 'nobody could be' : `${formatCount(hits)} of ${formatCount(of)} (${formatPercent(hits / of)})`;
    return wrapText(`${name} ${share}: ${meaning.replaceAll('→', page.glyphs.arrow)}`, page.width, '', '  ');
  });
}
