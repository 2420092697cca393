import { RFM_GRID, RFM_SEGMENTS } from '../../segmentation/rfm/rfm.js';
import { defineTopic } from './help-topic.js';

/** `segment help rfm` */
export const rfm = defineTopic({
  name: 'rfm',
  title: 'RFM: what to offer someone',
  blocks: [
    {
      kind: 'text',
      text: 'RFM sorts buyers by how recently they ordered, how often, and for how much, over the lookback (`--lookback` days, 365 unless set, or `all`).',
    },
    {
      kind: 'terms',
      heads: ['column', 'meaning'],
      items: [
        ['`recency_days`', 'as-of day minus the day of the newest order'],
        ['`frequency`', 'number of orders: distinct order ids; rows without one count once per distinct instant'],
        ['`monetary`', 'sum of the amounts, refunds subtracted'],
      ],
    },
    {
      kind: 'text',
      text: 'Users with at least one order in the lookback are scored from 1 to 5, 5 best. The others are `lost` (an order before the lookback) or `prospects` (never ordered).',
    },
    { kind: 'heading', text: 'Edges and scores' },
    {
      kind: 'text',
      text: 'Four edges divide each value: its 20, 40, 60 and 80 % quantiles over the scored users (type 7, linear interpolation, exact).',
    },
    {
      kind: 'list',
      items: [
        'R = 5 minus the number of edges strictly below `recency_days`.',
        'F = 1 plus the number of edges strictly below `frequency`; M the same with `monetary`.',
        'Equal values always share a score. Where edges coincide, some score is given to nobody, and a warning says so.',
        'Where most buyers ordered once, the 20 and 40 % edges of frequency coincide. Then that value is the first edge, and the 25, 50 and 75 % quantiles of the frequencies above it are the others: "83 % bought once: frequency is scored among repeat buyers". `--scoring quantile` keeps the plain quintiles.',
        '`--freeze manifest.json` takes the edges of an earlier run, so that scores can be compared over time.',
      ],
    },
    { kind: 'heading', text: 'The grid' },
    {
      kind: 'text',
      text: 'The segment follows from R and F. M is in `rfm_score` (`433` is R4, F3, M3) and does not move anybody between segments.',
    },
    { kind: 'lines', lines: gridLines() },
    {
      kind: 'terms',
      heads: ['segment', 'who, and what to do'],
      items: RFM_SEGMENTS.map(({ name, meaning, action }) => [`\`${name}\``, `${meaning}: ${action}`] as const),
    },
    { kind: 'heading', text: 'An example' },
    {
      kind: 'text',
      text: 'Ben ordered for 40.00, 55.00 and 20.00, then sent 20.00 worth back. His newest order was 20 days before the as-of day. The edges of this run:',
    },
    {
      kind: 'lines',
      lines: [
        'recency_days  12.6   34   77.4    160   20: 1 edge below     R = 5 - 1 = 4',
        'frequency      1      2    4        9    3: 2 edges below    F = 1 + 2 = 3',
        'monetary      24.50  60  141.125  310   95: 2 edges below    M = 1 + 2 = 3',
      ],
    },
    { kind: 'text', text: 'R4 and F3 is `potential_loyalists`; `rfm_score` is 433.' },
    { kind: 'heading', text: 'Without orders' },
    {
      kind: 'text',
      text: 'An input without a single order is scored by activity: recency in days since the last active day, frequency in active days within the lookback, no money and no M (`rfm_score` has two digits). `lost` were active only before the lookback, `prospects` never. `summary.json` says `"basis": "activity"`.',
    },
  ],
});

/** The grid in full words; recency scores that lead to the same segments share a column, so that it fits on a line. */
function gridLines(): string[] {
  const columns = new Map<string, { readonly cells: readonly string[]; readonly scores: number[] }>();
  for (const score of [1, 2, 3, 4, 5]) {
    const cells = RFM_GRID.map((row) => row[score - 1] ?? '');
    const column = columns.get(cells.join()) ?? { cells, scores: [] };
    column.scores.push(score);
    columns.set(cells.join(), column);
  }
  const drawn = [...columns.values()].map(({ cells, scores }) => {
    const texts = [`R${scores.join('-')}`, ...cells];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => text.padEnd(width));
  });
  return ['  ', 'F5', 'F4', 'F3', 'F2', 'F1'].map((label, row) => [label, ...drawn.map((column) => column[row] ?? '')].join(' ').trimEnd());
}
