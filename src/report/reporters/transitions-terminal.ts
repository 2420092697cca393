import type { TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { formatCount, formatCounted, formatDate, formatPercent } from '../format.js';
import { createPage, type Page } from '../page.js';
import { renderTable } from '../text-table.js';
import { renderFlows, renderRates } from '../transitions/flows.js';
import { renderMatrix } from '../transitions/matrix.js';
import { segmentWord } from '../transitions/segment-word.js';
import { wrapText } from '../wrap-text.js';
import type { TransitionsReporter } from './transitions-reporter.js';

/** Headline, largest moves, matrix and rates, as wide as the terminal. */
export const transitionsTerminal: TransitionsReporter = {
  description: 'the largest moves, the matrix and named rates for people, as wide as the terminal',
  render(result, { isDetailed, ...options }) {
    const page = createPage(options);
    const sections = [
      headline(result, page),
      renderFlows(result, page),
      renderMatrix(result, page),
      renderRates(result.rates, page),
      ...(isDetailed ? [renderTests(result)] : []),
      notes(result, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function headline({ segmentation, from, to, usersBefore, usersAfter, changes }: TransitionsResult, page: Page): string[] {
  const both = changes.moved + changes.stayed;
  const share = both === 0 ? '' : ` ${formatCount(changes.moved)} of ${formatCount(both)} moved (${formatPercent(changes.moved / both)}).`;
  const others = `${formatCount(changes.entered)} entered, ${formatCount(changes.left)} left.`;
  return wrapText(
    `${segmentation} from ${formatDate(from)} to ${formatDate(to)}: ${formatCounted(usersBefore, 'user')} then, ${formatCount(usersAfter)} now.${share} ${others}`,
    page.width,
  ).map(page.paint.title);
}

function renderTests({ tests }: TransitionsResult): string[] {
  const rows = tests.segments.filter(({ left, entered }) => left + entered > 0);
  const lines = renderTable([
    { head: 'segment', align: 'left', leaves: 0, cells: rows.map(({ segment }) => segmentWord(segment)) },
    { head: 'moved out', align: 'right', leaves: 0, cells: rows.map(({ left }) => formatCount(left)) },
    { head: 'moved in', align: 'right', leaves: 0, cells: rows.map(({ entered }) => formatCount(entered)) },
    { head: 'McNemar p', align: 'right', leaves: 0, cells: rows.map(({ p }) => formatP(p)) },
  ]);
  const { whole } = tests;
  if (whole === null) return lines;
  return [...lines, `Stuart-Maxwell: chi-square ${whole.chiSquare.toFixed(2)}, ${whole.df} degrees of freedom, p ${formatP(whole.p)}`];
}

/** Never 0: a p-value is only ever small. */
function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

function notes({ causes, changes }: TransitionsResult, page: Page): string[] {
  const said = [
    ...(causes.threshold > 0
      ? [`${formatCounted(causes.threshold, 'move')} only because a threshold moved: by the earlier gaps and edges they would have stayed.`]
      : []),
    ...(causes.late_data > 0 ? [`${formatCounted(causes.late_data, 'move')} of users with rows of earlier days that came late.`] : []),
    ...(changes.moved > 0
      ? [
          'A segment that was chosen for high or low values drifts to the middle by itself: compare movers with those of an equally long time before.',
        ]
      : []),
  ];
  return said.flatMap((text) => wrapText(text, page.width, '', '  ')).map(page.paint.dim);
}
