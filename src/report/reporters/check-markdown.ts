import type { CheckReport, MovedUser } from '../../analysis/check/check-result.js';
import { baselineWords, changedDefinitions, checkHeadline, describeFinding, historyWords, runWords } from '../check/finding-words.js';
import { describeMoves } from '../check/moves-words.js';
import { inertMarkdown } from '../markdown.js';
import type { CheckReporter } from './check-reporter.js';

/** For the comment of a pull request or the summary of a job. */
export const checkMarkdown: CheckReporter = {
  description: 'Markdown, for a comment or the summary of a job',
  render(report) {
    const sections = [
      `## segment check\n\n**${inertMarkdown(checkHeadline(report))}**`,
      movesSection(report),
      findingTable(report),
      changesTable(report),
      inertMarkdown([historyWords(report), ...runWords(report), ...baselineWords(report)].join(' ')),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  },
};

function movesSection({ moves }: CheckReport): string {
  if (moves === null) return '';
  const words = describeMoves(moves).map((text) => inertMarkdown(text));
  const rows = moves.segmentations.flatMap(({ segmentation, samples }) => samples.map((user) => sampleRow(segmentation, user)));
  const table = ['| user | | before | rule | now | rule |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
  return rows.length === 0 ? words.join('\n') : `${words.join('\n')}\n\n${table}`;
}

function sampleRow(segmentation: string, { userId, change, from, to, ruleBefore, ruleAfter }: MovedUser): string {
  const before = change === 'entered' ? ['not counted', ''] : [from ?? 'in none', ruleBefore ?? ''];
  const now = change === 'left' ? ['not counted', ''] : [to ?? 'in none', ruleAfter ?? ''];
  return `| ${[userId, segmentation, ...before, ...now].map(inertMarkdown).join(' | ')} |`;
}

function findingTable({ findings: all, moves }: CheckReport): string {
  const findings = all.filter(({ level }) => level !== 'holds');
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => {
    const { subject, text } = describeFinding(finding, moves);
    return `| ${finding.level} | ${inertMarkdown(subject)} | ${inertMarkdown(text)} |`;
  });
  return ['| | what | seen |', '| --- | --- | --- |', ...rows].join('\n');
}

function changesTable(report: CheckReport): string {
  const { since, changes } = changedDefinitions(report);
  if (changes.length === 0) return '';
  const rows = changes.map(
    ({ name, before, after }) => `| ${inertMarkdown(name)} | ${inertMarkdown(before ?? '')} | ${inertMarkdown(after ?? '')} |`,
  );
  return [`Definitions changed since ${inertMarkdown(since)}:`, '', '| definition | before | now |', '| --- | --- | --- |', ...rows].join(
    '\n',
  );
}
