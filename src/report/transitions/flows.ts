import { type Unit, USER_UNIT } from '../../analysis/classify/classify-result.js';
import type { Flow, Rate, TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { drawBar } from '../bar.js';
import { formatCount, formatCounted, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { wrapText } from '../wrap-text.js';
import { shortSegmentWord } from './segment-word.js';

const SHOWN_FLOWS = 10;
const WIDEST_RIBBON = 32;
/** Below that nothing can be told from it. */
const LEAST_RIBBON = 8;

/** The largest moves, each with a ribbon from one segment to the other, filled as far as its users are many; in words alone where it is narrow. */
export function renderFlows(
  { flows, segmentation }: Pick<TransitionsResult, 'flows'> & { readonly segmentation?: string },
  page: Page,
  { one, many }: Unit = USER_UNIT,
): string[] {
  const moves = flows.filter(({ change }) => change !== 'stayed');
  const shown = moves.slice(0, SHOWN_FLOWS);
  if (shown.length === 0) return ['Nobody moved.'];
  const counts = shown.map(({ users }) => formatCounted(users, one, many));
  const ends = shown.map((flow) => endsOf(flow, page, segmentation));
  const more = moves.length - shown.length;
  const rest = moves.slice(SHOWN_FLOWS).reduce((sum, { users }) => sum + users, 0);
  return [
    ...(renderRibbons(shown, counts, ends, page) ?? renderWords(counts, ends, page)),
    ...(more === 0
      ? []
      : wrapText(`and ${formatCounted(more, 'smaller move')} of ${formatCounted(rest, one, many)}`, page.width).map(page.paint.dim)),
  ];
}

interface Ends {
  readonly from: string;
  readonly to: string;
}

function endsOf({ change, from, to }: Flow, { glyphs }: Page, segmentation: string | undefined): Ends {
  return {
    from: change === 'entered' ? 'entered' : shortSegmentWord(from, glyphs, segmentation),
    to: change === 'left' ? 'left' : shortSegmentWord(to, glyphs, segmentation),
  };
}

function renderRibbons(
  flows: readonly Flow[],
  counts: readonly string[],
  ends: readonly Ends[],
  { width, paint, glyphs }: Page,
): string[] | undefined {
  const [countWidth, fromWidth, toWidth] = [counts, ends.map(({ from }) => from), ends.map(({ to }) => to)].map((texts) =>
    Math.max(...texts.map(textWidth)),
  ) as [number, number, number];
  const { side, line, tip } = glyphs.ribbon;
  const around = countWidth + '  '.length + fromWidth + ' '.length + side.length + tip.length + ' '.length + toWidth;
  const ribbon = Math.min(WIDEST_RIBBON, width - around);
  if (ribbon < LEAST_RIBBON) return undefined;
  const largest = Math.max(...flows.map(({ users }) => users));
  return flows.map(({ users }, row) => {
    const bar = drawBar(users / largest, ribbon, glyphs);
    const thread = `${line.repeat(ribbon - textWidth(bar))}${tip}`;
    const { from = '', to = '' } = ends[row] ?? {};
    const drawn = `${paint.dim(side)}${paint.heat[2]?.(bar) ?? bar}${paint.dim(thread)}`;
    return `${padLeft(counts[row] ?? '', countWidth)}  ${padRight(from, fromWidth)} ${drawn} ${to}`;
  });
}

function renderWords(counts: readonly string[], ends: readonly Ends[], { width, glyphs }: Page): string[] {
  return ends.flatMap(({ from, to }, row) => wrapText(`${counts[row] ?? ''}: ${from} ${glyphs.arrow} ${to}`, width, '', '  '));
}

/** "saved 12 of 130 (9 %): at_risk → active or loyal"; rates of nobody say so. */
export function renderRates(rates: readonly Rate[], page: Page): string[] {
  return rates.flatMap(({ name, meaning, hits, of }) => {
    const share = of === 0 ? 'nobody could be' : `${formatCount(hits)} of ${formatCount(of)} (${formatPercent(hits / of)})`;
    return wrapText(`${name} ${share}: ${meaning.replaceAll('→', page.glyphs.arrow)}`, page.width, '', '  ');
  });
}
