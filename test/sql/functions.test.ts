import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { localDay, unitsOf, utcFromLocal } from '../../src/sql/functions.js';
import { list, sql } from '../../src/sql/sql.js';
import { loadZoneOffsets } from '../../src/time/zone-offsets.js';
import { evaluate, openBareEngine } from '../support/evaluate-sql.js';
import { instantOfWall, printedOffset } from '../support/zone-by-intl.js';

const DAY_MS = 86_400_000;
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'America/Sao_Paulo', // clocks went from 23:59 to 01:00
  'Asia/Kathmandu',
  'Australia/Lord_Howe', // half an hour
  'Africa/Casablanca',
  'America/Recife', // two changes within a week
  'Pacific/Apia', // skipped a day
];

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

function text(ms: number): string {
  const iso = new Date(ms).toISOString();
  return iso.slice(0, 23).replace('T', ' ').replace('.000', '');
}

/** Instants and wall clocks around every change of a zone, and far from any. */
function moments(zone: string): number[] {
  const { transitions } = loadZoneOffsets(zone);
  const around = [-DAY_MS, -1000, -1, 0, 1_800_000, 3_600_000];
  const changes = transitions.flatMap(({ atUtcMs, offsetBeforeSeconds, offsetAfterSeconds }) =>
    [0, offsetBeforeSeconds, offsetAfterSeconds].flatMap((shift) => around.map((ms) => atUtcMs + 1000 * shift + ms)),
  );
  const midnights = [1990, 2000, 2024, 2038, 2099].map((year) => Date.UTC(year, 6, 1));
  return [...changes, ...midnights, ...midnights.map((ms) => ms - 1)].filter(
    (ms) => ms >= Date.UTC(1990, 0, 2) && ms < Date.UTC(2099, 11, 30),
  );
}

describe.each(ZONES)('%s', (zone) => {
  const offsets = loadZoneOffsets(zone);
  const tried = moments(zone);

  it('gives the day that Intl shows', async () => {
    const days = await evaluate(database, tried.map(text), (x) => localDay(x, offsets), sql`timestamp`);
    const expected = tried.map((ms) => String(Math.floor((ms + 1000 * printedOffset(zone, ms)) / DAY_MS)));
    expect(days).toEqual(expected);
  });

  it('reads wall clocks: forward in a gap, the earlier instant in an overlap', async () => {
    const instants = await evaluate(database, tried.map(text), (x) => utcFromLocal(x, offsets), sql`timestamp`);
    expect(instants).toEqual(tried.map((ms) => text(instantOfWall(zone, ms))));
  });
});

describe('days', () => {
  it.each([
    ['1970-01-01 00:00:00', 'UTC', 0],
    ['1969-12-31 23:59:59.999999', 'UTC', -1], // floors, also below zero
    ['1970-01-01 04:59:59', 'America/New_York', -1],
    ['2024-02-29 23:30:00', 'UTC', 19_782],
    ['2024-02-29 23:30:00', 'Europe/Berlin', 19_783], // 00:30 on 1 March
    ['2024-02-29 18:15:00', 'Asia/Kathmandu', 19_783], // 00:00 there
    ['2024-02-29 18:14:59', 'Asia/Kathmandu', 19_782],
    ['9999-12-31 23:59:59', 'UTC', 2_932_896],
  ])('%s in %s is day %d', async (instant, zone, day) => {
    expect(await evaluate(database, [instant], (x) => localDay(x, loadZoneOffsets(zone)), sql`timestamp`)).toEqual([String(day)]);
  });

  it('is an INTEGER, and null for null', async () => {
    const [row] = await database.rows(
      sql`select typeof(${localDay(sql`timestamp '2024-01-01'`, loadZoneOffsets('Europe/Berlin'))}) as type, ${localDay(sql`null::timestamp`, loadZoneOffsets('Europe/Berlin'))} as nothing`,
    );
    expect(row).toEqual({ type: 'INTEGER', nothing: null });
  });
});

describe('wall clocks', () => {
  it.each([
    ['2024-03-10 02:30:00', 'America/New_York', '2024-03-10 07:30:00'], // does not exist: 03:30 EDT
    ['2024-03-10 01:59:59', 'America/New_York', '2024-03-10 06:59:59'],
    ['2024-03-10 03:00:00', 'America/New_York', '2024-03-10 07:00:00'],
    ['2024-11-03 01:30:00', 'America/New_York', '2024-11-03 05:30:00'], // the first of two, EDT
    ['2024-11-03 02:00:00', 'America/New_York', '2024-11-03 07:00:00'],
    ['2018-11-04 00:00:00', 'America/Sao_Paulo', '2018-11-04 03:00:00'], // no midnight that day: 01:00
    ['2018-02-17 23:30:00', 'America/Sao_Paulo', '2018-02-18 01:30:00'], // twice; the summer one
    ['2024-04-07 01:45:00', 'Australia/Lord_Howe', '2024-04-06 14:45:00'], // twice, half an hour apart
  ])('%s in %s is %s', async (wall, zone, instant) => {
    expect(await evaluate(database, [wall], (x) => utcFromLocal(x, loadZoneOffsets(zone)), sql`timestamp`)).toEqual([instant]);
  });
});

describe('unitsOf', () => {
  const types = [
    [0, sql`decimal(38, 0)`],
    [2, sql`decimal(38, 2)`],
    [4, sql`decimal(38, 4)`],
    [10, sql`decimal(38, 10)`],
  ] as const;
  // The digits of an amount without its point are its units: 1.05 at scale 4 is 10500.
  const units = [0n, 1n, 5n, 99n, 10_499n, 10_500n, 123_456_789n, 10n ** 13n - 1n, 29_999_999_999_999n, 99_999_999_999_999n]
    .concat([10n ** 14n, 10n ** 14n + 1n, 2n ** 53n + 1n, 123_456_789_012_345_678n, 10n ** 28n - 1n])
    .flatMap((value) => [value, -value]);

  it.each(types)('gives every unit of amounts with %i decimals, small and large', async (scale, type) => {
    const amounts = units.map((value) => {
      const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
      const point = digits.length - scale;
      return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
    });
    const rows = await database.rows<{ found: string }>(sql`
      select (${unitsOf(sql`amount`, scale)})::varchar as found
      from (select unnest(range(${amounts.length})) as place, unnest(${list(amounts)})::${type} as amount) as amounts
      order by place`);
    expect(rows.map(({ found }) => found)).toEqual(units.map(String));
  });
});
