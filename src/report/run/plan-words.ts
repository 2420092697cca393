import type { ChangedSetting, DaysSource, FileState, PlannedDate, PlannedFile, RunPlan } from '../../state/run-plan.js';
import { isoOfDay } from '../../time/day.js';
import { formatBytes, formatCount, formatCounted, formatDate, formatPeriod } from '../format.js';

const LISTED = 20;
const LISTED_DATES = 5;
const NONE = 'nothing';

/** In reading order, with what a count of them is called. */
const STATES: Readonly<Record<FileState, string>> = {
  new: 'new',
  changed: 'changed',
  damaged: 'damaged in the state folder',
  touched: 'written again or renamed with the same content',
  same: 'the same as another one',
  gone: 'gone',
  known: 'known',
};

const DAYS_SOURCES: Readonly<Record<DaysSource, string>> = {
  folder: 'folder',
  name: 'name',
  kept: 'what is kept of it',
};

/** Where the history stands. */
export function stateWords({ state, lastRun }: RunPlan): string {
  return lastRun === null
    ? `${state}: no run yet, this is the first.`
    : `${state}: run ${lastRun.id}, as of ${formatDate(lastRun.asOf)}, is the last.`;
}

/** How many files there are of each kind. */
export function filesWords({ files, skippedFiles }: RunPlan): string {
  const there = files.filter(({ state }) => state !== 'gone');
  const counts = (Object.keys(STATES) as FileState[]).flatMap((state) => {
    const count = files.filter((file) => file.state === state).length;
    return count === 0 ? [] : [`${formatCount(count)} ${STATES[state]}`];
  });
  const skipped =
    skippedFiles === 0
      ? ''
      : ` ${formatCounted(skippedFiles, 'more file')} in folders of days before --since ${skippedFiles === 1 ? 'is' : 'are'} not looked at.`;
  return `${formatCounted(there.length, 'file')}, ${formatBytes(sizeOf(there))}: ${counts.join(', ')}.${skipped}`;
}

/** One line for each file that is not as it was. */
export function fileLines({ files }: RunPlan, isWhole: boolean): string[] {
  const order = Object.keys(STATES);
  const told = files.filter(({ state }) => isWhole || state !== 'known');
  const sorted = told.toSorted((left, right) => order.indexOf(left.state) - order.indexOf(right.state));
  return cut(
    sorted.map(
      (file) =>
        `${file.state}: ${file.name}, ${formatBytes(file.size)}${file.sameAs === null ? '' : `, as ${file.sameAs}`}${daysWords(file)}`,
    ),
    isWhole,
  );
}

function daysWords({ days, isLoaded }: PlannedFile): string {
  if (!isLoaded) return '';
  if (days === null) return ', days not known before it is read';
  const [first, last] = [isoOfDay(days.first), isoOfDay(days.last)];
  const span = first === last ? formatDate(first) : formatPeriod(first, last);
  return `, ${span} by its ${days.by.map((by) => DAYS_SOURCES[by]).join(' and ')}`;
}

/** What would be loaded, and why. */
export function loadWords({ files, reasons, changedReading }: RunPlan): string {
  const loaded = files.filter(({ isLoaded }) => isLoaded);
  if (loaded.length === 0) return `${NONE}: what is kept of ${formatCounted(files.length, 'file')} is classified anew.`;
  const kept = files.filter(({ isLoaded, state }) => !isLoaded && state !== 'same').length;
  const what = `${formatCounted(loaded.length, 'file')}, ${formatBytes(sizeOf(loaded))}`;
  if (reasons.includes('other settings of reading')) {
    return `${loaded.length === 1 ? '' : 'all '}${what}: settings that say how files are read have changed${changedReading === null ? '; the last run does not say which' : ''}.`;
  }
  if (reasons.includes('first run')) return `${what}: nothing is kept yet.`;
  const why = [
    ...(reasons.includes('new files') ? ['new or changed'] : []),
    ...(reasons.includes('damaged') ? ['damaged where they are kept'] : []),
  ];
  const rest =
    kept === 0
      ? ''
      : ` What is kept of ${formatCounted(kept, 'other file')} stays; should the new ones have other columns, all are loaded again.`;
  return `${what}: ${why.join(' or ')}.${rest}`;
}

