import type { Outcome, OutcomeDifference } from '../../analysis/suggest/candidates/find-candidates.js';
import type { MetricBreaks } from '../../analysis/suggest/find-breaks.js';
import type { EventHint, EventName } from '../../analysis/suggest/judge-events.js';
import type { NoWindowReason, ReturnCurve } from '../../analysis/suggest/return-curve.js';
import type { ChurnBorder, DormantBorder, Judged } from '../../analysis/suggest/separate-borders.js';
import type { SuggestReport } from '../../analysis/suggest/suggest-result.js';
import { listed } from '../../errors/messages.js';
import { shellWord } from '../../errors/shell-word.js';
import { formatCount, formatCounted, formatDate, formatDays, formatPercent } from '../format.js';
import { safeText } from '../safe-text.js';
import { unitOfResult } from '../unit.js';
import { keepTogether } from '../wrap-text.js';

/** "Thresholds that 1,000 users speak for, as of 30 June 2026." */
export function suggestHeadline(result: SuggestReport): string {
  const { one, many } = unitOfResult(result);
  return `Thresholds that ${formatCounted(result.users, one, many)} speak for, as of ${formatDate(result.asOf)}.`;
}

/** "20 to 24 %" */
export function intervalWords({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [formatPercent(low), formatPercent(high)];
  return from === to ? from : `${from.replace(/ %$/, '')} to ${to}`;
}

/** What the curve of returns says about a churn window, sentences. */
export function windowWords(result: SuggestReport): string[] {
  const { returns, historyDays } = result;
  const { many } = unitOfResult(result);
  const { window, within, below, longest } = returns;
  if ('reason' in window) return [`Churn window: can't say. ${noWindowWords(window.reason, result)}`];
  const { days, low, high, point, bySpells } = window;
  const range =
    high === null
      ? `from ${formatDays(low)} on; its upper end is not within the ${formatDays(longest)} that ${formatDays(historyDays)} of history can tell`
      : low === high
        ? 'sure to the day'
        : `${low} to ${formatDays(high)}`;
  return [
    `Churn window: ${formatDays(days)} (${range}). Of ${many} idle for longer, fewer than ${formatPercent(below)} come back within ${formatDays(within)}; ${formatPercent(point.ever)} do by the end of what the data show.`,
    bySpells === days
      ? 'It is the same when every gap counts as much, whoever has it.'
      : `Every ${unitOfResult(result).one} counts the same here. When every gap counts as much, whoever has it, ${bySpells === null ? `it is longer than ${formatDays(longest)}` : `it is ${formatDays(bySpells)}`}: regulars have many gaps.`,
  ];
}

function noWindowWords(reason: NoWindowReason, { returns, historyDays, users, ...result }: SuggestReport): string {
  const { within, below, longest, window } = returns;
  const { many } = unitOfResult(result);
  const point = 'reason' in window ? window.point : null;
  switch (reason) {
    case 'short_history':
      return `${formatDays(historyDays)} of history are too few to see who comes back; it takes 28 at least.`;
    case 'few_users':
      return `Fewer than 20 ${many} were seen idle: nothing to measure a share of.`;
    case 'never_returning':
      return `Hardly anybody comes back at all: ${formatPercent(point?.share ?? 0)} within ${formatDays(within)} of an active day, which is already below ${formatPercent(below)}.`;
    default:
      return `Of ${many} idle for longer than ${formatDays(point?.idle ?? 0)}, ${formatPercent(point?.share ?? 0)} still come back within ${formatDays(within)}. A window above ${formatDays(Math.min(longest, point?.idle ?? longest))} can't be told from ${formatDays(historyDays)} of history${(point?.idle ?? longest) < longest ? ` and ${formatCount(users)} ${many}` : ''}.`;
  }
}

/** What an earlier day says about each parameter of the dormant border. */
function dormantWords({ parameter, present, best, range, verdict }: DormantBorder): string {
  const unit = parameter === 'dormant.multiple' ? '' : ' days';
  const span = range.low === range.high ? `${range.low}${unit}` : `${range.low} to ${range.high}${unit}`;
  return verdict === 'as_good'
    ? `${parameter} ${present.value}: stays, as good as any from ${span}.`
    : `${parameter} ${present.value}: ${best.value} separates better (${separationWords(present.separation)} becomes ${separationWords(best.separation)}; as good: ${span}).`;
}

const separationWords = (separation: number): string => separation.toFixed(2);

/** What it says about the churn border. */
export function churnedWords({ parameter, verdict, present, value, judged, tooEarly }: ChurnBorder, { below }: ReturnCurve): string {
  const limit = formatPercent(below);
  const of = (found: Judged | null): string =>
    found === null ? '' : `${formatPercent(found.share)} of ${formatCount(found.users)} (${intervalWords(found.interval)})`;
  switch (verdict) {
    case 'too_few':
      return "The churn border: can't say, fewer than 20 were beyond it.";
    case 'wider':
      return `The churn border is too early: ${of(present)} beyond it came back. ${parameter} ${value}: ${of(judged)}.`;
    case 'none_wide_enough':
      return `The churn border is too early: ${of(present)} beyond it came back, and no multiple up to 20 brings that below ${limit}.`;
    case 'narrower':
      return `The churn border holds, and ${parameter} ${value} as well: of those it calls churned besides, ${of(judged)} came back.`;
    default:
      return `The churn border stands: ${of(present)} beyond it came back.${
        tooEarly === null
          ? ''
          : ` The window of ${formatDays(tooEarly.days)} is no border for everybody: of those whom it alone would call churned, ${of(tooEarly)} came back.`
      }`;
  }
}

/** What is cut. */
export const METRIC_WORDS = { recency: 'Recency in days', frequency: 'Frequency', monetary: 'Money' } as const;

/** Below this, of 1, a border tells hardly more than a coin. */
const LEAST_SEPARATION = 0.1;

/** The same of all parameters of the dormant border. */
export function dormantBorderWords(borders: readonly DormantBorder[]): string[] {
  const told = borders.filter(({ verdict }) => verdict !== 'too_few');
  if (told.length === 0) return ["The dormant border: can't say, fewer than 20 came back or fewer than 20 stayed away."];
  const most = Math.max(...told.map(({ best }) => best.separation));
  if (most < LEAST_SEPARATION)
    return [
      `Idle time says little here about who comes back: the best border separates by ${separationWords(most)}, where 1 is everybody and 0 nobody. The borders stay as they are.`,
    ];
  return told.map(dormantWords);
}

/** "Frequency: natural breaks 1, 2, 4, 9 …" */
export function breaksWords(found: MetricBreaks): string {
  const { metric, edges, halves, explained, inUse, wantedClasses, classes, isLogarithmic } = found;
  if (classes.length < 2) return `${METRIC_WORDS[metric]}: everybody has the same value, nothing breaks.`;
  const [first, second] = halves.map((half) => half.join(', '));
  const sure =
    first === second
      ? 'Both halves of the users, drawn by chance, break at the same places.'
      : `Drawn by chance, one half of the users breaks at ${first}, the other at ${second}.`;
  const fewer = classes.length < wantedClasses ? ` There are only ${formatCounted(classes.length, 'different value')}.` : '';
  const use =
    inUse === null
      ? ''
      : ` The edges in use, ${inUse.edges.join(', ')}, explain ${formatPercent(inUse.explained)}${inUse.isCollapsed ? ', and some coincide, so that scores stay empty' : ''}.`;
  return `${METRIC_WORDS[metric]}: breaks after ${edges.join(', ')}, which explain ${formatPercent(explained)} of the spread${isLogarithmic ? ' of logarithms' : ''}.${fewer} ${sure}${use}`;
}

/** A line of an RFM model with cut points of its own, where edges in use coincide. */
function modelLine({ metric, edges }: MetricBreaks): string {
  return `${metric}: [${edges.join(', ')}]`;
}

/** What to set, or that nothing is to be. */
export function suggestedWords({ values, borders, breaks, returns }: SuggestReport): string[] {
  if (values.length > 0)
    return [
      `Suggested: ${values.map(({ parameter, value }) => keepTogether(`--set ${parameter}=${value}`)).join(' ')} (${values.map(({ parameter, present }) => keepTogether(`${parameter} is ${present}`)).join(', ')}). --write puts it into segment.yaml.`,
    ];
  if (borders?.churned.verdict === 'none_wide_enough')
    return ['Suggested: nothing that a number could mend. Who is called churned comes back too often, whatever the multiple: see below.'];
  if (borders !== null && borders.churned.verdict === 'too_few' && borders.dormant.every(({ verdict }) => verdict === 'too_few'))
    return ['Suggested: nothing. Too few came back, or too few stayed away, to judge borders by.'];
  if (borders === null) {
    const isShort = 'reason' in returns.window && returns.window.reason === 'short_history';
    return [`Suggested: nothing. ${isShort ? 'The history is too short' : 'Too few were seen idle'} to judge borders by.`];
  }
  const others = breaks.some(({ inUse }) => inUse?.isCollapsed === true) ? ' Of RFM some edges coincide: see below.' : '';
  return [`Suggested: nothing to change. The borders of the statuses do as well as any other.${others}`];
}

/** Whose intervals are drawn. */
export function intervalsWords(result: SuggestReport): string {
  const { intervals, populationGaps } = result;
  const { many } = unitOfResult(result);
  if (intervals.users === 0) return `Usual intervals: nobody came on two days. ${formatDays(populationGaps.p50)} are assumed.`;
  return `Of the ${formatCounted(intervals.users, 'returning user').replace('user', unitOfResult(result).one)}: half of the gaps are at most ${formatDays(populationGaps.p50)}; an interval counts own gaps, and two of that length besides. ${many[0]?.toUpperCase()}${many.slice(1)} without a gap are not drawn.`;
}

/** Whom the borders do not judge. */
export function earlierWords(result: SuggestReport): string {
  const { many } = unitOfResult(result);
  return `${many[0]?.toUpperCase()}${many.slice(1)} who left by an event, or have an open subscription, are judged by no border and left out.`;
}

/** Metrics whose breaks can't be told. */
export function unbrokenWords(result: SuggestReport): string[] {
  const { breaks, basis, users } = result;
  const { many } = unitOfResult(result);
  const wanted = basis === 'orders' ? (['recency', 'frequency', 'monetary'] as const) : (['recency', 'frequency'] as const);
  const missing = wanted.filter((metric) => breaks.every((found) => found.metric !== metric));
  if (missing.length === 0) return [];
  return [
    `${missing.map((metric) => METRIC_WORDS[metric]).join(', ')}: can't say; fewer than 50 of ${formatCounted(users, unitOfResult(result).one, many)} are scored.`,
  ];
}

/** The line of a model file for each metric whose edges coincide. */
export function modelWords({ breaks }: SuggestReport): string[] {
  const collapsed = breaks.filter(({ inUse, edges }) => inUse?.isCollapsed === true && edges.length > 0);
  if (collapsed.length === 0) return [];
  return [
    `For a model of your own (segment help rfm), edges that do not coincide: ${collapsed.map(modelLine).map(keepTogether).join(' ')}`,
  ];
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = { returned: 'came back', paid: 'ordered' };

/** "returned: 62 % came back within 28 days, 41 % of the others: 21 points more (15 to 27)" */
export function differenceWords({ outcome, members, others, difference, interval }: OutcomeDifference): string {
  const side = difference < 0 ? 'fewer' : 'more';
  const [low, high] = difference < 0 ? [-interval.high, -interval.low] : [interval.low, interval.high];
  return `${formatPercent(members.hits / members.n)} ${OUTCOME_WORDS[outcome]}, ${formatPercent(others.hits / others.n)} of the others: ${formatCounted(points(Math.abs(difference)), 'point')} ${side} (${points(low)} to ${points(high)})`;
}

const points = (share: number): number => Math.round(100 * share);

/** What each candidate is and how it differs, or why there is none. */
export function candidateWords({ candidates: found, ...result }: SuggestReport): string[] {
  const { many } = unitOfResult(result);
  const { candidates, reason, within, asOf, finding, judging, tried, judged, confidence } = found;
  if (reason === 'short_history')
    return [
      `Candidate segments: can't say. It takes ${formatDays(2 * within)} of history: ${within} to look at what ${many} do, and ${within} to see who comes back.`,
    ];
  if (reason === 'few_users')
    return [
      `Candidate segments: can't say. Of ${formatCount(finding + judging)} ${many} active in the ${formatDays(within)} before ${formatDate(asOf ?? '')}, half find groups and half judge them; it takes 100 in each.`,
    ];
  const how = `Looked for among ${many} active in the ${formatDays(within)} up to ${formatDate(asOf ?? '')}, by who was active and who ordered in the ${formatDays(within)} since: ${formatCounted(tried, 'rule')} in one half of them (${formatCount(finding)}, drawn by chance), ${formatCount(judged)} of these judged in the other (${formatCount(judging)}). All that is said is of the other half; the intervals are ${formatPercent(confidence)} for everything judged together.`;
  if (reason !== null) return ['Candidate segments: nothing stands out.', how];
  return [
    ...candidates.map(
      ({ name, text, users, found: first, further }) =>
        `${name}: ${formatCounted(users, unitOfResult(result).one, many)}. ${safeText(text)}. ${[first, ...(further === undefined ? [] : [further])].map(differenceWords).join('; ')}.`,
    ),
    how,
    'What goes with coming back need not be why: a message to them is a guess until segment split has shown it.',
  ];
}

/** How many started transactions are completed by when, sentences. */
export function recoveryWords({ recovery }: SuggestReport): string[] {
  if (recovery === null) return [];
  const { transactions, censored, points: curve, started, completed, halfBy, mostBy } = recovery;
  const names = `started by ${listed(started.map(safeText))}, completed by ${listed(completed.map(safeText))}`;
  const last = curve.at(-1);
  if (last === undefined) return [`Started transactions: can't say, there are ${transactions} and it takes 20 (${names}).`];
  const when =
    halfBy === null || mostBy === null
      ? 'None is completed within the hour.'
      : `Of those completed within ${last.minutes} minutes, half are by minute ${halfBy} and nine of ten by minute ${mostBy}: who has not finished then may need help (segment recipes transaction-recovery).`;
  const open =
    censored === 0
      ? ''
      : ` ${formatCounted(censored, 'start')} nearer to the end of the files than that ${censored === 1 ? 'counts' : 'count'} as long as seen (Kaplan and Meier).`;
  return [
    `${formatPercent(last.share)} of ${formatCounted(transactions, 'started transaction')} are completed within ${last.minutes} minutes (${intervalWords(last)}). ${when}`,
    `They are ${names}; who starts again within ${last.minutes} minutes tries the same one again.${open}`,
  ];
}

const HINT_WORDS: Readonly<Record<EventHint, (name: EventName) => string>> = {
  churn_event: ({ back }) => `hardly anybody comes back after it (${formatPercent(back?.share ?? 0)} of ${formatCount(back?.of ?? 0)})`,
  passive_event: ({ alone }) => `${formatPercent(alone)} of its days hold nothing else, as with what is sent to people`,
  value_event: ({ withAmount }) => `${formatPercent(withAmount)} of its rows have an amount`,
};
const FLAGS: Readonly<Record<EventHint, string>> = {
  churn_event: '--churn-event',
  passive_event: '--passive-event',
  value_event: '--value-event',
};

/** What names look like that are counted otherwise, with the flag and the key that say so; and how many come back after any active day. */
export function eventWords({ events, ...result }: SuggestReport): string[] {
  if (events === null) return [];
  const { names, anyBack } = events;
  const hints = names.flatMap((name) => (name.hint === null ? [] : [{ ...name, hint: name.hint }]));
  const { many } = unitOfResult(result);
  const usual =
    anyBack === null
      ? []
      : [
          `Of ${many} active ${formatDays(events.within)} before the end or earlier, ${formatPercent(anyBack.share)} were active again later.`,
        ];
  if (hints.length === 0) return [...usual, 'No name of an event looks like something else than it is counted as.'];
  return [
    ...usual,
    ...hints.map(
      (name) =>
        `${safeText(name.name)} may be ${name.hint === 'churn_event' ? 'a way to leave' : name.hint === 'passive_event' ? 'sent, not done' : 'worth money'}: ${HINT_WORDS[name.hint](name)}. ${keepTogether(`${FLAGS[name.hint]} ${safeText(shellWord(name.name))}`)}, or ${keepTogether(`${name.hint}:`)} in segment.yaml, says so in place of the names that are known.`,
    ),
  ];
}
