import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Between, BOT, DEMO_DEFAULTS, DEMO_SHAPES, type DemoSettings, type DemoShapeName } from '../../src/demo/demo.js';
import { closedOffsets, demoQuery, demoUsersQuery } from '../../src/demo/demo-query.js';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { join as joinSql, type Sql, sql } from '../../src/sql/sql.js';

const SHAPES = Object.keys(DEMO_SHAPES) as DemoShapeName[];
const FIXTURE = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'segment-demo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(threads = 2): Promise<Database> {
  const options = { threads, memoryLimitBytes: 512_000_000, tempDirectory: folder, allowedPaths: [], allowedDirectories: [folder] };
  return openDuckDb(options);
}

/** SHA-256 of the export in a format, made by so many threads. */
async function digest(settings: DemoSettings, format: 'csv' | 'parquet', threads: number): Promise<string> {
  const database = await open(threads);
  const path = join(folder, `digest.${format}`);
  try {
    await database.copy(demoQuery(settings, format === 'csv' ? 'text' : 'instant'), path, { format });
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } finally {
    database.close();
    rmSync(path, { force: true });
  }
}

describe('the same arguments', () => {
  // 7,000 users make about 160,000 rows: more than one chunk, row group and batch.
  const settings: DemoSettings = { ...DEMO_DEFAULTS, users: 7000, days: 200, seed: 3 };

  it('give the same CSV bytes with 1, 2 and 4 threads', async () => {
    const one = await digest(settings, 'csv', 1);
    expect(await digest(settings, 'csv', 2)).toBe(one);
    expect(await digest(settings, 'csv', 4)).toBe(one);
  });

  // DuckDB ends row groups at other rows when more than one thread writes; the command always writes with one.
  it('give the same Parquet bytes again, and the same rows with 4 threads', async () => {
    expect(await digest(settings, 'parquet', 1)).toBe(await digest(settings, 'parquet', 1));
    const database = await open(4);
    try {
      const paths = [join(folder, 'rows.parquet'), join(folder, 'rows.csv')] as const;
      await database.copy(demoQuery(settings, 'instant'), paths[0], { format: 'parquet' });
      await database.copy(
        sql`select * replace (strftime(timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') as timestamp) from read_parquet(${paths[0]})`,
        paths[1],
        { format: 'csv' },
      );
      expect(createHash('sha256').update(readFileSync(paths[1])).digest('hex')).toBe(await digest(settings, 'csv', 1));
    } finally {
      database.close();
    }
  });

  it('give other people with another seed', async () => {
    const small: DemoSettings = { ...DEMO_DEFAULTS, users: 100 };
    expect(await digest({ ...small, seed: 2 }, 'csv', 1)).not.toBe(await digest(small, 'csv', 1));
  });

  it('still give fixtures/shop.csv', async () => {
    expect(existsSync(FIXTURE)).toBe(true);
    const fixture = createHash('sha256').update(readFileSync(FIXTURE)).digest('hex');
    expect(await digest({ ...DEMO_DEFAULTS, users: 240, days: 400, seed: 31 }, 'csv', 2)).toBe(fixture);
  });
});

