import type { Database } from '../engine/database.js';
import type { EventShape, ValueRule } from '../events/event-shape.js';
import { PLAN_ROLES } from '../events/role-bits.js';
import { type Sql, sql } from '../sql/sql.js';
import { type BlockUsers, chooseAsOfDay, completeDayBefore, type DayVolume } from '../time/choose-as-of.js';
import type { Pause } from '../time/pauses.js';
import { fromDay, isBeforeDay } from './from-day.js';
import { dayKindsQuery, userDaysQuery } from './user-days-query.js';
import { type Ceiling, withCeiling } from './with-ceiling.js';

export interface UserDaysSettings {
  readonly events: Sql;
  /** Rows whose event id may stand on several rows, kept out of `events`; undefined when ids are not compared. */
  readonly repeated: RepeatedEvents | undefined;
  readonly shape: Omit<EventShape, 'valueRule'>;
  /** The rule the head of the files suggests; the whole input decides. */
  readonly expectedRule: ValueRule;
  /** Merged. */
  readonly pauses: readonly Pause[];
  /** The as-of day given, or undefined for the newest plausible one. */
  readonly asOfDay: number | undefined;
  /** Rows of users before this day are left out, and counted; undefined for none. */
  readonly sinceDay?: number | undefined;
  /** No event later than this can become the as-of date. */
  readonly ceiling: Ceiling;
  /** Gets the events that stayed, at last: the as-of day and what counts as activity are known then. */
  readonly onEvents?: ((events: Sql, shape: EventShape, asOfDay: number) => Promise<void>) | undefined;
  /** Runs before each pass over the input, which needs all events, or those that are still kept. */
  readonly beforePass: (needsAll: boolean) => void | Promise<void>;
  /** Fills `day_kinds` with days that were counted before, by the expected rule, in place of the first pass; none of `repeated` is in them. */
  readonly countedDays?: Sql | undefined;
  /** Of `day_kinds`, the rows that stay in the result; undefined when all do. Everything else is decided on the whole input. */
  readonly kept?: Sql | undefined;
}

/** The rows that may be duplicates, as input found them. */
export interface RepeatedEvents {
  /** All of them: the columns of `events`. */
  readonly all: Sql;
  /** Of `rows`, which are `all` or those with other days, the ones that stay once the as-of day is known, and what was dropped. */
  readonly removeDuplicates: (
    rows: Sql,
    asOfDay: number,
  ) => Promise<{ readonly kept: Sql; readonly dropped: number; readonly conflicting: number }>;
}

/** Row counts of `user_days`; structure rejects and duplicates are counted where they are found. */
export interface UserDaysCounts {
  readonly used: number;
  readonly afterAsOf: number;
  /** Before the first day that counts; undefined where none was named. */
  readonly beforeSince: number | undefined;
  readonly withoutUser: number;
  readonly rejectedTimes: number;
  readonly duplicate: number;
  /** Rows that filters leave out; undefined without a filter. */
  readonly filtered: number | undefined;
  /** Dropped rows that differ from the row that stayed. */
  readonly conflictingDuplicates: number;
  readonly badAmounts: number;
  readonly otherCurrencyAmounts: number;
  readonly roundedAmounts: number;
  readonly refunds: number;
}

export interface UserDays {
  readonly asOfDay: number;
  /** Set when rows on the last possible day had to be told apart by the hour. */
  readonly ceiling: Ceiling | undefined;
  /** First day of a trailing block that was set aside. */
  readonly setAsideFrom: number | undefined;
  /** Set when the as-of day looks incomplete: the day before it. */
  readonly completeDayBefore: number | undefined;
  readonly counts: UserDaysCounts;
  readonly shape: EventShape;
  /** What stands for the currency of amounts in used rows, upper case, bytewise, the first of many; empty when none is watched. */
  readonly currencyWords: readonly string[];
  /** Names without a role that may mean churn, bytewise, and how many used events have them. */
  readonly churnHints: readonly ChurnHint[];
  /** Days of the earliest and the latest used event; undefined when there is none. */
  readonly period: { readonly first: number; readonly last: number } | undefined;
}

export interface ChurnHint {
  readonly name: string;
  readonly events: number;
}

