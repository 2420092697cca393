import {
  type Audience,
  type EmptiedReason,
  type ExportResult,
  LEFT_OUT_REASONS,
  type LeftOutReason,
} from '../../membership/audience/audience-result.js';
import { renderFilesLine } from '../classify/files-line.js';
import { renderWarnings } from '../classify/warnings.js';
import { formatBytes, formatCount, formatCounted, formatDate } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { ExportReporter } from './export-reporter.js';

const SHOWN_HASH = 12;

const LEFT_OUT_WORDS: Readonly<Record<LeftOutReason, string>> = {
  suppressed: 'suppressed',
  no_contact: 'without a contact',
  invalid_id: 'with an id that no file can hold',
  invalid_email: 'with an e-mail address that is none',
  invalid_phone: 'with a phone number that is none',
  phone_without_country: 'with a phone number without a country',
  ambiguous_phone: 'with a phone number that can be read in two ways',
  hashed: 'with a hash in place of the contact',
  duplicate: 'with the contact of another',
};

/** One of them, and several. */
const EMPTIED_WORDS: Readonly<Record<EmptiedReason, readonly [string, string]>> = {
  invalid_id: ['id that no file can hold', 'ids that no file can hold'],
  invalid_email: ['e-mail address that is none', 'e-mail addresses that are none'],
  invalid_phone: ['phone number that is none', 'phone numbers that are none'],
  phone_without_country: ['phone number without a country', 'phone numbers without a country'],
  ambiguous_phone: ['phone number that can be read in two ways', 'phone numbers that can be read in two ways'],
  invalid_country: ['country that is no code of two letters', 'countries that are no code of two letters'],
  hashed: ['hash', 'hashes'],
  repeated: ['value that another row has', 'values that another row has'],
  incomplete_address: ['part of an address that is not whole', 'parts of addresses that are not whole'],
};

/** For each tool and segment how many have a row, why others have none, and the files; as wide as the terminal. */
export const exportTerminal: ExportReporter = {
  description: 'rows and files of each audience, and why members are left out, for people',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      wrapText(headline(result), page.width).map(page.paint.title),
      ...titles(result.audiences).map((title) => toolLines(title, result, page)),
      renderWarnings(result.warnings, page),
      wrapText(reading(result), page.width, '', '  ').map(page.paint.dim),
      renderFilesLine(options.output, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function titles(audiences: readonly Audience[]): string[] {
  return [...new Set(audiences.map(({ title }) => title))];
}

function headline({ audiences, conditions, asOf }: ExportResult): string {
  const segments = new Set(audiences.map(({ segment }) => segment));
  const meant = conditions.length === 0 ? '' : ` with ${conditions.map(safeText).join(' and ')}`;
  const named = segments.size - (segments.has(undefined) ? 1 : 0);
  const who = `${[...(segments.has(undefined) ? ['Everyone'] : []), ...(named === 0 ? [] : [formatCounted(named, 'segment')])].join(' and ')}${meant}`;
  return `${who} for ${titles(audiences).join(', ')}, as of ${formatDate(asOf)}.`;
}

function toolLines(title: string, { audiences }: ExportResult, page: Page): string[] {
  const own = audiences.filter((audience) => audience.title === title);
  const [first] = own;
  const files = first?.columns.map(({ header, from }) => (header === from ? header : `${header} from ${from}`)) ?? [];
  return [
    ...wrapText(`${title}: ${first?.upload ?? ''}`, page.width).map(page.paint.title),
    ...wrapText(`Columns: ${files.map(safeText).join(', ')}.`, page.width, '  ', '    ').map(page.paint.dim),
    ...own.flatMap((audience) => audienceLines(audience, page)),
  ];
}

function audienceLines({ segment, members, rows, leftOut, emptied, files }: Audience, page: Page): string[] {
  const out = LEFT_OUT_REASONS.filter((reason) => leftOut[reason] > 0).map(
    (reason) => `${formatCount(leftOut[reason])} ${LEFT_OUT_WORDS[reason]}`,
  );
  const without = emptied.map(({ reason, cells }) => formatCounted(cells, ...EMPTIED_WORDS[reason]));
  return [
    ...wrapText(
      `${safeText(segment ?? 'Everyone')}: ${formatCounted(rows, 'row')} of ${formatCounted(members, 'member')}`,
      page.width,
      '  ',
      '    ',
    ),
    ...(out.length === 0 ? [] : wrapText(`Left out: ${out.join(', ')}.`, page.width, '    ', '      ')),
    ...(without.length === 0 ? [] : wrapText(`Left empty in these rows: ${without.join(', ')}.`, page.width, '    ', '      ')),
    ...files.flatMap(({ name, rows: lines, bytes }) =>
      wrapText(`${name}  ${formatCounted(lines, 'row')}, ${formatBytes(bytes)}`, page.width, '    ', '      ').map(page.paint.dim),
    ),
  ];
}

function reading({ source, users, timezone, suppression, settingsHash }: ExportResult): string {
  const from =
    source.kind === 'folder'
      ? `${formatCounted(users, 'member')} of ${safeText(source.directory)}.`
      : `${formatCounted(source.rows, 'row')}, ${formatCounted(users, 'user')}.${source.filters === undefined ? '' : ` Only ${safeText(source.filters)}.`}`;
  const suppressed =
    suppression === undefined ? '' : ` ${formatCounted(suppression.entries, 'entry', 'entries')} in ${safeText(suppression.file)}.`;
  return `${from}${suppressed} Days of ${safeText(timezone)}. By settings ${settingsHash.slice(0, SHOWN_HASH)}.`;
}
