import type { InspectedFile, InspectResult } from '../../analysis/inspect/inspect-result.js';
import { describeRows } from '../classify/reading.js';
import { formatBytes, formatCount, formatCounted, formatPeriod } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { keepTogether, wrapText } from '../wrap-text.js';

const LABEL = 10;
const SHOWN_FILES = 8;
const SHOWN_EVIDENCE = 4;
const DELIMITERS = new Map([
  [',', 'commas'],
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
]);

/** How the files are written, what export they are, what became of their rows, and when things happened. */
export function renderFileFacts(result: InspectResult, page: Page): string[] {
  const { files } = result;
  const shown = files.slice(0, SHOWN_FILES);
  const more = files.length - shown.length;
  const lines = shown.flatMap((file) => wrapText(`${safeText(file.name)}: ${fileWords(file)}`, page.width, '  ', '    '));
  if (more > 0) lines.push(`  and ${formatCounted(more, 'other file')}`);
  const facts: [string, string][] = [
    ['preset', presetWords(result)],
    ['rows', rowWords(result)],
    ['times', timeWords(result)],
    ['span', spanWords(result)],
  ];
  return [
    ...lines,
    ...facts.flatMap(([label, text]) => (text === '' ? [] : wrapText(text, page.width, `  ${`${label}:`.padEnd(LABEL - 2)}`))),
  ];
}

function fileWords(file: InspectedFile): string {
  const { format, compression, encoding, delimiter, headerLine, records, isSample } = file;
  const words = [
    format,
    ...(compression === 'none' ? [] : [compression]),
    ...(encoding === null ? [] : [encoding.toUpperCase()]),
    ...(delimiter === null ? [] : [`split by ${DELIMITERS.get(delimiter) ?? `"${safeText(delimiter)}"`}`]),
    ...(headerLine === null ? [] : [headerLine === 0 ? 'no header' : `header on line ${headerLine}`]),
    formatCounted(file.columns, 'column'),
    isSample
      ? `the first ${formatCounted(records, 'record')} of ${formatBytes(file.bytes)}`
      : `${formatCounted(records, 'record')}, ${formatBytes(file.bytes)}`,
  ];
  return `${words.map((word) => keepTogether(word)).join(', ')}.`;
}

function presetWords({ preset }: InspectResult): string {
  if (preset === null) return 'none: the columns fit no export that is known.';
  const { name, title, evidence, isNamed, unverified } = preset;
  const shown = evidence.slice(0, SHOWN_EVIDENCE).map((column) => keepTogether(safeText(column)));
  const more = evidence.length > shown.length ? ` and ${formatCount(evidence.length - shown.length)} more` : '';
  const why = isNamed ? 'as given' : `told by the columns ${shown.join(', ')}${more}`;
  const doubts = unverified.length === 0 ? '' : ` Not all of it is verified: ${keepTogether(`segment presets ${name}`)}.`;
  return `${title} (${name}), ${why}. ${keepTogether('--preset none')} reads by names alone.${doubts}`;
}

function rowWords({ reading, scope, files }: InspectResult): string {
  if (reading === null) return '';
  const words = describeRows({
    rows: reading.rows,
    files: files.length,
    since: reading.since,
    badAmounts: reading.badAmounts,
    entity: reading.entity,
  });
  return scope.isSample ? `${words} Of the sample alone.` : words;
}

function timeWords({ reading }: InspectResult): string {
  if (reading === null) return '';
  return `${reading.times.ways.join('; ')}; days and times without a zone are in ${safeText(reading.times.zone)} (--timezone).`;
}

function spanWords({ reading, scope }: InspectResult): string {
  if (!reading?.times.span || !reading.times.period) return '';
  const { span, period } = reading.times;
  const sample = scope.isSample ? ', of the sample' : '';
  return `${formatPeriod(period.first, period.last)} (${span.first} to ${span.last} UTC)${sample}.`;
}
