import { grid } from '../../segmentation/rfm/models/grid.js';
import { RFM_MODELS } from '../../segmentation/rfm/models/index.js';
import { map125 } from '../../segmentation/rfm/models/map125.js';
import { thirds } from '../../segmentation/rfm/models/thirds.js';
import { type RfmModel, type RfmSegmentInfo, rfmSegmentOf, scoresOf, UNSCORED_SEGMENTS } from '../../segmentation/rfm/rfm-model.js';
import { cellsOf } from '../../segmentation/rfm/score-boxes.js';
import { defineTopic } from './help-topic.js';

/** The file fixtures/rfm-own.yaml. */
const OWN_MODEL = [
  'recency: [30, 90, 180]',
  'frequency: [1, 3]',
  'segments:',
  '  regulars:',
  '    meaning: several orders, the last this quarter',
  '    action: thank them',
  '    scores: R3-4 F2-3',
  '  first_orders:',
  '    meaning: one order, this quarter',
  '    action: bring the second',
  '    scores: R3-4 F1',
  '  slipping:',
  '    meaning: several orders, none this quarter',
  '    action: write to them',
  '    scores: [R2 F2-3, R1 F3]',
  '  one_offs:',
  '    meaning: few orders, long ago',
  '    scores: [R2 F1, R1 F1-2]',
];

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
    { kind: 'lines', lines: gridLines(grid) },
    {
      kind: 'terms',
      heads: ['segment', 'who, and what to do'],
      items: [...segmentItems(grid), ...UNSCORED_SEGMENTS.map(itemOf)],
    },
    { kind: 'heading', text: 'Other models' },
    {
      kind: 'text',
      text: '`--rfm` chooses how scores become segments. Every model gives each combination of scores exactly one segment; `lost` and `prospects` are the same in all. `--freeze` takes only edges of a run with the same scores.',
    },
    {
      kind: 'terms',
      heads: ['model', 'what it is'],
      items: RFM_MODELS.map(({ name, summary }) => [`\`${name}\``, `${summary}${name === 'grid' ? ', the one above' : ''}`] as const),
    },
    {
      kind: 'text',
      text: '`thirds` is for a few hundred buyers, where fifths hold too few. Two edges divide each value, at a third and at two thirds; where those of frequency coincide, that value and the median of the frequencies above it.',
    },
    { kind: 'lines', lines: gridLines(thirds) },
    { kind: 'terms', heads: ['segment', 'who, and what to do'], items: segmentItems(thirds) },
    {
      kind: 'text',
      text: '`map125` looks at money too: the map of 125 cells that many tools and articles copy. What it calls lost is `almost_lost` here. It needs orders with amounts; without them it is refused.',
    },
    {
      kind: 'terms',
      heads: ['segment', 'who, what to do, and the scores'],
      items: segmentItems(map125).map(([name, text], index) => [name, `${text} (${scoreList(map125, index)})`] as const),
    },
    { kind: 'heading', text: 'A model of your own' },
    {
      kind: 'text',
      text: '`--rfm FILE` reads a model from a file of YAML, called by the name of the file:',
    },
    { kind: 'lines', lines: OWN_MODEL },
    {
      kind: 'list',
      items: [
        '`recency`, `frequency` and `monetary` take a number of scores from 2 to 9, which are equal shares, or a list of cut points; 5 unless set. `recency: [30, 90, 180]` makes R4 up to 30 days and R1 over 180; `frequency: [1, 3]` makes F1 one order and F3 four or more.',
        '`scores` are ranges of R, F and M; a letter left out means any score, and a list holds several. Where no segment names M, money moves nobody.',
        'Every combination belongs to exactly one segment: a file that leaves some out, or gives some twice, is refused with the combinations. The names of statuses, `lost` and `prospects` are taken.',
        'The manifest keeps what the file says, and the settings hash changes with it.',
      ],
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

function segmentItems(model: RfmModel): (readonly [string, string])[] {
  return model.segments.map(itemOf);
}

function itemOf({ name, meaning, action }: RfmSegmentInfo): readonly [string, string] {
  return [`\`${name}\``, `${meaning}: ${action}`];
}

/** The scores of a model's segment, the best first: `555 554`. */
function scoreList(model: RfmModel, index: number): string {
  const scores = cellsOf(model).flatMap(({ cell, segment }) => (segment === model.segments[index]?.name ? [cell.join('')] : []));
  return scores.toReversed().join(' ');
}

/** The grid in full words; recency scores that lead to the same segments share a column, so that it fits on a line. */
function gridLines(model: RfmModel): string[] {
  const columns = new Map<string, { readonly cells: readonly string[]; readonly scores: number[] }>();
  const rows = scoresOf(model, 'frequency').toReversed();
  for (const score of scoresOf(model, 'recency')) {
    const cells = rows.map((frequency) => rfmSegmentOf(model, score, frequency, 1));
    const column = columns.get(cells.join()) ?? { cells, scores: [] };
    column.scores.push(score);
    columns.set(cells.join(), column);
  }
  const drawn = [...columns.values()].map(({ cells, scores }) => {
    const texts = [`R${scores.join('-')}`, ...cells];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => text.padEnd(width));
  });
  return ['  ', ...rows.map((score) => `F${score}`)].map((label, row) =>
    [label, ...drawn.map((column) => column[row] ?? '')].join(' ').trimEnd(),
  );
}