describe.each(SHAPES)('%s', (name) => {
  const shape = DEMO_SHAPES[name];
  const settings: DemoSettings = { ...DEMO_DEFAULTS, shape: name };
  let database: Database;
  beforeAll(async () => {
    database = await open();
    await database.run(sql`create table export as ${demoQuery(settings, 'text')}`);
    await database.run(sql`create table people as ${demoUsersQuery(settings)}`);
    const value = name === 'saas' ? sql`amount` : sql`revenue`;
    const order = name === 'saas' ? sql`invoice_no` : sql`order_id`;
    await database.run(sql`
      create table events as
      select *, ${value} as value, ${order} as order_no, replace(timestamp, 'Z', '')::timestamp as instant, row_number() over () as row_no
      from export`);
  });
  afterAll(() => database?.close());

  const one = async (query: Sql): Promise<Record<string, unknown>> => (await database.rows<Record<string, unknown>>(query))[0] ?? {};
  const column = async (query: Sql): Promise<unknown[]> =>
    (await database.rows<Record<string, unknown>>(query)).map((row) => Object.values(row)[0]);
  const names = (group: readonly (readonly [string, number])[]): Sql => joinSql(group.map(([event]) => sql`${event}`));

  it('has the columns of an export', async () => {
    const plan = name === 'shop' ? [] : ['plan'];
    const columns = [
      'event_id',
      'user_id',
      'event',
      'timestamp',
      shape.columns.value,
      shape.columns.order,
      'session_id',
      'device',
      'country',
      ...plan,
    ];
    const found = await database.rows<{ column_name: string; column_type: string }>(
      sql`select column_name, column_type from (describe export)`,
    );
    expect(found.map((row) => row.column_name)).toEqual(columns);
    const value = found.find((row) => row.column_name === shape.columns.value);
    expect(value?.column_type).toMatch(/^DECIMAL\(\d+,2\)$/);
    expect(
      await one(
        sql`select count(*) filter (not regexp_full_match(timestamp, '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z')) as odd from export`,
      ),
    ).toEqual({
      odd: 0,
    });
  });

  it('has unique event ids, every user, and sessions of one user', async () => {
    const found = await one(sql`
      select
        count(*) - count(distinct event_id) as repeated_ids,
        count(*) filter (length(event_id) <> 32) as odd_ids,
        count(distinct user_id) as users
      from events`);
    expect(found).toEqual({ repeated_ids: 0, odd_ids: 0, users: settings.users });
    expect(
      await column(sql`select session_id from events where session_id is not null group by 1 having count(distinct user_id) > 1`),
    ).toEqual([]);
    expect(await column(sql`select user_id from events except select user_id from people`)).toEqual([]);
  });

  it('covers its days, in the order in which visits begin', async () => {
    const found = await one(sql`select min(instant)::date::varchar as first, max(instant)::date::varchar as last from events`);
    expect(found).toEqual({ first: '2025-07-01', last: '2026-06-30' });
    const disorder = await one(sql`
      with starts as (
        select min(row_no) as row_no, min(instant) as instant
        from events
        group by coalesce(session_id, event_id)
      )
      select count(*) filter (instant < earlier_one) as earlier
      from (select instant, lag(instant) over (order by row_no) as earlier_one from starts) as pairs`);
    expect(disorder).toEqual({ earlier: 0 });
  });

  it('has about a dozen event names, each of them seen', async () => {
    const all = [shape.opening, shape.beforeOrder, shape.order, shape.refund, ...shape.browsing, ...shape.passive, ...shape.leaving].map(
      (event) => (typeof event === 'string' ? event : event[0]),
    );
    const wanted = [...new Set(all)].toSorted();
    expect(await column(sql`select distinct event from events order by 1`)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThanOrEqual(10);
    expect(wanted.length).toBeLessThanOrEqual(14);
  });

  it('is as large as it says', async () => {
    const found = await one(sql`select count(*) / count(distinct user_id) as mean from events`);
    expect(Math.abs(Number(found['mean']) / shape.eventsPerUser - 1)).toBeLessThan(0.07);
  });

  it('hardly has events on the closed days', async () => {
    // 24 December 2025 to 2 January 2026 are 188 to 179 days before 30 June 2026.
    expect(closedOffsets(settings)).toEqual([[179, 188]]);
    const found = await one(sql`
      select
        count(*) filter (instant >= timestamp '2025-12-24' and instant < timestamp '2026-01-03') as closed,
        count(*) filter (instant >= timestamp '2025-12-14' and instant < timestamp '2025-12-24') as before,
        count(*) filter (instant >= timestamp '2026-01-03' and instant < timestamp '2026-01-13') as after
      from events`);
    expect(Number(found['closed'])).toBeGreaterThan(0);
    expect(Number(found['closed'])).toBeLessThan(0.1 * Math.min(Number(found['before']), Number(found['after'])));
  });

  it('is made by few, and by nobody alone', async () => {
    const found = await one(sql`
      with sizes as (select user_id, count(*) as size from events group by 1),
      ranked as (select size, row_number() over (order by size desc, user_id) as place, sum(size) over () as total from sizes)
      select
        sum(size) filter (place <= ${settings.users / 10}) / any_value(total) as tenth,
        max(size) / any_value(total) as largest,
        median(size) as middle,
        avg(size) as mean
      from ranked`);
    expect(Number(found['tenth'])).toBeGreaterThan(0.38);
    expect(Number(found['largest'])).toBeLessThan(0.0125);
    expect(Number(found['middle'])).toBeLessThan(0.6 * Number(found['mean']));
  });

  it('has one bot: the most events, within three days', async () => {
    const found = await one(sql`
      select count(*) as size, count(distinct instant::date) as days, count(distinct session_id) as visits
      from events
      group by user_id
      order by size desc
      limit 1`);
    expect(Number(found['size'])).toBeGreaterThan(0.8 * BOT.share * settings.users * shape.eventsPerUser);
    expect(found).toMatchObject({ days: 3, visits: BOT.visits });
  });

  it('writes visits that stay on their day, without gaps of half an hour', async () => {
    const found = await one(sql`
      select max(instant - earlier_one) < interval 30 minutes as has_no_gap, count(*) filter (instant::date <> earlier_one::date) as over_midnight, min(instant - earlier_one) >= interval 0 seconds as runs_on
      from (select instant, lag(instant) over (partition by session_id order by row_no) as earlier_one from events where session_id is not null) as pairs
      where earlier_one is not null`);
    expect(found).toEqual({ has_no_gap: true, over_midnight: 0, runs_on: true });
  });

  it('gives money and an order to orders and refunds, and to nothing else', async () => {
    const found = await one(sql`
      select
        count(*) filter ((value is not null) <> (event in (${shape.order}, ${shape.refund}))) as odd_values,
        count(*) filter ((order_no is not null) <> (event in (${shape.order}, ${shape.refund}))) as odd_orders,
        count(*) filter (event = ${shape.order} and value <= 0) as odd_orders_paid,
        count(*) filter (event = ${shape.refund} and value >= 0) as odd_refunds,
        count(*) filter (event = ${shape.refund}) > 0 as has_refunds
      from events`);
    expect(found).toEqual({ odd_values: 0, odd_orders: 0, odd_orders_paid: 0, odd_refunds: 0, has_refunds: true });
    const refunds = await one(sql`
      select count(*) filter (paid.order_no is null) as of_nothing, min(date_diff('day', paid.instant, refunds.instant)) as soonest, max(date_diff('day', paid.instant, refunds.instant)) as latest
      from (select * from events where event = ${shape.refund}) as refunds
      left join (select order_no, user_id, -max_by(value, instant) as paid_last, max(instant) as instant from events where event = ${shape.order} group by 1, 2) as paid
        on paid.order_no = refunds.order_no and paid.user_id = refunds.user_id and paid.paid_last = refunds.value`);
    expect(refunds).toMatchObject({ of_nothing: 0 });
    expect(Number(refunds['soonest'])).toBeGreaterThanOrEqual(2);
    expect(Number(refunds['latest'])).toBeLessThanOrEqual(9);
  });

  it('ends the life of those who leave, except for messages, refunds and those who come back', async () => {
    expect(
      await column(sql`
        with leavings as (select user_id, max(instant) as instant from events where event in (${names(shape.leaving)}) group by 1)
        select distinct intended_status
        from leavings
        join events using (user_id)
        join people using (user_id)
        where events.instant > leavings.instant and session_id is not null`),
    ).toEqual(['reactivated']);
  });

  it('has people of every status, each in the share its stages say', async () => {
    const sizes = await database.rows<{ intended_status: string; users: number }>(sql`
      select intended_status, count(*) as users from people group by 1`);
    for (const { name: status } of STATUSES) {
      const share = shape.stages.filter((stage) => stage.status === status).reduce((sum, stage) => sum + stage.share, 0);
      const users = sizes.find((row) => row.intended_status === status)?.users ?? 0;
      expect(share).toBeGreaterThan(0);
      expect(Math.abs(users - (settings.users * share) / 1000), status).toBeLessThanOrEqual(4);
    }
  });

  it('shares out a thousand slots to stages of different names', () => {
    expect(shape.stages.reduce((sum, stage) => sum + stage.share, 0)).toBe(1000);
    expect(new Set(shape.stages.map((stage) => stage.name)).size).toBe(shape.stages.length);
  });
});

describe('the closed days', () => {
  it.each<[string, number, readonly Between[]]>([
    ['2026-06-30', 365, [[179, 188]]],
    // Two Christmases: one year is 365 days.
    [
      '2026-06-30',
      730,
      [
        [544, 553],
        [179, 188],
      ],
    ],
    // Days that would lie in the last 120 are none; seven tenths of 365 is 255.
    ['2026-02-01', 365, [[255, 264]]],
    // 180 days reach back to 2 January 2026 only.
    ['2026-06-30', 180, [[126, 135]]],
    // Short exports have short closed days: 30/12 is 2.
    ['2026-06-30', 30, [[21, 22]]],
  ])('before %s, in %i days, are %j days before the end', (end, days, closed) => {
    expect(closedOffsets({ end, days })).toEqual(closed);
  });
});

describe('short and small exports', () => {
  it.each([
    ['shop', 30, 20],
    ['saas', 30, 20],
    ['media', 60, 25],
    ['shop', 1826, 50],
  ] as const)('%s, %i days, %i users: every user once seen, no day outside', async (shape, days, users) => {
    const database = await open();
    try {
      const settings: DemoSettings = { ...DEMO_DEFAULTS, shape, days, users };
      const rows = await database.rows(sql`
        select
          count(distinct user_id) as users,
          count(distinct event_id) = count(*) as has_unique_ids,
          date_diff('day', min(timestamp), timestamptz '2026-06-30') < ${days} as begins_in_time,
          max(timestamp) < timestamptz '2026-07-10' as ends_in_time
        from (${demoQuery(settings, 'instant')}) as events`);
      expect(rows).toEqual([{ users, has_unique_ids: true, begins_in_time: true, ends_in_time: true }]);
    } finally {
      database.close();
    }
  });
});
