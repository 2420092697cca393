import type { CheckReport, Finding } from '../../analysis/check/check-result.js';
import { baselineWords, checkHeadline, describeFinding, historyWords } from '../check/finding-words.js';
import { safeText } from '../safe-text.js';
import type { CheckReporter } from './check-reporter.js';

/** For the comment of a pull request or the summary of a job. */
export const checkMarkdown: CheckReporter = {
  description: 'Markdown, for a comment or the summary of a job',
  render(report) {
    const sections = [
      `## segment check\n\n**${escaped(checkHeadline(report))}**`,
      findingTable(report.findings.filter(({ level }) => level !== 'holds')),
      changesTable(report),
      escaped([historyWords(report), ...baselineWords(report)].join(' ')),
    ];
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  },
};

function findingTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => {
    const { subject, text } = describeFinding(finding);
    return `| ${finding.level} | ${escaped(subject)} | ${escaped(text)} |`;
  });
  return ['| | what | seen |', '| --- | --- | --- |', ...rows].join('\n');
}

function changesTable({ definitionChanges }: CheckReport): string {
  if (definitionChanges.length === 0) return '';
  const rows = definitionChanges.map(
    ({ name, before, after }) => `| ${escaped(name)} | ${escaped(before ?? '')} | ${escaped(after ?? '')} |`,
  );
  return ['Definitions changed since the run before:', '', '| definition | before | now |', '| --- | --- | --- |', ...rows].join('\n');
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
