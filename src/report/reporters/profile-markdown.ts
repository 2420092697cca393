import type { ComparedShare, ProfileResult, Quartiles, TypicalValue } from '../../analysis/profile/profile-result.js';
import { formatDifference, formatInterval, formatMeasure } from '../compare/measure.js';
import { formatChance, formatCount, formatPercent } from '../format.js';
import { markdownRow, markdownText } from '../markdown.js';
import {
  clearShares,
  comparedWords,
  extremeWords,
  meaningWords,
  profileHeadline,
  reachWords,
  revenueWords,
  shareName,
  typicalText,
} from '../profile/profile-words.js';
import type { ProfileReporter } from './profile-reporter.js';

const SHOWN = 10;

/** The card for a page or a pull request. */
export const profileMarkdown: ProfileReporter = {
  description: 'Markdown tables',
  render(result) {
    const { asOf, timezone, rows, tests, settingsHash, members } = result;
    const facts = `As of ${asOf} (${markdownText(timezone)}); ${formatCount(rows.used)} of ${formatCount(rows.total)} rows used; ${formatCount(tests)} p-values adjusted together; settings ${settingsHash}.`;
    const words = [
      meaningWords(result, '→'),
      ...extremeWords(result),
      revenueWords(result) === '' ? '' : `Revenue: ${revenueWords(result)}.`,
    ];
    const card = [worthTable(result), typicalTable(result), shareTable(result), favouriteTable(result)];
    const sections = [
      [`### ${markdownText(profileHeadline(result))}`],
      ...words.filter((text) => text !== '').map((text) => [markdownText(text)]),
      ...(members === 0 ? [] : card),
      members === 0 ? [] : [...reachWords(result), ...comparedWords(result)].map((text) => `- ${markdownText(text)}`),
      [facts],
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function worthTable({ worth }: ProfileResult): string[] {
  if (worth.length === 0) return [];
  return [
    markdownRow(['worth', 'members', 'rest', 'difference', '95 % interval', 'verdict']),
    markdownRow(['---', '---:', '---:', '---:', '---', '---']),
    ...worth.map(({ title, unit, a, b, difference, interval, verdict }) =>
      markdownRow([
        title,
        a.value === null ? '' : formatMeasure(a.value, unit),
        b.value === null ? '' : formatMeasure(b.value, unit),
        difference === null ? '' : formatDifference(difference, unit),
        interval === null ? '' : formatInterval(interval, unit),
        verdict,
      ]),
    ),
  ];
}

function typicalTable({ typical }: ProfileResult): string[] {
  const half = (value: TypicalValue, { low, high }: Quartiles): string =>
    low === null ? '' : `${typicalText(low, value, '')} to ${typicalText(high, value, '')}`;
  return [
    markdownRow(['typical member', 'median', 'half between', 'without', 'rest', 'half between']),
    markdownRow(['---', '---:', '---:', '---:', '---:', '---:']),
    ...typical.map((value) =>
      markdownRow([
        value.title,
        typicalText(value.members.median, value, ''),
        half(value, value.members),
        formatCount(value.members.without),
        typicalText(value.rest.median, value, ''),
        half(value, value.rest),
      ]),
    ),
  ];
}

function shareTable(result: ProfileResult): string[] {
  const shown = [...clearShares(result, 'higher').slice(0, SHOWN), ...clearShares(result, 'lower').slice(0, SHOWN)];
  if (shown.length === 0) return [];
  return [
    markdownRow(['members differ in', 'members', 'rest', 'difference', '95 % interval', 'adjusted p']),
    markdownRow(['---', '---:', '---:', '---:', '---', '---:']),
    ...shown.map((share) => markdownRow([markdownText(shareName(share)), ...shareCells(share)])),
  ];
}

function shareCells({ members, rest, difference, interval, adjustedP }: ComparedShare): string[] {
  return [
    members.value === null ? '' : formatMeasure(members.value, 'share'),
    rest.value === null ? '' : formatMeasure(rest.value, 'share'),
    difference === null ? '' : formatDifference(difference, 'share'),
    interval === null ? '' : formatInterval(interval, 'share'),
    adjustedP === null ? '' : formatChance(adjustedP),
  ];
}

function favouriteTable({ favourites }: ProfileResult): string[] {
  if (favourites.length === 0) return [];
  return [
    markdownRow(['favourite events', 'of what a member does', 'of what the rest does']),
    markdownRow(['---', '---:', '---:']),
    ...favourites.map(({ name, members, rest }) =>
      markdownRow([markdownText(name), formatPercent(members), rest === null ? '' : formatPercent(rest)]),
    ),
  ];
}