/** Settings with what they were and are. */
export function changeLines(changes: readonly ChangedSetting[], isWhole: boolean): string[] {
  return cut(
    changes.map(({ name, before, after }) => `${name}: ${before ?? 'not given'} → ${after ?? 'not given'}`),
    isWhole,
  );
}

/** The as-of dates, and the runs whose place they take. */
export function dateWords({ dates, lastRun }: RunPlan): string {
  const [first, ...others] = dates;
  const last = others.at(-1);
  if (first?.asOf == null) {
    const before = lastRun === null ? '' : `; the last run was as of ${formatDate(lastRun.asOf)}`;
    return `the day of the newest plausible event, which is known once the files are read${before}.`;
  }
  if (last?.asOf == null) {
    const chosen = first.chosen === 'given' ? '' : ', still the day of the newest plausible event';
    return `${formatDate(first.asOf)}${chosen}${first.replaces === null ? ', of which there is no run' : `, in place of run ${first.replaces}`}.`;
  }
  const replacing = dates.filter(({ replaces }) => replaces !== null);
  const named = replacing.slice(0, LISTED_DATES).map(replacedWords).join(', ');
  const more = replacing.length > LISTED_DATES ? ` and ${formatCount(replacing.length - LISTED_DATES)} more` : '';
  const had =
    replacing.length === 0 ? 'there is no run of any' : `${formatCount(replacing.length)} in place of an earlier run: ${named}${more}`;
  return `${formatCount(dates.length)} dates from ${formatDate(first.asOf)} to ${formatDate(last.asOf)}, the earliest first; ${had}.`;
}

function replacedWords({ asOf, replaces }: PlannedDate): string {
  return `${asOf === null ? '' : formatDate(asOf)} (${replaces})`;
}

/** Which set would be published where, and what it hangs on. */
export function publishWords({ dates, publish }: RunPlan): string {
  const { directory, when, judgedBy, limits, current } = publish;
  const published = dates.filter(({ isOlder }) => !isOlder);
  const older = dates.length - published.length;
  const now = current === null ? '' : ` (now run ${current.id}, as of ${formatDate(current.asOf)})`;
  const [first] = published;
  const recorded = older === 0 ? '' : `${formatCounted(older, 'run')} recorded only, as a later date is published.`;
  if (first === undefined) return recorded;
  const which =
    published.length === 1
      ? `run ${first.id}`
      : `each of ${formatCounted(published.length, 'run')} in turn, from ${first.id} to ${published.at(-1)?.id}`;
  const judged = [
    ...(judgedBy === 0 ? [] : [formatCounted(judgedBy, 'earlier run')]),
    ...(limits.length === 0 ? [] : [`${formatCounted(limits.length, 'limit')} (${limits.join('; ')})`]),
  ];
  const by = judged.length === 0 ? '' : `, by ${judged.join(' and ')}`;
  const otherwise = current === null ? 'nothing is published' : 'the set of now stays';
  const gate = when === 'always' ? 'whatever the check says' : `if the check holds${by}; otherwise ${otherwise}`;
  const unknown = first.asOf === null && current !== null ? ' A date before that of now would be recorded only.' : '';
  return `${which}, to which ${directory}/current then leads${now}, ${gate}.${unknown}${recorded === '' ? '' : ` ${recorded}`}`;
}

/** What would go once the run is published. */
export function removedWords({ removed: { runs, sets, files, leftovers } }: RunPlan): string {
  const parts = [
    ...(runs.length === 0 ? [] : [`${runs.length === 1 ? 'run' : 'runs'} ${listed(runs)}`]),
    ...(sets.length === 0 ? [] : [`the published ${sets.length === 1 ? 'set' : 'sets'} of ${listed(sets)}`]),
    ...(files.length === 0 ? [] : [`what is kept of the earlier ${listed(files)}`]),
    ...(leftovers.length === 0 ? [] : [`what a run that broke off left: ${listed(leftovers)}`]),
  ];
  return `${parts.length === 0 ? NONE : parts.join('; ')}.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - LISTED_DATES;
  return `${names.slice(0, LISTED_DATES).join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
}

function cut(lines: readonly string[], isWhole: boolean): string[] {
  const more = isWhole ? 0 : lines.length - LISTED;
  return more > 0 ? [...lines.slice(0, LISTED), `and ${formatCount(more)} more, which --verbose lists`] : [...lines];
}

function sizeOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
