import type { EntityUse } from '../../analysis/classify/classify-result.js';
import type { InspectResult } from '../../analysis/inspect/inspect-result.js';
import { formatBytes, formatCount, formatCounted, formatPeriod } from '../format.js';
import { safeText } from '../safe-text.js';
import { formatUnits } from '../unit.js';
import { keepTogether } from '../wrap-text.js';

/** The part of an inspection that a headline is made of. */
export interface HeadlineFacts extends Pick<InspectResult, 'scope' | 'files' | 'preset' | 'problems'> {
  readonly reading: {
    readonly users: number;
    readonly entity?: EntityUse | undefined;
    readonly times: { readonly period: { readonly first: string; readonly last: string } | null };
  } | null;
}

/** What the files are, in a sentence or two: "shop.csv: delimited text, 5,441 records, 240 users, 29 May 2025 to 30 June 2026." */
export function inspectHeadline({ scope, files, preset, reading, problems }: HeadlineFacts): string {
  const [first] = files;
  const name = files.length === 1 && first !== undefined ? safeText(first.name) : formatCounted(files.length, 'file');
  const formats = [...new Set(files.map(({ format }) => format))].join(' and ');
  const what = preset === null ? formats : `${preset.title} (${formats})`;
  const found = [
    ...(reading === null ? [] : [formatUnits(reading.users, reading)]),
    ...(reading?.times.period ? [formatPeriod(reading.times.period.first, reading.times.period.last)] : []),
  ];
  const records = formatCounted(scope.records, 'record');
  const size = formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const sentences = scope.isSample
    ? [
        listed([what, size]),
        found.length === 0
          ? `Only the first ${records} were looked at, a sample; --full reads all.`
          : `In the first ${records}, a sample: ${listed(found)} ${keepTogether('--full reads all.')}`,
      ]
    : [listed([what, records, ...found])];
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) sentences.push(errors === 1 ? 'An error stands in the way.' : `${formatCount(errors)} errors stand in the way.`);
  return `${name}: ${sentences.join(' ')}`;
}

function listed(facts: readonly string[]): string {
  return `${facts.map((fact) => keepTogether(fact)).join(', ')}.`;
}