/** More names than flags give. */
const LISTED_EVENTS = 1000;
/** More than a message lists. */
const LISTED_CURRENCIES = 20;

/**
 * Fills the table `day_kinds`, and the view `user_days` upon it, in one pass over the events, and decides what only the whole input can tell:
 * the as-of day, the row counts and which events carry value. The pass is repeated only when the input reaches into
 * tomorrow, or bears out another value rule than the head of the files suggested.
 */
export async function buildUserDays(database: Database, settings: UserDaysSettings): Promise<UserDays> {
  const expected = { ...settings.shape, valueRule: settings.expectedRule };
  let { events } = settings;
  const { sinceDay } = settings;
  const everyRepeated = settings.repeated?.all;
  let repeated = everyRepeated && sinceDay !== undefined ? fromDay(everyRepeated, sql`${sinceDay}`) : everyRepeated;
  const first = settings.countedDays ?? (await kindsOf(settings, events, expected));
  const beforeSince = (await fill(database, settings, first, expected)) + (await countBefore(database, everyRepeated, sinceDay));
  let volumes = await dayVolumes(database, repeated);
  const reachesCeiling = settings.asOfDay === undefined && volumes.some(({ day }) => day === settings.ceiling.day);
  if (reachesCeiling) {
    events = withCeiling(events, settings.ceiling);
    repeated = repeated && withCeiling(repeated, settings.ceiling);
    if (settings.countedDays === undefined) await fill(database, settings, await kindsOf(settings, events, expected), expected);
    else await countDayAgain(database, settings, events, expected);
    volumes = await dayVolumes(database, repeated);
  }
  const { asOfDay, setAsideFrom } = await decideAsOf(database, settings, volumes, repeated);
  const once = repeated && (await settings.repeated?.removeDuplicates(repeated, asOfDay));
  const kept = once?.kept;
  if (kept) await add(database, kept, expected);
  const valueRule = settings.expectedRule === 'named' ? 'named' : await decideValueRule(database, asOfDay);
  const shape = { ...settings.shape, valueRule, hasPlanEvents: settings.shape.hasPlanEvents && (await findPlanEvents(database)) };
  if (valueRule !== settings.expectedRule) {
    await fill(database, settings, await kindsOf(settings, events, shape), shape);
    if (kept) await add(database, kept, shape);
  }
  if (settings.onEvents !== undefined) {
    await settings.beforePass(false);
    const all = kept === undefined ? events : sql`${events} union all by name ${kept}`;
    await settings.onEvents(sinceDay === undefined ? all : fromDay(all, sql`${sinceDay}`), shape, asOfDay);
  }
  const used = (await dayVolumes(database, undefined)).filter(({ day }) => day <= asOfDay);
  const [firstUsed, lastUsed] = [used.at(0), used.at(-1)];
  const churnHints = shape.hasMarkedEvents ? await listChurnHints(database, asOfDay) : [];
  const currencyWords = shape.hasCurrency ? await listCurrencyWords(database, asOfDay) : [];
  const all = await countRows(database, asOfDay);
  const left = settings.kept === undefined ? undefined : await keep(database, settings.kept, shape, { asOfDay, pauses: settings.pauses });
  return {
    asOfDay,
    ceiling: reachesCeiling ? settings.ceiling : undefined,
    setAsideFrom,
    completeDayBefore: completeDayBefore(used, asOfDay, settings.pauses),
    counts: {
      ...all,
      ...(left && { used: left.used, refunds: left.refunds }),
      filtered: left && all.used - left.used,
      beforeSince: sinceDay === undefined ? undefined : beforeSince,
      duplicate: once?.dropped ?? 0,
      conflictingDuplicates: once?.conflicting ?? 0,
    },
    shape,
    churnHints,
    currencyWords,
    period: firstUsed && lastUsed && { first: firstUsed.day, last: lastUsed.day },
  };
}

/** One more pass over the events. */
async function kindsOf({ beforePass }: UserDaysSettings, events: Sql, shape: EventShape, needsAll = true): Promise<Sql> {
  await beforePass(needsAll);
  return dayKindsQuery(events, shape);
}

