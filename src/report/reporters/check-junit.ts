import type { CheckReport, Finding } from '../../analysis/check/check-result.js';
import { checkHeadline, describeFinding } from '../check/finding-words.js';
import { describeMoves } from '../check/moves-words.js';
import { safeText } from '../safe-text.js';
import type { CheckReporter } from './check-reporter.js';

/** A test case for each size and fact, and one for the check as a whole: a suite without cases would look like one that did not run. */
export const checkJunit: CheckReporter = {
  description: 'JUnit XML, for the test reports of CI',
  render(report) {
    const failed = report.findings.filter(({ level }) => level === 'fail').length;
    const suite = `name="segment check" tests="${report.findings.length + 1}" failures="${failed}" errors="0" skipped="0"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites tests="${report.findings.length + 1}" failures="${failed}">`,
      `  <testsuite ${suite}>`,
      wholeCase(report),
      ...report.findings.map((finding) => caseOf(finding, report)),
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n');
  },
};

function wholeCase(report: CheckReport): string {
  return `    <testcase classname="check" name="ran"><system-out>${[checkHeadline(report), ...(report.moves === null ? [] : describeMoves(report.moves))].map(escaped).join('\n')}</system-out></testcase>`;
}

function caseOf(finding: Finding, { moves }: CheckReport): string {
  const { text } = describeFinding(finding, moves);
  // A case keeps its name whether it fails or not.
  const name = finding.rule === 'limit' ? `${finding.subject.name} (limit)` : finding.subject.name;
  const open = `    <testcase classname="${finding.subject.kind}" name="${escaped(name)}"`;
  if (finding.level === 'holds') return `${open}/>`;
  if (finding.level === 'pending') return `${open}><system-out>pending: ${escaped(text)}</system-out></testcase>`;
  return `${open}><failure message="${escaped(text)}"/></testcase>`;
}

/** XML has no place for some characters at all, not even escaped. */
function escaped(text: string): string {
  return safeText(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
