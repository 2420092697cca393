import type { CheckReport, Finding } from '../../analysis/check/check-result.js';
import { baselineWords, changedDefinitions, checkHeadline, describeFinding, historyWords, runWords } from '../check/finding-words.js';
import { describeMoves, describeSample } from '../check/moves-words.js';
import { formatCounted, formatDate, formatDecimal, formatFraction, formatPercent } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { CheckReporter } from './check-reporter.js';

const SHOWN_HASH = 12;

/** The verdict, what is off, and what it was judged by. */
export const checkTerminal: CheckReporter = {
  description: 'the verdict for people, as wide as the terminal',
  render(report, options) {
    const page = createPage(options);
    const style = report.verdict === 'holds' ? page.paint.good : page.paint.bad;
    const off = report.findings.filter(({ level }) => level !== 'holds');
    const sections = [
      wrapText(`${checkHeadline(report)}.`, page.width).map((line) => page.paint.strong(style(line))),
      off.flatMap((finding) => renderFinding(finding, report, page)),
      renderChanges(report, page),
      renderMoves(report, page),
      [...renderReading(report, page), ...renderDrifts(report, page)],
      baselineWords(report).flatMap((words) => wrapText(safeText(words), page.width)),
    ];
    const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
    return `${text.join('\n\n')}\n`;
  },
};

function renderFinding(finding: Finding, { moves }: CheckReport, page: Page): string[] {
  const { subject, text } = describeFinding(finding, moves);
  const [begin, style] = finding.level === 'fail' ? ['fail     ', page.paint.bad] : ['pending  ', page.paint.warn];
  return wrapText(arrows(`${subject}: ${text}`, page), page.width, begin).map((line) => line.replace(begin, (word) => style(word)));
}

function renderChanges(report: CheckReport, page: Page): string[] {
  const { since, changes } = changedDefinitions(report);
  if (changes.length === 0) return [];
  const arrow = page.glyphs.arrow;
  const lines = changes.flatMap(({ name, before, after }) =>
    wrapText(safeText(`${name}: ${before ?? 'not given'} ${arrow} ${after ?? 'not given'}`), page.width, '  ', '    '),
  );
  const about =
    report.definitionChanges.length > 0 && report.history.runs === 0
      ? ' The history begins anew: sizes before and after do not compare.'
      : '';
  return [...wrapText(safeText(`Definitions changed since ${since}.${about}`), page.width).map(page.paint.title), ...lines];
}

function renderMoves({ moves }: CheckReport, page: Page): string[] {
  if (moves === null) return [];
  const words = describeMoves(moves).flatMap((text) => wrapText(arrows(text, page), page.width, '', '  '));
  const samples = moves.segmentations.flatMap(({ segmentation, samples: users }) =>
    users.flatMap((user) => wrapText(arrows(`${segmentation}, ${describeSample(user)}`, page), page.width, '  ', '    ')),
  );
  return [...words, ...samples];
}

function arrows(text: string, page: Page): string {
  return safeText(text).replaceAll('→', page.glyphs.arrow);
}

function renderReading(report: CheckReport, page: Page): string[] {
  const { rows } = report;
  const counted = rows === null ? '' : `${formatCounted(rows.used, 'row')} counted, ${formatPercent(rows.rejectedShare)} rejected; `;
  const settings = report.settingsHash === null ? '' : `${counted}settings ${report.settingsHash.slice(0, SHOWN_HASH)}.`;
  const words = [historyWords(report), settings, ...runWords(report)].filter((line) => line !== '');
  return words.flatMap((line) => wrapText(safeText(line), page.width));
}

/** Only a mix that moved beyond its noise is worth a line. */
function renderDrifts({ drifts }: CheckReport, page: Page): string[] {
  const moved = drifts.filter(({ psi, noise }) => psi > noise);
  const number = (value: number): string => formatDecimal(formatFraction(value));
  return moved.flatMap(({ segmentation, since, psi, noise }) =>
    wrapText(
      safeText(
        `The mix of ${segmentation} moved since ${formatDate(since)}: stability index ${number(psi)}, of which ${number(noise)} can be chance. A note, no verdict.`,
      ),
      page.width,
    ).map(page.paint.dim),
  );
}