/** Makes `day_kinds` and `user_days`; returns how many rows before the first day that counts were left out. */
async function fill(database: Database, { pauses, sinceDay }: UserDaysSettings, kinds: Sql, shape: EventShape): Promise<number> {
  await database.run(sql`create or replace temp table day_kinds as ${kinds}`);
  await database.createView('user_days', userDaysQuery(shape, pauses));
  if (sinceDay === undefined) return 0;
  const isBefore = isBeforeDay(sql`${sinceDay}`);
  const [row] = await database.rows<{ rows: number }>(
    sql`select coalesce(sum(events), 0)::bigint as rows from day_kinds where ${isBefore}`,
  );
  await database.run(sql`delete from day_kinds where ${isBefore}`);
  return row?.rows ?? 0;
}

/** The ceiling tells rows of its own day apart, and moves none of any other. */
async function countDayAgain(database: Database, settings: UserDaysSettings, events: Sql, shape: EventShape): Promise<void> {
  const { day } = settings.ceiling;
  const kinds = await kindsOf(settings, sql`select * from (${events}) as limited_events where day in (${day}, ${day + 1})`, shape, false);
  await database.run(sql`delete from day_kinds where day in (${day}, ${day + 1})`);
  await database.run(sql`insert into day_kinds ${kinds}`);
  if (settings.sinceDay !== undefined) await database.run(sql`delete from day_kinds where ${isBeforeDay(sql`${settings.sinceDay}`)}`);
}

async function countBefore(database: Database, repeated: Sql | undefined, sinceDay: number | undefined): Promise<number> {
  if (repeated === undefined || sinceDay === undefined) return 0;
  const [row] = await database.rows<{ rows: number }>(
    sql`select count(*) as rows from (${repeated}) as repeated_events where ${isBeforeDay(sql`${sinceDay}`)}`,
  );
  return row?.rows ?? 0;
}

/** Lets `user_days` show the rows that stay alone, and counts them. */
async function keep(
  database: Database,
  kept: Sql,
  shape: EventShape,
  { asOfDay, pauses }: { readonly asOfDay: number; readonly pauses: readonly Pause[] },
): Promise<RowsByTime> {
  await database.run(sql`create or replace temp table kept_kinds as ${kept}`);
  await database.createView('user_days', userDaysQuery(shape, pauses, sql`kept_kinds`));
  return countRows(database, asOfDay);
}

/** Makes room once nothing reads the days any more. */
export async function dropUserDays(database: Database): Promise<void> {
  await database.run(sql`drop view user_days`);
  await database.run(sql`drop table day_kinds`);
  await database.run(sql`drop table if exists kept_kinds`);
}

async function add(database: Database, events: Sql, shape: EventShape): Promise<void> {
  await database.run(sql`insert into day_kinds ${dayKindsQuery(events, shape)}`);
}

/** Users, days and event counts of everything read, duplicates included. */
function dayRows(repeated: Sql | undefined): Sql {
  const rows = sql`
      select user_id,
             day,
             events
      from user_days
      where user_id is not null
        and day is not null`;
  if (repeated === undefined) return rows;
  return sql`${rows}
      union all
      select user_id,
             day,
             1 as events
      from (${repeated}) as repeated_events
      where user_id is not null
        and day is not null`;
}

async function dayVolumes(database: Database, repeated: Sql | undefined): Promise<DayVolume[]> {
  return database.rows<{ day: number; events: number }>(sql`
    select day,
           sum(events)::bigint as events
    from (${dayRows(repeated)}) as day_rows
    group by day
    order by day`);
}

async function decideAsOf(
  database: Database,
  settings: UserDaysSettings,
  volumes: readonly DayVolume[],
  repeated: Sql | undefined,
): Promise<{ asOfDay: number; setAsideFrom: number | undefined }> {
  if (settings.asOfDay !== undefined) return { asOfDay: settings.asOfDay, setAsideFrom: undefined };
  const lastDay = settings.ceiling.day;
  const plausible = volumes.filter(({ day }) => day <= lastDay);
  if (plausible.length === 0) return { asOfDay: lastDay, setAsideFrom: undefined };
  const { day, setAsideFrom } = await chooseAsOfDay(
    plausible,
    (from) => countBlockUsers(database, dayRows(repeated), from, lastDay),
    settings.pauses,
  );
  return { asOfDay: day, setAsideFrom };
}

