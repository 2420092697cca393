import type { CheckReport, DefinitionChange, Finding, MovesSince } from '../../analysis/check/check-result.js';
import { isoOfDay } from '../../time/day.js';
import { formatCount, formatCounted, formatDate, formatDecimal, formatFraction, formatPercent } from '../format.js';
import { describeFlowsOf } from './moves-words.js';

/** Text of data in it stands as it is: whoever shows it makes it safe for the place it goes to. */
export interface FindingWords {
  readonly subject: string;
  /** "620 users; expected 340 to 460, usually 400 (55 % more)". */
  readonly text: string;
}

/** What was seen, what was expected, how far off it is, and where the users went, in words. */
export function describeFinding(finding: Finding, moves: MovesSince | null): FindingWords {
  const { subject, rule, seen, usual, lastYear } = finding;
  const past = [
    ...(usual === null || rule === 'health'
      ? []
      : [`${rule === 'previous' ? 'the run before' : 'usually'} ${amountOf(usual, finding)}${distance(seen, usual)}`]),
    ...(lastYear === null ? [] : [`a year ago ${amountOf(lastYear, finding)}`]),
  ];
  const expected = `${rule === 'limit' || subject.kind === 'rejected' ? 'allowed' : 'expected'} ${rangeOf(finding)}`;
  return {
    subject: isStale(finding) ? 'stale export' : subject.name,
    text: [seenOf(finding), [expected, ...past].join(', '), describeFlowsOf(finding, moves)].filter((part) => part !== '').join('; '),
  };
}

/** Whether nothing newer came. */
function isStale({ subject, level }: Finding): boolean {
  return subject.kind === 'newest' && level !== 'holds';
}

/** The ends of what is expected, in whole numbers where counts are meant: what lies between them is within. */
export function expectedEnds({ expected: { low, high }, unit }: Finding): {
  readonly low: number | null;
  readonly high: number | null;
} {
  if (unit !== 'count') return { low, high };
  return {
    low: low === null ? null : Math.max(0, Math.ceil(low)),
    high: high === null ? null : Math.floor(high),
  };
}

/** The sentence that everything else explains, without a full stop. */
export function checkHeadline({ verdict, isInputBroken, findings, asOf, users }: CheckReport): string {
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const pending = findings.filter(({ level }) => level === 'pending').length;
  const whole = `${formatCounted(users, 'user')} as of ${formatDate(asOf)}`;
  const waiting = pending === 0 ? '' : `, ${formatCount(pending)} off but not yet in enough runs in a row`;
  const compared = findings.length === 0 ? 'nothing to compare with' : `${formatCounted(findings.length, 'number')} compared`;
  if (verdict === 'holds') return `Holds: ${whole}, ${compared}${waiting}`;
  const where = isInputBroken
    ? `${findings.some(isStale) ? 'the export is stale' : 'the input is off'}, so its segments are not judged`
    : `${formatCount(failed)} of ${formatCounted(findings.length, 'number')} off`;
  return `Regression: ${whole}, ${where}${waiting}`;
}

/** How much history there is to judge by, and what that means. */
export function historyWords({ history: { runs, needed }, baseline, asOf }: CheckReport): string {
  const none = baseline.isNew
    ? `there is no ${baseline.file} yet`
    : `${baseline.file} has no run of these definitions before ${formatDate(asOf)}`;
  if (runs === 0) return `Collecting history (0 of ${needed}): ${none}, so that segments are compared with nothing but limits.`;
  if (runs < needed) {
    return `Collecting history (${runs} of ${needed}): until then a size is off when it is more than 30 % and 30 users away from the run before.`;
  }
  return `By ${formatCounted(runs, 'earlier run')} of these definitions, each size against the same weekday.`;
}

/** The definitions that changed, with since when: the run before in the baseline or, where it knows of none, the earlier membership. */
export function changedDefinitions({ definitionChanges, moves }: CheckReport): {
  readonly since: string;
  readonly changes: readonly DefinitionChange[];
} {
  if (definitionChanges.length > 0 || moves === null) return { since: 'the run before', changes: definitionChanges };
  return { since: moves.directory, changes: moves.definitionChanges };
}

