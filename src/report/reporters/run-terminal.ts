import { describeFinding } from '../check/finding-words.js';
import { createPage } from '../page.js';
import { runLine } from '../run/run-words.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { RunReporter } from './run-reporter.js';

/** What is off, and one line for each run. */
export const runTerminal: RunReporter = {
  description: 'one line a run, for people and logs',
  render(report, options) {
    const page = createPage(options);
    const lines = report.runs.flatMap((run) => {
      const off = run.check.findings.filter(({ level }) => level !== 'holds');
      const findings = off.flatMap((finding) => {
        const { subject, text } = describeFinding(finding, null);
        const [begin, style] = finding.level === 'fail' ? ['fail     ', page.paint.bad] : ['pending  ', page.paint.warn];
        return wrapText(safeText(`${subject}: ${text}`), page.width, begin).map((line) => line.replace(begin, (word) => style(word)));
      });
      const style = run.check.verdict === 'holds' ? page.paint.good : page.paint.bad;
      return [...findings, ...wrapText(safeText(runLine(run)), page.width, '', '  ').map((line) => style(line))];
    });
    const repairs = report.repairs.flatMap((repair) => wrapText(safeText(`Put right: ${repair}.`), page.width, '', '  '));
    return `${[...repairs, ...lines].join('\n')}\n`;
  },
};