async function countBlockUsers(database: Database, rows: Sql, firstDayOfBlock: number, lastDay: number): Promise<BlockUsers> {
  const [row] = await database.rows<BlockUsers>(sql`
    select count(*) filter (where first_day < ${firstDayOfBlock}) as before,
           count(*) filter (where last_day >= ${firstDayOfBlock}) as within,
           count(*) as all
    from (
      select user_id,
             min(day) as first_day,
             max(day) as last_day
      from (${rows}) as day_rows
      where day <= ${lastDay}
      group by user_id
    ) as spans`);
  return row ?? { before: 0, within: 0, all: 0 };
}

/** PRODUCT §1: amounts on other names count only where no purchase-like name exists among the used rows, which no filter has thinned. */
export async function decideValueRule(database: Database, asOfDay: number, userDays: Sql = sql`user_days`): Promise<ValueRule> {
  const [row] = await database.rows<{ has_purchases: boolean; has_other_amounts: boolean }>(sql`
    select coalesce(bool_or(purchase_rows > 0), false) as has_purchases,
           coalesce(bool_or(other_amount_rows > 0), false) as has_other_amounts
    from ${userDays}
    where user_id is not null
      and day <= ${asOfDay}`);
  return row?.has_purchases && row.has_other_amounts ? 'purchases' : 'amounts';
}

/** Whether any row is an event of a subscription or a trial. */
async function findPlanEvents(database: Database): Promise<boolean> {
  const [row] = await database.rows<{ has_plan_events: boolean }>(sql`
    select coalesce(bool_or((kind & ${PLAN_ROLES}) <> 0), false) as has_plan_events
    from day_kinds`);
  return row?.has_plan_events ?? false;
}

/** Names of churn, risk and hinted events anywhere in `user_days`, in bytewise order, the first of many. */
export async function listMarkedEvents(database: Database): Promise<string[]> {
  const rows = await database.rows<{ marked_event: string }>(sql`
    select distinct marked_event
    from user_days
    where marked_event is not null
    order by marked_event
    limit ${LISTED_EVENTS}`);
  return rows.map(({ marked_event }) => marked_event);
}

async function listChurnHints(database: Database, asOfDay: number): Promise<ChurnHint[]> {
  return database.rows<ChurnHint>(sql`
    select marked_event as name,
           sum(events)::bigint as events
    from user_days
    where user_id is not null
      and day <= ${asOfDay}
      and marked_event is not null
      and last_churn_at is null
      and last_risk_at is null
    group by marked_event
    order by marked_event`);
}

async function listCurrencyWords(database: Database, asOfDay: number): Promise<string[]> {
  const rows = await database.rows<{ word: string }>(sql`
    select distinct word
    from (
      select unnest([least_currency, greatest_currency]) as word
      from user_days
      where user_id is not null
        and day <= ${asOfDay}
    ) as words
    where word is not null
    order by word
    limit ${LISTED_CURRENCIES}`);
  return rows.map(({ word }) => word);
}

type RowsByTime = Omit<UserDaysCounts, 'duplicate' | 'conflictingDuplicates' | 'filtered' | 'beforeSince'>;

async function countRows(database: Database, asOfDay: number): Promise<RowsByTime> {
  const isUsed = sql`user_id is not null and day <= ${asOfDay}`;
  const [row] = await database.rows<RowsByTime>(sql`
    select coalesce(sum(events) filter (where ${isUsed}), 0)::bigint as "used",
           coalesce(sum(events) filter (where user_id is not null and day > ${asOfDay}), 0)::bigint as "afterAsOf",
           coalesce(sum(events) filter (where user_id is null), 0)::bigint as "withoutUser",
           coalesce(sum(events) filter (where user_id is not null and day is null), 0)::bigint as "rejectedTimes",
           coalesce(sum(bad_amounts) filter (where ${isUsed}), 0)::bigint as "badAmounts",
           coalesce(sum(other_currency_amounts) filter (where ${isUsed}), 0)::bigint as "otherCurrencyAmounts",
           coalesce(sum(rounded_amounts) filter (where ${isUsed}), 0)::bigint as "roundedAmounts",
           coalesce(sum(refunds) filter (where ${isUsed}), 0)::bigint as refunds
    from user_days`);
  if (row === undefined) throw new Error('a grand total has one row');
  return row;
}
