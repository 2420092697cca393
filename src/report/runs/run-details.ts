import type { RunDetails } from '../../state/runs-result.js';
import { describeFinding } from '../check/finding-words.js';
import { renderDataTable } from '../data-table.js';
import { formatBytes, formatCount, formatCounted, formatDate, formatDecimal, formatNumber } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import { checkWords, fateWords, instantWords } from './run-table.js';

const SHOWN_FILES = 20;
const METRIC_WORDS: Readonly<Record<string, string>> = { recency_days: 'recency in days', frequency: 'frequency', monetary: 'money' };

/** Everything of one run. */
export function renderRunDetails(details: RunDetails, page: Page): string[][] {
  return [
    renderFacts(details, page),
    renderCheck(details, page),
    renderSizes(details, page),
    renderEdges(details, page),
    renderSettings(details, page),
    renderLedger(details, page),
  ];
}

function renderFacts({ run, published, totalRows, inputs, changes }: RunDetails, { width }: Page): string[] {
  const rows = totalRows === null ? formatCounted(run.rows, 'row') : `${formatCount(run.rows)} of ${formatCounted(totalRows, 'row')}`;
  const seconds = run.seconds === null ? '' : `, ${formatNumber(run.seconds, 1)} s`;
  const facts = [
    `Run ${run.id}, as of ${formatDate(run.asOf)}, began ${instantWords(run.at)} UTC${seconds}: ${formatCounted(run.users, 'user')}, ${rows} used, ${formatBytes(run.bytes)} kept.`,
    ...(inputs === null
      ? []
      : [
          `${formatCounted(inputs.all, 'file')}, ${formatCount(inputs.loaded)} loaded in this run${inputs.gone === 0 ? '' : `, ${formatCount(inputs.gone)} no longer there`}.`,
        ]),
    `Check ${checkWords(run)}; its files ${fateWords(run, published)}.${run.accepted === null ? '' : ` Accepted: ${run.accepted}.`}`,
    ...(changes === null
      ? []
      : [
          `Since run ${changes.since}, as of ${formatDate(changes.sinceAsOf)}: ${formatCount(changes.moved)} in another status, ${formatCount(changes.entered)} came, ${formatCount(changes.left)} left.`,
        ]),
    ...(run.problem === null ? [] : [`Damaged: ${run.problem}.`]),
  ];
  return facts.flatMap((fact) => wrapText(safeText(fact), width, '', '  '));
}

function renderCheck({ check }: RunDetails, { width, paint }: Page): string[] {
  const off = check?.findings.filter(({ level }) => level !== 'holds') ?? [];
  if (check === null) return [];
  return [
    paint.title('Check'),
    ...(off.length === 0 ? [`  ${formatCounted(check.findings.length, 'number')} compared, none off`] : []),
    ...off.flatMap((finding) => {
      const { subject, text } = describeFinding(finding, null);
      return wrapText(safeText(`${subject}: ${text}`), width, finding.level === 'fail' ? '  fail     ' : '  pending  ');
    }),
  ];
}

function renderSizes({ sizes }: RunDetails, { width, paint }: Page): string[] {
  const parts = Object.entries(sizes).map(
    ([segmentation, segments]) =>
      `${segmentation}: ${Object.entries(segments)
        .map(([segment, users]) => `${segment} ${formatCount(users)}`)
        .join(', ')}`,
  );
  return parts.length === 0 ? [] : [paint.title('Sizes'), ...parts.flatMap((part) => wrapText(safeText(part), width, '  ', '    '))];
}

function renderEdges({ edges, populationGaps }: RunDetails, { width, paint }: Page): string[] {
  const cuts = Object.entries(edges ?? {}).flatMap(([metric, texts]) =>
    texts === null ? [] : [`${METRIC_WORDS[metric] ?? metric}: ${texts.map(formatDecimal).join(', ')}`],
  );
  const gaps =
    populationGaps === null
      ? []
      : [`gaps between active days: P50 ${populationGaps.p50}, P75 ${populationGaps.p75}, P90 ${populationGaps.p90} days`];
  const all = [...gaps, ...cuts];
  return all.length === 0 ? [] : [paint.title('Cut points'), ...all.flatMap((line) => wrapText(safeText(line), width, '  ', '    '))];
}

function renderSettings({ settings, settingsHash }: RunDetails, { width, paint }: Page): string[] {
  const lines = Object.entries(settings).map(([name, text]) => `${name}: ${text}`);
  return [
    paint.title('Settings'),
    ...(lines.length === 0
      ? ['  all as they are with nothing given']
      : lines.flatMap((line) => wrapText(safeText(line), width, '  ', '    '))),
    paint.dim(`  hash ${settingsHash.slice(0, 12)}`),
  ];
}

function renderLedger({ ledger }: RunDetails, { paint }: Page): string[] {
  if (ledger === null) return [];
  const shown = ledger.slice(-SHOWN_FILES);
  const more = ledger.length - shown.length;
  return [
    paint.title('Files'),
    ...renderDataTable([
      { head: '', align: 'left', cells: shown.map(({ name }) => `  ${safeText(name)}`) },
      { head: '', align: 'right', cells: shown.map(({ size }) => formatBytes(size)) },
      { head: '', align: 'left', cells: shown.map(({ sha256 }) => paint.dim(sha256.slice(0, 12))) },
    ]),
    ...(more === 0 ? [] : [`  and ${formatCount(more)} before them`]),
  ];
}
