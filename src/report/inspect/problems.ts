import type { InspectResult, Problem, Severity } from '../../analysis/inspect/inspect-result.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];
const SHOWN_REJECTS = 5;

/** What is wrong, the worst first, each with what settles it; then the first rejected rows. */
export function renderProblems({ problems, reading }: InspectResult, page: Page): string[] {
  const sorted = ORDER.flatMap((severity) => problems.filter((problem) => problem.severity === severity));
  const rejects = (reading?.rejects ?? []).slice(0, SHOWN_REJECTS);
  return [
    ...sorted.flatMap((problem) => renderProblem(problem, page)),
    ...rejects.flatMap(({ file, line, reason }) => wrapText(`${safeText(file)}:${line}: ${safeText(reason)}`, page.width, '  ', '    ')),
  ];
}

function renderProblem({ severity, code, message, hint, assumed }: Problem, page: Page): string[] {
  const paint = { error: page.paint.bad, warning: page.paint.warn, note: page.paint.dim }[severity];
  const [first = '', ...rest] = wrapText(`${safeText(message)} [${code}]`, page.width, `  ${severity}: `, '    ');
  const lines = [`  ${paint(severity)}${first.slice(severity.length + 2)}`, ...rest];
  if (hint !== null) lines.push(...hintLines(hint, page));
  if (assumed.length > 0) lines.push(...wrapText(`Shown here as with ${safeText(assumed.join(' '))}.`, page.width, '    '));
  return lines;
}

/** The lines of a hint may hold commands: those after the first begin anew. */
function hintLines(hint: string, page: Page): string[] {
  return hint.split('\n').flatMap((line, index) => wrapText(safeText(line), page.width, index === 0 ? '    hint: ' : '      ', '      '));
}
