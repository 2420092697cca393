import type { ValueRule } from '../../events/event-shape.js';
import { ROLE } from '../../events/role-bits.js';
import type { Interval } from '../../statistics/interval.js';
import { wilsonInterval } from '../../statistics/proportions.js';
import { AMOUNT } from '../../users/user-days-query.js';

/** A row of `eventNamesQuery`; of any active day where it has no name. */
export interface EventNameCount {
  readonly name: string | null;
  readonly events: number;
  readonly users: number;
  readonly amounts: number;
  readonly days: number;
  readonly lonelyDays: number;
  readonly kinds: number;
  readonly followed: number;
  readonly returned: number;
}

/** A role that a name might better have, and the option that gives it. */
export type EventHint =
  /** Hardly anybody comes back after it. */
  | 'churn_event'
  /** Users do nothing else on most of its days, as with what is sent to them. */
  | 'passive_event'
  /** It has amounts, and only events that somebody named carry value. */
  | 'value_event';

export interface EventName {
  readonly name: string;
  readonly events: number;
  readonly users: number;
  /** Share of all users who have it. */
  readonly reach: number;
  /** Share of its rows with a readable amount. */
  readonly withAmount: number;
  /** Share of its days on which the user did nothing else. */
  readonly alone: number;
  /** Of users who had it long enough ago, the share that was active later; null: too few. */
  readonly back: ({ readonly share: number; readonly of: number } & Interval) | null;
  /** What it counts as. */
  readonly roles: readonly ('activity' | 'value' | 'churn' | 'passive' | 'risk')[];
  readonly hint: EventHint | null;
}

const CONFIDENCE = 0.95;
const LEAST_USERS = 20;
/** Of the usual share that comes back, what is left after an event that looks like the end. */
const FEW_BACK = 0.5;
/** Days on which nothing else was done, so many of its days: hardly anything that people do stands alone so often. */
const MOSTLY_ALONE = 0.8;
/** And others stand alone less than half as often. */
const OTHERS_ALONE = 0.4;
/** Share of rows with an amount that is no accident. */
const MOSTLY_AMOUNTS = 0.5;

/** What names look like by what users do around them, and which option would say so where they are counted otherwise. */
export function judgeEvents(
  counts: readonly EventNameCount[],
  users: number,
  valueRule: ValueRule,
): { readonly names: readonly EventName[]; readonly anyBack: EventName['back'] } {
  const any = counts.find(({ name }) => name === null);
  const anyBack = any === undefined ? null : backOf(any);
  const named = counts.filter((count): count is EventNameCount & { readonly name: string } => count.name !== null);
  const names = named.map((count) => {
    const found = {
      name: count.name,
      events: count.events,
      users: count.users,
      reach: ratio(count.users, users),
      withAmount: ratio(count.amounts, count.events),
      alone: ratio(count.lonelyDays, count.days),
      back: backOf(count),
      roles: rolesOf(count.kinds, valueRule),
    };
    return { ...found, hint: hintOf(found, { anyBack, othersAlone: othersAlone(named, count), valueRule }) };
  });
  return { names, anyBack };
}

function hintOf(
  { users, events, withAmount, alone, back, roles }: Omit<EventName, 'hint'>,
  {
    anyBack,
    othersAlone: others,
    valueRule,
  }: { readonly anyBack: EventName['back']; readonly othersAlone: number; readonly valueRule: ValueRule },
): EventHint | null {
  if (roles.includes('value') || roles.includes('churn')) return null;
  if (back !== null && anyBack !== null && back.high < FEW_BACK * anyBack.low) return 'churn_event';
  if (roles.includes('activity') && users >= LEAST_USERS && alone >= MOSTLY_ALONE && others <= OTHERS_ALONE) return 'passive_event';
  return valueRule === 'named' && events >= LEAST_USERS && withAmount >= MOSTLY_AMOUNTS ? 'value_event' : null;
}

function rolesOf(kinds: number, valueRule: ValueRule): EventName['roles'] {
  const has = (bits: number): boolean => (kinds & bits) !== 0;
  const amounts = AMOUNT.positive | AMOUNT.zero | AMOUNT.negative;
  const value = { named: ROLE.named, purchases: ROLE.purchase, amounts: ROLE.purchase | amounts }[valueRule];
  return [
    ...(has(ROLE.passive | ROLE.churn | ROLE.refund) ? [] : (['activity'] as const)),
    ...(has(value | ROLE.refund) ? (['value'] as const) : []),
    ...(has(ROLE.churn) ? (['churn'] as const) : []),
    ...(has(ROLE.passive) ? (['passive'] as const) : []),
    ...(has(ROLE.risk) ? (['risk'] as const) : []),
  ];
}

/** Share of the days with other names that have nothing else; 1 where there is no other. */
function othersAlone(named: readonly EventNameCount[], count: EventNameCount): number {
  const others = named.filter((other) => other !== count);
  const days = others.reduce((sum, other) => sum + other.days, 0);
  return days === 0 ? 1 : others.reduce((sum, other) => sum + other.lonelyDays, 0) / days;
}

function backOf({ followed, returned }: EventNameCount): EventName['back'] {
  if (followed < LEAST_USERS) return null;
  return { share: returned / followed, of: followed, ...wilsonInterval({ hits: returned, n: followed }, CONFIDENCE) };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
