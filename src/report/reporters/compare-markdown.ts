import type { CompareResult, Comparison } from '../../analysis/compare/compare-result.js';
import { formatDifference, formatInterval, formatMeasure } from '../compare/measure.js';
import { formatChance, formatCount, formatDays, formatPercent } from '../format.js';
import { markdownText as cell, markdownRow as row } from '../markdown.js';
import type { CompareReporter } from './compare-reporter.js';

/** Tables for a page or a pull request. */
export const compareMarkdown: CompareReporter = {
  description: 'Markdown tables',
  render(result) {
    const groups = [
      row(['group', 'users', 'share', 'median tenure', 'median watched']),
      row(['---', '---:', '---:', '---:', '---:']),
      ...result.groups.map(({ name, users, share, medianTenure, medianObserved }) =>
        row([cell(name), formatCount(users), formatPercent(share), formatDays(medianTenure), formatDays(medianObserved)]),
      ),
    ];
    const warnings = result.warnings.map(({ code, message }) => `- **Warning:** ${cell(message)} (\`${code}\`)`);
    const sections = [
      groups,
      ...result.comparisons.map((comparison) => comparisonLines(comparison)),
      ...(warnings.length === 0 ? [] : [warnings]),
      [factsLine(result)],
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function comparisonLines({ a, b, metrics }: Comparison): string[] {
  return [
    `### ${cell(a.name)} against ${b.name === 'rest' ? 'the rest' : cell(b.name)}`,
    '',
    row(['metric', cell(a.name), cell(b.name), 'difference', '95 % interval', 'adjusted p', 'verdict']),
    row(['---', '---:', '---:', '---:', '---', '---:', '---']),
    ...metrics.map(({ metric, title, unit, a: left, b: right, difference, interval, adjustedP, verdict }) =>
      row([
        metric.startsWith('event:') ? `did ${cell(title)}` : title,
        left.value === null ? '' : formatMeasure(left.value, unit),
        right.value === null ? '' : formatMeasure(right.value, unit),
        difference === null ? '' : formatDifference(difference, unit),
        interval === null ? '' : formatInterval(interval, unit),
        adjustedP === null ? '' : formatChance(adjustedP),
        verdict,
      ]),
    ),
  ];
}

function factsLine({ asOf, timezone, rows, tests, seed, replicates, settingsHash }: CompareResult): string {
  return `As of ${asOf} (${cell(timezone)}); ${formatCount(rows.used)} of ${formatCount(rows.total)} rows used; ${formatCount(tests)} p-values adjusted together; seed ${seed}, ${formatCount(replicates)} replicates; settings ${settingsHash}.`;
}