/** What is not known of the run and so is not judged; whom it counts. */
export function runWords({ rows, settingsHash, filters, since, usersFile }: CheckReport): string[] {
  const unknown = [
    ...(rows === null
      ? ['Of a table of members only sizes are known: rows, days, the newest event and rejected rows are not judged.']
      : []),
    ...(settingsHash === null ? ['Its settings are not known and taken as those of the runs before.'] : []),
  ];
  const among = [
    ...(filters === null ? [] : [filters.words]),
    ...(since === null ? [] : [`events since ${formatDate(since)}`]),
    ...(usersFile === null ? [] : [`with the people of ${usersFile}`]),
  ];
  return [...(unknown.length === 0 ? [] : [unknown.join(' ')]), ...(among.length === 0 ? [] : [`Counted: ${among.join('; ')}.`])];
}

/** What became of the baseline, and what to do about it. */
export function baselineWords({ baseline: { file, added, newestRun }, asOf, findings, verdict, moves }: CheckReport): string[] {
  const words = {
    run: `This run was added to ${file}.`,
    accepted: `This run was accepted and added to ${file}, with the reason.`,
    failure: `This run stays out of ${file}, which remembers that it was off.`,
  };
  const isRefused = verdict === 'regressed' && added !== 'accepted';
  const hasLostUsers = findings.some(({ level, subject }) => level !== 'holds' && subject.segment !== undefined);
  const isPending = findings.some(({ level }) => level === 'pending');
  const isOld = newestRun !== null && newestRun >= asOf;
  const old = isOld ? `${file} has a run as of ${formatDate(newestRun)} already` : '';
  return [
    ...(added === null ? [] : [words[added]]),
    ...(hasLostUsers && moves === null ? ['With --previous, the folder of an earlier run, each size says where its users went.'] : []),
    ...(isRefused ? [`If all is as it should be, --accept "<reason>" takes this run into ${file} as the new level.`] : []),
    ...(isPending && added === null ? ['Runs in a row are counted by --update alone: without it, what is pending does not fail.'] : []),
    ...(isOld && findings.some(isStale)
      ? [`${old}, and no later event came since. To judge a run once more, name its date with --as-of.`]
      : []),
    ...(isOld && !findings.some(isStale) ? [`${old}; only runs of earlier dates are compared.`] : []),
  ];
}

const NOUNS = {
  rows: 'row',
  users: 'user',
  days: 'day',
  newest: 'day',
  rejected: 'row',
  event: 'row',
  segment: 'user',
} as const;

function seenOf(finding: Finding): string {
  if (isStale(finding)) return `the newest event is of ${amountOf(finding.seen, finding)}`;
  return finding.unit === 'count' ? formatCounted(finding.seen, NOUNS[finding.subject.kind]) : amountOf(finding.seen, finding);
}

function amountOf(amount: number, { unit }: Finding): string {
  if (unit === 'day') return formatDate(isoOfDay(amount));
  return unit === 'share' ? sharePercent(amount) : formatCount(Math.round(amount));
}

function rangeOf(finding: Finding): string {
  const { low, high } = expectedEnds(finding);
  const ends = {
    low: low === null ? '' : amountOf(low, finding),
    high: high === null ? '' : amountOf(high, finding),
  };
  if (low === null) return `at most ${ends.high}`;
  if (high === null) return finding.unit === 'day' ? `${ends.low} or later` : `at least ${ends.low}`;
  return `${ends.low} to ${ends.high}`;
}

function distance(seen: number, usual: number): string {
  if (usual === 0 || seen === usual) return '';
  const share = Math.abs(seen - usual) / usual;
  return ` (${formatPercent(share)} ${seen > usual ? 'more' : 'less'})`;
}

/** Limits are written to parts of a percent. */
function sharePercent(share: number): string {
  return `${formatDecimal(formatFraction(share * 100))} %`;
}
