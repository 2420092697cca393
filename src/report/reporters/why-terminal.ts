import type { WhyReport, WhySize } from '../../state/why-result.js';
import { renderDataTable } from '../data-table.js';
import { formatCount, formatDate } from '../format.js';
import { createPage, type Page } from '../page.js';
import { dataSentence, definitionsSentence, peopleSentence } from '../runs/why-sentences.js';
import { safeText } from '../safe-text.js';
import { textWidth } from '../text-width.js';
import { cutText, keepTogether, wrapText } from '../wrap-text.js';
import type { WhyReporter } from './why-reporter.js';

const LONGEST_NAME = 30;

/** Three sentences, and a table in which the numbers add up. */
export const whyTerminal: WhyReporter = {
  description: 'three sentences and a small table for people',
  render(report, options) {
    const page = createPage(options);
    const { before, after } = report;
    const title = `Run ${before.id}, as of ${formatDate(before.asOf)}, to run ${after.id}, as of ${formatDate(after.asOf)}`;
    const sentences = [dataSentence(report), definitionsSentence(report, page.glyphs.arrow), peopleSentence(report)];
    const sections = [
      wrapText(title, page.width).map((line) => page.paint.title(line)),
      sentences.flatMap((sentence) => wrapText(safeText(sentence), page.width, '', '  ')),
      renderSizes(report, page),
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

/** Statuses, and of the others what is not as it was. */
function renderSizes({ sizes, untold }: WhyReport, { width, paint, glyphs }: Page): string[] {
  const isStill = ({ before, after, data, people, definitions }: WhySize): boolean =>
    before === after && [data, people, definitions].every((change) => change === null || change === 0);
  const shown = sizes.filter((size) => size.segmentation === null || size.segmentation === 'status' || !isStill(size));
  const name = ({ segmentation, segment }: WhySize): string =>
    cutText(
      safeText(segmentation === null || segmentation === 'status' ? segment : `${segmentation}=${segment}`),
      LONGEST_NAME,
      glyphs.ellipsis,
    );
  const signed = (change: number | null): string =>
    change === null ? glyphs.none : change > 0 ? `+${formatCount(change)}` : formatCount(change);
  const column = (head: string, cell: (size: WhySize) => string) => ({ head, align: 'right', cells: shown.map(cell) }) as const;
  const columns = [
    { head: '', align: 'left', cells: shown.map(name) } as const,
    column('then', ({ before }) => formatCount(before)),
    ...(untold === null
      ? [
          column('data', ({ data }) => signed(data)),
          column('people', ({ people }) => signed(people)),
          column('definitions', ({ definitions }) => signed(definitions)),
        ]
      : [column('all of it', ({ before, after }) => signed(after - before))]),
    column('now', ({ after }) => formatCount(after)),
  ];
  const lines = renderDataTable(columns.map((one) => ({ ...one, head: paint.dim(one.head) })));
  if (lines.every((line) => textWidth(line) <= width)) return lines;
  const [names, ...numbers] = columns;
  return shown.flatMap((_, row) =>
    wrapText(
      `${names?.cells[row]}: ${numbers.map(({ head, cells }) => keepTogether(`${head} ${cells[row]}`)).join(', ')}`,
      width,
      '',
      '  ',
    ),
  );
}
