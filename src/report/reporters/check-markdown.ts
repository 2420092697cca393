import type { CheckReport, MovedUser } from '../../analysis/check/check-result.js';
import { baselineWords, changedDefinitions, checkHeadline, describeFinding, historyWords, runWords } from '../check/finding-words.js';
import { describeMoves } from '../check/moves-words.js';
import { safeText } from '../safe-text.js';
import type { CheckReporter } from './check-reporter.js';

/** For the comment of a pull request or the summary of a job. */
export const checkMarkdown: CheckReporter = {
  description: 'Markdown, for a comment or the summary of a job',
  render(report) {
    const sections = [
      `## segment check\n\n**${escaped(checkHeadline(report))}**`,
      movesSection(report),
      findingTable(report),
      changesTable(report),
      escaped([historyWords(report), ...runWords(report), ...baselineWords(report)].join(' ')),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  },
};

function movesSection({ moves }: CheckReport): string {
  if (moves === null) return '';
  const words = describeMoves(moves).map((text) => escaped(text));
  const rows = moves.segmentations.flatMap(({ segmentation, samples }) => samples.map((user) => sampleRow(segmentation, user)));
  const table = ['| user | | before | rule | now | rule |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
  return rows.length === 0 ? words.join('\n') : `${words.join('\n')}\n\n${table}`;
}

function sampleRow(segmentation: string, { userId, change, from, to, ruleBefore, ruleAfter }: MovedUser): string {
  const before = change === 'entered' ? ['not counted', ''] : [from ?? 'in none', ruleBefore ?? ''];
  const now = change === 'left' ? ['not counted', ''] : [to ?? 'in none', ruleAfter ?? ''];
  return `| ${[userId, segmentation, ...before, ...now].map(escaped).join(' | ')} |`;
}

function findingTable({ findings: all, moves }: CheckReport): string {
  const findings = all.filter(({ level }) => level !== 'holds');
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => {
    const { subject, text } = describeFinding(finding, moves);
    return `| ${finding.level} | ${escaped(subject)} | ${escaped(text)} |`;
  });
  return ['| | what | seen |', '| --- | --- | --- |', ...rows].join('\n');
}

function changesTable(report: CheckReport): string {
  const { since, changes } = changedDefinitions(report);
  if (changes.length === 0) return '';
  const rows = changes.map(({ name, before, after }) => `| ${escaped(name)} | ${escaped(before ?? '')} | ${escaped(after ?? '')} |`);
  return [`Definitions changed since ${escaped(since)}:`, '', '| definition | before | now |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Text that is no markup, link, mention or HTML, on one line. */
function escaped(text: string): string {
  return safeText(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
}
