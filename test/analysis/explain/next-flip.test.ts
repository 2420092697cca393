import { describe, expect, it } from 'vitest';
import { explainUser } from '../../../src/analysis/explain/explain.js';
import { type DecidedRow, decidedQuery } from '../../../src/analysis/explain/explain-query.js';
import type { ExplainedUser } from '../../../src/analysis/explain/explain-result.js';
import type { Flags } from '../../../src/cli/read-settings.js';
import { statusDays, userRelations } from '../../../src/membership/member-relations.js';
import { ident, sql } from '../../../src/sql/sql.js';
import { dayOfIso } from '../../../src/time/day.js';
import { countedDay, dayOfCounted, type Pause } from '../../../src/time/pauses.js';
import { DEFAULT_PARAMETERS, type OracleSettings } from '../../oracle/oracle.js';
import { forChosenHistories } from '../../support/chosen-histories.js';
import type { HistoryKind } from '../../support/random-history.js';
import { type Classified, withClassified } from './with-classified.js';

const MINUTES = 60_000;
/** Days ahead that are always compared, besides those next to the flips. */
const ALWAYS = [1, 29, 1_200];
/** Clauses that waiting alone makes true. */
const BY_WAITING: readonly string[] = ['isInactive', 'isPayingButIdle', 'isDormant', 'isOverdue'];

const met = new Set<string>();

/** The flags of a run with the oracle's settings, as commander would give them. */
function flagsOf(settings: OracleSettings): Flags {
  const named = (names: string[] | undefined): string[] | undefined => (names?.length === 0 ? ['none'] : names);
  const changed = Object.entries(settings.parameters).filter(([name, value]) => value !== DEFAULT_PARAMETERS[name]);
  return {
    timezone: settings.timezone,
    lookback: String(settings.lookbackDays),
    scoring: settings.scoring,
    asOf: settings.asOf,
    orderColumn: settings.everyRowIsAnOrder ? 'none' : undefined,
    valueEvent: named(settings.valueEvents),
    churnEvent: named(settings.churnEvents),
    passiveEvent: named(settings.passiveEvents),
    riskEvent: named(settings.riskEvents),
    startEvent: named(settings.startEvents),
    cancelEvent: named(settings.cancelEvents),
    trialEvent: named(settings.trialEvents),
    trialEndEvent: named(settings.trialEndEvents),
    pause: settings.pauses?.map(({ first, last }) => `${first}..${last}`),
    set: changed.map(([name, value]) => `${name}=${value}`),
  };
}

function dayNumber(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new Error(`no day: ${iso}`);
  return day;
}

function pausesOf({ summary }: Classified['settings']): Pause[] {
  return summary.pauses.map(({ first, last }) => ({ first: dayNumber(first), last: dayNumber(last) }));
}

/** One user of each status and reason. */
async function sampleUsers({ database, settings }: Classified): Promise<ExplainedUser[]> {
  const ids = await database.rows<{ user_id: string }>(sql`
    select min(user_id) as user_id from members group by status, status_reason order by 1`);
  const users: ExplainedUser[] = [];
  for (const { user_id } of ids) users.push(...(await explainUser(database, settings, user_id)).users);
  return users;
}

/**
 * The users as a run with that as-of day decides on them when nothing more happens: the relations of every run over the days so
 * far, with the population's gaps, edges and quantiles left as they are.
 */
