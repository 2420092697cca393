import type { FolderSource, MovesScale, TransitionsReport, TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { renderFilesLine } from '../classify/files-line.js';
import { describeParts } from '../classify/reading.js';
import { renderDataTable } from '../data-table.js';
import { formatCount, formatCounted, formatDate, formatPercent } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { renderFlows, renderRates } from '../transitions/flows.js';
import { renderHoldout } from '../transitions/holdout.js';
import { renderMatrix } from '../transitions/matrix.js';
import { shortSegmentWord } from '../transitions/segment-word.js';
import { formatUnits, unitOfResult } from '../unit.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import type { TransitionsReporter } from './transitions-reporter.js';

const SHOWN_HASH = 12;

/** Headline, largest moves, matrix and rates, as wide as the terminal. */
export const transitionsTerminal: TransitionsReporter = {
  description: 'the largest moves, the matrix and named rates for people, as wide as the terminal',
  render(result, { isDetailed, ...options }) {
    const page = createPage(options);
    const sections = [
      headline(result, page),
      renderFlows(result, page, unitOfResult(result)),
      renderMatrix(result, page),
      renderRates(result.rates, page),
      yearEarlier(result, page),
      renderHoldout(result, page),
      ...(isDetailed ? [renderTests(result, page)] : []),
      notes(result, page),
      reading(result, page),
      ...(options.output === null ? [] : [renderFilesLine(options.output, page)]),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function headline(result: TransitionsReport, page: Page): string[] {
  const { segmentation, from, to, usersBefore, usersAfter, changes } = result;
  const share = movedWords(result);
  const others = `${formatCount(changes.entered)} entered, ${formatCount(changes.left)} left.`;
  return wrapText(
    `${safeText(segmentation)} from ${formatDate(from)} to ${formatDate(to)}: ${formatUnits(usersBefore, result)} then, ${formatCount(usersAfter)} now.${share === '' ? '' : ` ${share}.`} ${others}`,
    page.width,
  ).map(page.paint.title);
}

/** `36 of 200 moved (18 %)`; empty when nobody is there at both dates. */
function movedWords({ changes }: TransitionsResult): string {
  const both = changes.moved + changes.stayed;
  return both === 0 ? '' : `${formatCount(changes.moved)} of ${formatCount(both)} moved (${formatPercent(changes.moved / both)})`;
}

/** The same dates a year earlier, to compare the season with. */
function yearEarlier({ yearEarlier: earlier, rates }: TransitionsReport, page: Page): string[] {
  if (earlier === null) return [];
  const names = rates.flatMap(({ name }) => {
    const rate = earlier.rates.find((one) => one.name === name);
    return rate === undefined || rate.of === 0 ? [] : [`${name} ${formatPercent(rate.hits / rate.of)}`];
  });
  const words = [movedWords(earlier), ...names].filter((text) => text !== '').join(', ');
  return wrapText(
    `A year earlier, ${formatDate(earlier.from)} to ${formatDate(earlier.to)}: ${words === '' ? 'nobody was there at both dates' : words}.`,
    page.width,
    '',
    '  ',
  );
}

const SCALE_WORDS: Readonly<Record<MovesScale, string>> = {
  frozen: 'Population gaps and RFM edges are those of the earlier date at both; --refit measures them anew.',
  measured: 'Population gaps and RFM edges are those of each date.',
  given: 'Population gaps and RFM edges are those of the manifest of --freeze at both dates.',
  measured_without_base: 'Population gaps and RFM edges are those of each date: those of the earlier one do not fit the later one.',
  same: 'Population gaps and RFM edges are the same in both folders.',
  each: 'Population gaps and RFM edges are those of each folder; segment classify --freeze with the manifest of the earlier one holds them.',
};

/** What was compared and how; the hash of the settings is told by its beginning. */
function reading(result: TransitionsReport, page: Page): string[] {
  const { scale, rows, folders, filters, timezone, settingsHash, notes: said, entity } = result;
  const sources = [
    ...(rows === undefined ? [] : [`${formatCounted(rows.total, 'row')}${describeParts(rows, unitOfResult(result).articled)}.`]),
    ...(folders === undefined ? [] : [`Members of ${folderWords(folders.before)} and ${folderWords(folders.after)}.`]),
    ...(entity === undefined ? [] : [`${keepTogether(`entity = ${safeText(entity.column)}`)}.`]),
    ...(filters === undefined ? [] : [`Only ${safeText(filters.words)}.`]),
  ];
  const read = `${sources.join(' ')} Days of ${safeText(timezone)}, ${keepTogether(`settings ${settingsHash.slice(0, SHOWN_HASH)}`)}.`;
  return [SCALE_WORDS[scale], ...said.map(safeText), read].flatMap((text) => wrapText(text, page.width, '', '  ')).map(page.paint.dim);
}

/** "may (10,312 rows, 10,300 used)": the rows of its run, where its summary tells them. */
function folderWords({ directory, rows }: FolderSource): string {
  const [total, used] = [rows?.['total'], rows?.['used']];
  if (typeof total !== 'number' || typeof used !== 'number') return safeText(directory);
  return `${safeText(directory)} (${formatCounted(total, 'row')}, ${used === total ? 'all' : formatCount(used)} used)`;
}

function renderTests({ tests }: TransitionsResult, { glyphs }: Page): string[] {
  const rows = tests.segments.filter(({ left, entered }) => left + entered > 0);
  const lines = renderDataTable([
    { head: 'segment', align: 'left', cells: rows.map(({ segment }) => shortSegmentWord(segment, glyphs)) },
    { head: 'moved out', align: 'right', cells: rows.map(({ left }) => formatCount(left)) },
    { head: 'moved in', align: 'right', cells: rows.map(({ entered }) => formatCount(entered)) },
    { head: 'McNemar p', align: 'right', cells: rows.map(({ p }) => formatP(p)) },
  ]);
  const { whole } = tests;
  if (whole === null) return lines;
  return [
    ...lines,
    `Stuart-Maxwell: chi-square ${whole.chiSquare.toFixed(2)}, ${formatCounted(whole.df, 'degree')} of freedom, p ${formatP(whole.p)}`,
  ];
}

/** Never 0: a p-value is only ever small. */
function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

function notes(result: TransitionsReport, page: Page): string[] {
  const { segmentation, causes, changes, from } = result;
  const said = [
    ...(causes.threshold > 0
      ? [`${formatCounted(causes.threshold, 'move')} only because a threshold moved: by the earlier gaps and edges they would have stayed.`]
      : []),
    ...(causes.late_data > 0
      ? [
          `${formatUnits(causes.late_data, result)} moved or entered with rows of days up to ${formatDate(from)} that came late or are others now.`,
        ]
      : []),
    ...(changes.moved > 0 && !segmentation.startsWith('property:')
      ? [
          'A segment that was chosen for high or low values drifts to the middle by itself: compare movers with those of an equally long time before.',
        ]
      : []),
  ];
  return said.flatMap((text) => wrapText(text, page.width, '', '  ')).map(page.paint.dim);
}
