import type { Database } from '../../engine/database.js';
import type { Relation } from '../../membership/member-relations.js';
import { sql } from '../../sql/sql.js';
import { bestCandidates } from '../../statistics/best-of.js';
import { sampleOf } from '../../statistics/moments.js';
import { intervalOfMean } from '../compare/compare.js';
import { CONFIDENCE } from '../compare/weigh.js';
import { type ActivityPart, activeUsersQuery, activitySumsQuery, productsQuery, userActivityQuery, WHOLE } from './activity-query.js';
import type { ActivityShare, DayTimes, ProfileResult } from './profile-result.js';

/** Active members that a best time needs. */
const LEAST_ACTIVE = 20;
/** Nothing stands out where more than so many hours, or weekdays, may be the best. */
const MOST_AS_GOOD = { hour: 6, weekday: 3 } as const;
const FAVOURITES = 10;
/** Rows stand for days without a time when more than this part of them is at midnight. */
const MOST_MIDNIGHTS = 0.5;

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
/** 0 is Monday. */
const WEEKDAYS = Array.from({ length: 7 }, (_, day) => String(day));

interface SumRow {
  readonly name: string;
  readonly members: bigint;
  readonly rest: bigint;
  readonly squares: bigint;
}

interface Active {
  readonly members: number;
  readonly rest: number;
}

/** What the activity of members is made of, and when it is, from `profile_events` and `profiled_users`: each member counts equally. */
export async function findActivity(
  database: Database,
  make: (relation: Relation) => Promise<void>,
): Promise<Pick<ProfileResult, 'favourites' | 'hours' | 'weekdays' | 'untimed'>> {
  const [midnights] = await database.rows<{ share: number | null }>(sql`
    select sum(events) filter (where is_midnight)::double / sum(events)::double as share
    from profile_events
    where is_activity`);
  const midnightShare = midnights?.share ?? 0;
  const isUntimed = midnightShare > MOST_MIDNIGHTS;
  await make({
    name: 'user_activity',
    comment: 'which part of the own activity of each user is which event, weekday and hour, in billionths',
    query: userActivityQuery(isUntimed),
  });
  await make({ name: 'activity_sums', comment: 'their sums over members and the rest', query: activitySumsQuery() });
  const active = await database.rows<{ part: string; members: number; rest: number }>(activeUsersQuery());
  const activeIn = (part: ActivityPart): Active => active.find((row) => row.part === part) ?? { members: 0, rest: 0 };
  const events = activeIn('event');
  return {
    favourites: (await readSums(database, 'event', FAVOURITES)).flatMap((row) =>
      row.members === 0n ? [] : [shareOf(row.name, row, events)],
    ),
    hours: await findTimes(database, 'hour', HOURS, activeIn('hour'), isUntimed),
    weekdays: await findTimes(database, 'weekday', WEEKDAYS, activeIn('weekday'), false),
    untimed: isUntimed ? midnightShare : 0,
  };
}

async function readSums(database: Database, part: ActivityPart, most: number): Promise<SumRow[]> {
  const rows = await database.rows<Record<keyof SumRow, string>>(sql`
    select name,
           members::varchar as members,
           rest::varchar as rest,
           squares::varchar as squares
    from activity_sums
    where part = ${part}
      and name <> ''
    order by activity_sums.members desc, name
    limit ${most}`);
  return rows.map(({ name, members, rest, squares }) => ({
    name,
    members: BigInt(members),
    rest: BigInt(rest),
    squares: BigInt(squares),
  }));
}

const NOTHING = { members: 0n, rest: 0n, squares: 0n };

async function findTimes(
  database: Database,
  part: 'hour' | 'weekday',
  names: readonly string[],
  active: Active,
  isUntimed: boolean,
): Promise<DayTimes> {
  if (active.members === 0) return { ...active, shares: [], best: null, why: isUntimed ? 'no times' : 'too few' };
  const found = await readSums(database, part, names.length);
  const rows = names.map((name) => found.find((row) => row.name === name) ?? { name, ...NOTHING });
  const shares = rows.map((row) => shareOf(row.name, row, active));
  const [top] = found;
  if (top === undefined || active.members < LEAST_ACTIVE) return { ...active, shares, best: null, why: 'too few' };
  const products = await database.rows<{ name: string; products: string }>(productsQuery(part, top.name));
  const withTop = new Map(products.map((row) => [row.name, BigInt(row.products)]));
  const candidates = rows.map(({ name, members, squares }) => ({ name, sum: members, squares, withTop: withTop.get(name) ?? 0n }));
  const asGood = new Set(bestCandidates(candidates, top.name, active.members, CONFIDENCE));
  if (asGood.size > MOST_AS_GOOD[part]) return { ...active, shares, best: null, why: 'none stands out' };
  return {
    ...active,
    shares,
    best: { top: top.name, asGood: found.map(({ name }) => name).filter((name) => asGood.has(name)) },
    why: null,
  };
}

function shareOf(name: string, { members, rest, squares }: Omit<SumRow, 'name'>, active: Active): ActivityShare {
  const sample = sampleOf({ n: BigInt(active.members), sum: members, squares, cubes: 0n }, WHOLE);
  if (sample === undefined) throw new Error('a share is one of somebody');
  const interval = intervalOfMean(sample);
  return {
    name,
    members: sample.mean,
    interval: interval === null ? null : { low: Math.max(0, interval.low), high: Math.min(1, interval.high) },
    rest: active.rest === 0 ? null : Number(rest) / WHOLE / active.rest,
  };
}
