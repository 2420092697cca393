import type { PruneReport, StateVerification } from '../../state/runs-result.js';
import { formatBytes, formatCounted, formatDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';

/** Everything that is not as it was written, and how much was looked at. */
export function renderVerification({ checked, problems, notes }: StateVerification, { width, paint }: Page): string[][] {
  const { runs, inputs, sets, files, bytes } = checked;
  const what = `${formatCounted(runs, 'run')}, the events of ${formatCounted(inputs, 'file')}, ${formatCounted(sets, 'published set')}: ${formatCounted(files, 'checksum')}, ${formatBytes(bytes)}`;
  const found = problems.length === 0 ? 'all as it was written' : `${formatCounted(problems.length, 'problem')}`;
  return [
    [
      ...problems.flatMap(({ name, problem }) =>
        wrapText(safeText(`${name}: ${problem}`), width, 'problem  ').map((line) => line.replace(/^problem/, (word) => paint.bad(word))),
      ),
      ...notes.flatMap((note) => wrapText(safeText(note), width, 'note     ')),
      ...wrapText(`${what}; ${found}.`, width, '', '  ').map((line) => (problems.length === 0 ? paint.good(line) : line)),
    ],
  ];
}

/** What goes and how many bytes that frees. */
export function renderPrune({ gone, orphans, kept, isDryRun, rule }: PruneReport, { width }: Page): string[][] {
  const bytes = [...gone, ...orphans].reduce((sum, one) => sum + one.bytes, 0);
  const words = isDryRun ? 'would go' : 'went';
  const text = `runs ${rule.runs}, weekly ${rule.weekly}`;
  return [
    [
      ...gone.map(({ id, asOf, bytes: size }) => `run ${id}, as of ${formatDate(asOf)}: ${formatBytes(size)}`),
      ...orphans.map(({ name, bytes: size }) => `${safeText(name)}, of no run of the history: ${formatBytes(size)}`),
      ...wrapText(
        `${formatCounted(gone.length, 'run')}${orphans.length === 0 ? '' : ` and ${formatCounted(orphans.length, 'other folder')}`} ${words}, ${formatBytes(bytes)}; ${formatCounted(kept, 'run')} ${kept === 1 ? 'stays' : 'stay'} (retain: ${text}).`,
        width,
        '',
        '  ',
      ),
    ],
  ];
}