async function decideLater(
  { database, settings }: Classified,
  userIds: readonly string[],
  ahead: number,
): Promise<Map<string, DecidedRow>> {
  const asOfDay = dayNumber(settings.summary.asOf) + ahead;
  const firstDay = dayNumber(settings.summary.period.first);
  const pauses = pausesOf(settings);
  const relations = userRelations({
    asOfDay,
    firstDay,
    pauses,
    lookbackDays: settings.summary.rfm.lookbackDays,
    scoring: 'auto',
    rfmModel: settings.summary.rfm.model,
    parameters: settings.parameters,
    moneyScale: 2,
    shape: settings.shape,
    kept: [],
    hasPeople: false,
    further: [],
    visitorDays: 28,
    plan: undefined,
    maxValues: 20,
    frozen: undefined,
  });
  for (const { name, query } of relations) await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
  const rows = await database.rows<DecidedRow>(
    decidedQuery({ ...statusDays({ asOfDay, firstDay, pauses }), parameters: settings.parameters }, userIds),
  );
  return new Map(rows.map((row) => [row.userId, row]));
}

describe('the next flip and the nearest rule, against runs at later days', () => {
  it.each([
    ['any', 4],
    ['paced', 2],
    ['subscribed', 3],
    ['any, paused', 3],
    ['paced, paused', 2],
    ['subscribed, paused', 2],
  ] as [HistoryKind, number][])(
    '%s users keep their status until the day that was told',
    (kind, count) =>
      forChosenHistories(
        kind,
        async ({ csv, settings }) => {
          const now = new Date(Number(settings.nowMicros / 1000n)).toISOString();
          await withClassified(csv, flagsOf(settings), (classified) => compare(classified), now);
        },
        count,
      ),
    4 * MINUTES,
  );

  it('met every status that changes, and those that stay', () => {
    const flipping = ['new', 'loyal', 'at_risk', 'reactivated', 'occasional', 'active', 'dormant'].map((status) => `from ${status}`);
    const flipped = ['at_risk', 'occasional', 'active', 'dormant', 'churned'].map((status) => `to ${status}`);
    expect([...met]).toEqual(expect.arrayContaining([...flipping, ...flipped, 'stays churned', 'stays never_active']));
  });
});

async function compare(classified: Classified): Promise<void> {
  const { database, settings } = classified;
  const asOf = dayNumber(settings.summary.asOf);
  const pauses = pausesOf(settings);
  const users = await sampleUsers(classified);
  await database.run(sql`delete from day_kinds where day is null or day > ${asOf}`);
  const flips = new Map(
    users.map(({ userId, nextFlip }) => [userId, nextFlip === null ? Number.POSITIVE_INFINITY : dayNumber(nextFlip.day) - asOf]),
  );
  /** Days ahead until so many counted ones have passed. */
  const waiting = (days: number): number => dayOfCounted(countedDay(asOf, pauses) + days, pauses) - asOf;
  const looked = new Set(ALWAYS);
  for (const flip of flips.values()) if (flip < Number.POSITIVE_INFINITY) looked.add(flip).add(Math.max(1, flip - 1));
  for (const { nearest } of users)
    if (nearest?.unit === 'days') looked.add(waiting(nearest.missing)).add(Math.max(1, waiting(nearest.missing) - 1));
  const ids = users.map(({ userId }) => userId);
  for (const ahead of [...looked].sort((left, right) => left - right)) {
    const rows = await decideLater(classified, ids, ahead);
    for (const user of users) {
      const row = rows.get(user.userId);
      const flip = flips.get(user.userId) ?? 0;
      const where = `${user.userId}, ${ahead} days ahead`;
      if (ahead < flip) expect(row?.status, where).toBe(user.status);
      if (ahead === flip) expect([row?.status, row?.reason], where).toEqual([user.nextFlip?.status, user.nextFlip?.reason]);
      if (user.nearest !== null && BY_WAITING.includes(user.nearest.rule)) {
        if (ahead === waiting(user.nearest.missing)) expect(row?.[user.nearest.rule], where).toBe(true);
        if (ahead === waiting(user.nearest.missing) - 1) expect(row?.[user.nearest.rule], where).toBe(false);
      }
    }
  }
  for (const { status, nextFlip } of users) {
    met.add(nextFlip === null ? `stays ${status}` : `from ${status}`);
    if (nextFlip !== null) met.add(`to ${nextFlip.status}`);
  }
}
