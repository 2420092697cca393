import type { Interval } from '../../analysis/compare/compare-result.js';
import type { ComparedShare, DayTimes, ProfileResult, TypicalValue } from '../../analysis/profile/profile-result.js';
import { spoken } from '../classify/facts.js';
import { formatCount, formatDecimal, formatMoney, formatNumber, formatPercent, fractionOf } from '../format.js';
import { formatUnits, unitOfResult } from '../unit.js';

/** 0 is Monday. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** `status=at_risk, paying=paid: 27 of 240 users, 11.3 % (7.9 to 15.9 %)`. Text from data is as it stands there. */
export function profileHeadline(result: ProfileResult): string {
  const { segment, members, users, share, shareInterval } = result;
  const sizes = `${formatCount(members)} of ${formatUnits(users, result)}, ${tenths(share)} %`;
  return `${segment.join(', ')}: ${sizes} (${percents(shareInterval)})`;
}

/** `7.9 to 15.9 %` */
function percents({ low, high }: Interval): string {
  return `${tenths(low)} to ${tenths(high)} %`;
}

/** What a member is, and what to do. */
export function meaningWords({ meaning, goal }: ProfileResult, arrow: string): string {
  return [meaning ?? '', goal === null ? '' : `${arrow} ${goal}`].filter((text) => text !== '').join(' ');
}

/** Why an empty segment may be empty, or that everybody is in it. */
export function extremeWords(result: ProfileResult): string[] {
  const { members, users, rulesOff, segment } = result;
  if (members === 0) {
    const off = rulesOff.filter(({ status }) => segment.some((text) => text === status || text === `status=${status}`));
    const reason = off.map(({ status, why }) => ` The history is too short for ${spoken(status)}: it takes ${why}.`);
    return [`Nobody is in it as of ${result.asOf}.${reason.join('')}`];
  }
  return members === users ? ['Everybody is in it: there is no rest to compare members with.'] : [];
}

/** `1,234 of 98,765 in the last 365 days, 12 % of all`; nothing without amounts. */
export function revenueWords({ revenue, currency }: ProfileResult): string {
  if (revenue === null) return '';
  const { members, all } = revenue;
  const part = fractionOf(members, all);
  const share = Number(all) > 0 ? `, ${formatPercent(part)} of all` : '';
  return `${formatMoney(members, currency)} of ${formatMoney(all, currency)} in the last 365 days${share}`;
}

/** A quartile of a typical value: `12`, `34.50`. */
export function typicalText(text: string | null, { unit }: Pick<TypicalValue, 'unit'>, none: string): string {
  if (text === null) return none;
  return unit === 'money' ? formatMoney(text) : formatDecimal(formatNumber(Number(text), 1).replaceAll(',', ''));
}

/** What is compared: `did search`, `plan = pro`, `status at_risk`. Text from data is as it stands there. */
export function shareName({ kind, column, value }: ComparedShare): string {
  if (kind === 'event') return `did ${value ?? ''}`;
  const shown = value ?? '(none)';
  return kind === 'column' ? `${(column ?? '').replace(/^property:/, '')} = ${shown}` : `${segmentationWord(kind)} ${shown}`;
}

/** `rfm` for `rfm_segment`. */
export function segmentationWord(column: string): string {
  return column === 'rfm_segment' ? 'rfm' : spoken(column);
}

const CLEAR = { higher: 'more', lower: 'less' } as const;

/** The shares that members surely have more, or less, than the rest, the greatest difference first; not those of segmentations. */
export function clearShares({ shares }: ProfileResult, verdict: keyof typeof CLEAR): ComparedShare[] {
  return shares.filter((share) => share.verdict === verdict && (share.kind === 'event' || share.kind === 'column'));
}

/** Where it was not compared, or what was left out. */
export function comparedWords(result: ProfileResult): string[] {
  const { shares, events, columnsLeftOut, otherColumns, members, users, tests } = result;
  const rest = users - members;
  const few = Math.min(members, rest);
  const { many } = unitOfResult(result);
  const defined = shares.filter(({ verdict, kind }) => verdict === 'differs by definition' && (kind === 'event' || kind === 'column'));
  const names = [...new Set(defined.map((share) => (share.kind === 'column' ? (share.column ?? '') : (share.value ?? ''))))];
  return [
    ...(few > 0 && tests === 0 && few < LEAST_USERS
      ? [`Too few ${many} to compare: ${formatCount(members)} members and ${formatCount(rest)} others; 10 of each are needed.`]
      : []),
    ...(names.length === 0 ? [] : [`Different by definition: ${someOf(names)}.`]),
    ...(result.hasUnequalTenure
      ? ['Members and the rest are here for different lengths of time, and who is here longer has done more.']
      : []),
    ...(events.compared < events.names
      ? [`Of ${formatCount(events.names)} names of events the ${formatCount(events.compared)} most common were compared.`]
      : []),
    ...(columnsLeftOut.length === 0
      ? []
      : [`Left out, too many values: ${someOf(columnsLeftOut.map(({ column, values }) => `${column} (${formatCount(values)})`))}.`]),
    ...(otherColumns.length === 0 ? [] : [`Columns not looked at: ${someOf(otherColumns)} (--keep).`]),
  ];
}

const LEAST_USERS = 10;
const SHOWN_NAMES = 6;

function someOf(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown;
}

/** `the last 365 days`, `all time` */
export function lookbackWordsOf({ lookbackDays }: Pick<ProfileResult, 'lookbackDays'>): string {
  if (lookbackDays === 'all') return 'all time';
  return lookbackDays === 1 ? 'the last day' : `the last ${formatCount(lookbackDays)} days`;
}

/** `19:00 to 20:00` */
export function hourWords(name: string): string {
  const hour = Number(name);
  const clock = (of: number): string => `${String(of % 24).padStart(2, '0')}:00`;
  return `${clock(hour)} to ${clock(hour + 1)}`;
}

/** The best hour to reach members, the best weekday, and how sure both are. */
export function reachWords(result: ProfileResult): string[] {
  const { hours, weekdays, timezone } = result;
  return [
    bestWords(result, hours, { what: 'hour', name: hourWords, where: ` (${timezone})`, all: 24 }),
    bestWords(result, weekdays, { what: 'weekday', name: (name) => WEEKDAYS[Number(name)] ?? name, where: '', all: 7 }),
  ];
}

interface Slot {
  readonly what: string;
  readonly name: (name: string) => string;
  readonly where: string;
  readonly all: number;
}

function bestWords(result: ProfileResult, { members, shares, best, why }: DayTimes, { what, name, where, all }: Slot): string {
  if (why === 'no times') return `Best ${what}: can't say, the export has days without times of day.`;
  if (why === 'too few' || best === null) {
    if (why === 'none stands out') return `Best ${what}: none stands out of ${all}, by ${formatCount(members)} active members.`;
    return `Best ${what}: can't say, ${formatCount(members)} ${members === 1 ? 'member was' : 'members were'} active in ${lookbackWordsOf(result)}; 20 are needed.`;
  }
  const top = shares.find((share) => share.name === best.top);
  const interval = top?.interval ?? null;
  const sure = interval === null ? '' : ` (${percents(interval)})`;
  const others = best.asGood.filter((other) => other !== best.top);
  const rest = others.length === 0 ? `, surely more than any other ${what}` : `; ${others.map(name).join(', ')} may be as good`;
  return `Best ${what}: ${name(best.top)}${where}, ${tenths(top?.members ?? 0)} % of what they do${sure}${rest}.`;
}

const tenths = (fraction: number): string => formatNumber(100 * fraction, 1);
