import type { PlacedLintFinding } from '../../analysis/lint/lint-result.js';
import { lintHeadline, lintNotes, placeWords } from '../lint/lint-words.js';
import { createPage, type Page } from '../page.js';
import type { Style } from '../paint.js';
import { safeText } from '../safe-text.js';
import { sourceLines } from '../source-lines.js';
import { wrapText } from '../wrap-text.js';
import type { LintReporter } from './lint-reporter.js';

const HANG = '  ';

/** Each finding with its line and what to try, and how many there are. */
export const lintTerminal: LintReporter = {
  description: 'the findings for people, as wide as the terminal',
  render(report, options) {
    const page = createPage(options);
    const isBad = report.findings.some(({ level }) => level !== 'info');
    const style = isBad ? page.paint.bad : page.paint.good;
    const headline = wrapText(lintHeadline(report), page.width).map((line) => page.paint.strong(style(line)));
    const notes = lintNotes(report).flatMap((words) => wrapText(safeText(words), page.width));
    const sections = [...report.findings.map((finding) => renderFinding(finding, page)), [...headline, ...notes.map(page.paint.dim)]];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function renderFinding(finding: PlacedLintFinding, page: Page): string[] {
  const { level, code, message, hint } = finding;
  const style = styleOf(level, page);
  const head = wrapText(safeText(`${placeWords(finding)}: ${level}: ${message} [${code}]`), page.width, '', HANG);
  const painted = head.map((line, index) => (index === 0 ? line.replace(`: ${level}: `, `: ${style(level)}: `) : line));
  const excerpt = sourceLines(finding, page.width - String(finding.line).length - ' | '.length);
  const tried = wrapText(safeText(hint), page.width, `${HANG}try: `, `${HANG}     `).map(page.paint.dim);
  return [...painted, ...excerpt, ...tried];
}

function styleOf(level: PlacedLintFinding['level'], { paint }: Page): Style {
  return level === 'error' ? paint.bad : level === 'warning' ? paint.warn : paint.dim;
}
