import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { decideTimeFormat, type TimeFormat } from '../../src/input/time-format.js';
import { timeProblemQuery, timestampQuery, typedTimeProblemQuery, typedTimestampQuery } from '../../src/input/time-query.js';
import { list, type Sql, sql } from '../../src/sql/sql.js';
import { loadZoneOffsets } from '../../src/time/zone-offsets.js';
import { evaluate, openBareEngine } from '../support/evaluate-sql.js';
import { readTime, type TimeRules } from '../support/read-time.js';

const CONTEXT = { file: 'events.csv', column: 'ts', command: 'segment classify events.csv' };
const NO_FORMAT: TimeFormat = { pattern: null, epochUnit: null, slashOrder: null, shapes: [] };

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

/** Timestamps, or the reason where there is none. */
async function read(values: readonly string[], format: TimeFormat, zone = 'UTC'): Promise<unknown[]> {
  const offsets = loadZoneOffsets(zone);
  return evaluate(
    database,
    values,
    (x) => sql`coalesce(cast(${timestampQuery(x, format, offsets)} as varchar), ${timeProblemQuery(x, format, offsets)})`,
  );
}

/** The format of a head that holds just these values. */
function formatOf(values: readonly string[], rules: Partial<TimeFormat> = {}): TimeFormat {
  return { ...decideTimeFormat(values, {}, CONTEXT), ...rules };
}

describe('forms of a time', () => {
  it.each([
    // ISO 8601
    ['2024-01-02', '2024-01-02 00:00:00'],
    ['2024-01-02T03:04:05Z', '2024-01-02 03:04:05'],
    ['2024-01-02T03:04Z', '2024-01-02 03:04:00'],
    ['2024-01-02 03:04', '2024-01-02 03:04:00'],
    ['2024-01-02 03:04:05', '2024-01-02 03:04:05'],
    ['2024-01-02 03:04:05 UTC', '2024-01-02 03:04:05'],
    ['2024-01-02 03:04:05.25 UTC', '2024-01-02 03:04:05.25'],
    ['2024-01-02T03:04:05GMT', '2024-01-02 03:04:05'],
    ['2024-01-02T03:04:05.123456789Z', '2024-01-02 03:04:05.123456'], // cut, not rounded
    ['2024-01-02T03:04:05,9999999', '2024-01-02 03:04:05.999999'],
    ['2024-01-02T00:30:00+02:00', '2024-01-01 22:30:00'],
    ['2024-01-01T23:30:00-0200', '2024-01-02 01:30:00'],
    ['2024-01-02 05:45:00 +05:45', '2024-01-02 00:00:00'],
    ['2024-01-02 05:00:00+05', '2024-01-02 00:00:00'],
    ['2024-01-02 05:00:00.5 -0030', '2024-01-02 05:30:00.5'],
    ['20240102T030405Z', '2024-01-02 03:04:05'],
    ['20240102T0304+0100', '2024-01-02 02:04:00'],
    // digits
    ['20240102', '2024-01-02 00:00:00'],
    ['20240102030405', '2024-01-02 03:04:05'],
    ['1704067200', '2024-01-01 00:00:00'],
    ['1704067200.000', '2024-01-01 00:00:00'],
    ['1704067200.1234567', '2024-01-01 00:00:00.123456'],
    ['631152000', '1990-01-01 00:00:00'],
    // slashes
    ['2024/01/31', '2024-01-31 00:00:00'],
    ['2024/1/5 8:26', '2024-01-05 08:26:00'],
    ['12/1/2010 8:26', '2010-01-12 08:26:00'], // day first
    ['05/01/2024 08:26:01 PM', '2024-01-05 20:26:01'],
    ['05/01/2024 12:00am', '2024-01-05 00:00:00'],
    ['05/01/2024 12:30 PM', '2024-01-05 12:30:00'],
    // edges
    ['1990-01-01', '1990-01-01 00:00:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31 23:59:59'],
    ['2024-02-29', '2024-02-29 00:00:00'],
    ['2000-12-31 23:59:59.999999', '2000-12-31 23:59:59.999999'],
  ])('%s is %s, whatever the head shows', async (value, instant) => {
    const rules = { epochUnit: 's', slashOrder: 'day-first' } as const;
    const formats = [formatOf([value, '13/01/2024'], rules), { ...NO_FORMAT, ...rules }];
    for (const format of formats) expect(await read([value], format)).toEqual([instant]);
  });

  it.each([
    ['', 'no_time'],
    [' ', 'unreadable_time'],
    [' 2024-01-02', 'unreadable_time'],
    ['2024-01-02 ', 'unreadable_time'],
    ['2024-01-02  03:04:05', 'unreadable_time'],
    ['2024-01-02T3:04:05', 'unreadable_time'],
    ['2024-1-2', 'unreadable_time'],
    ['2024-02-30T00:00:00Z', 'unreadable_time'],
    ['2023-02-29', 'unreadable_time'],
    ['2023-13-01T00:00:00Z', 'unreadable_time'],
    ['2024-01-01T25:00:00Z', 'unreadable_time'],
    ['2024-01-01 24:00:00', 'unreadable_time'],
    ['2024-01-01T24:00:00Z', 'unreadable_time'],
    ['2024-01-01T23:59:60Z', 'unreadable_time'],
    ['2024-01-01 10:00:00 PST', 'unreadable_time'],
    ['2024-01-01 10:00:00 IST', 'unreadable_time'],
    ['2024-01-01 10:00:00 America/New_York', 'unreadable_time'],
    ['2024-01-01 10:00:00+24:00', 'unreadable_time'],
    ['2024-01-01 10:00:00.', 'unreadable_time'],
    ['2024-01-01 10:00:00.1+3456', 'unreadable_time'], // the cast would drop the offset
    ['2024-01-01Z', 'unreadable_time'],
    ['2024-W05-3', 'unreadable_time'],
    ['infinity', 'unreadable_time'],
    ['-infinity', 'unreadable_time'],
    ['epoch', 'unreadable_time'],
    ['now', 'unreadable_time'],
    ['not a date', 'unreadable_time'],
    ['31.01.2024', 'unreadable_time'],
    ['1/31/24', 'unreadable_time'],
    ['2024-01-01 (BC) 00:00:00', 'unreadable_time'],
    ['２０２４-01-01', 'unreadable_time'],
    ['0000-00-00 00:00:00', 'unreadable_time'],
    ['1_704_067_200', 'unreadable_time'],
    ['1.7e9', 'unreadable_time'],
    ['+1704067200', 'unreadable_time'],
    ['1704067200.', 'unreadable_time'],
    ['1970-01-01T00:00:00Z', 'implausible_time'],
    ['1989-12-31T23:59:59.999999Z', 'implausible_time'],
    ['1990-01-01T00:30:00+02:00', 'implausible_time'], // 22:30 on the day before
    ['0001-01-01', 'implausible_time'],
    ['1900-01-01', 'implausible_time'],
    ['19000101', 'implausible_time'],
    ['01/02/1985', 'implausible_time'],
    ['0', 'implausible_time'],
    ['-1', 'implausible_time'],
    ['631151999', 'implausible_time'],
    ['20241301', 'implausible_time'], // no date, so 20 million seconds
    ['1704067200000', 'other_time_unit'],
    ['1704067200000000', 'other_time_unit'],
    ['1704067200000000000', 'unreadable_time'], // nanoseconds are no unit of ours
    ['01/13/2024', 'unreadable_time'], // contradicts the order of the file
  ])('%j is no time: %s', async (value, reason) => {
    const format = formatOf([
      '2024-01-02 03:04:05',
      '2024-01-02T03:04:05Z',
      '2024-01-02',
      '1704067200',
      '13/01/2024',
      '2024-01-02 03:04:05.123456',
    ]);
    expect(await read([value], format)).toEqual([reason]);
    expect(await read([value], { ...format, shapes: [] })).toEqual([reason]);
  });

  it.each([
    ['ms', '1704067200123', '2024-01-01 00:00:00.123'],
    ['ms', '1704067200000.5', '2024-01-01 00:00:00.0005'],
    ['ms', '1704067200', 'other_time_unit'],
    ['us', '1704067200123456', '2024-01-01 00:00:00.123456'],
    ['us', '1704067200123456.9', '2024-01-01 00:00:00.123456'],
    ['us', '999999999999999', '2001-09-09 01:46:39.999999'],
    ['us', '999999999999999999', 'implausible_time'], // the year 33658
    ['s', '99999999999', '5138-11-16 09:46:39'],
    ['s', '100000000000', 'other_time_unit'],
    ['ms', '100000000000', 'implausible_time'], // 1973
    ['ms', '20240101250000', '2611-05-21 10:20:50'], // no such hour, so a number of 14 digits
    [null, '1704067200', 'other_time_unit'],
  ] as const)('in a file of %s, %s is %s', async (unit, value, expected) => {
    const format = { ...NO_FORMAT, epochUnit: unit };
    const fast = { ...format, shapes: formatOf([value]).shapes };
    for (const each of [format, fast]) expect(await read([value], each)).toEqual([expected]);
  });

  it('reads naive times in the zone: forward in a gap, the earlier instant in an overlap', async () => {
    const values = [
      '2024-03-10 01:59:59',
      '2024-03-10 02:30:00',
      '2024-11-03 01:30:00',
      '2024-07-01',
      '20240701',
      '20240310023000',
      '3/10/2024 2:30 AM',
    ];
    const expected = [
      '2024-03-10 06:59:59',
      '2024-03-10 07:30:00',
      '2024-11-03 05:30:00',
      '2024-07-01 04:00:00',
      '2024-07-01 04:00:00',
      '2024-03-10 07:30:00',
      '2024-03-10 07:30:00',
    ];
    const format = formatOf([...values, '10/31/2024']);
    for (const each of [format, { ...format, shapes: [] }]) expect(await read(values, each, 'America/New_York')).toEqual(expected);
  });
});

describe('--time-format', () => {
  it.each([
    ['%d.%m.%Y %H:%M', '31.01.2024 08:05', 'UTC', '2024-01-31 08:05:00'],
    ['%d.%m.%Y %H:%M', '10.03.2024 02:30', 'America/New_York', '2024-03-10 07:30:00'],
    ['%m/%d/%Y', '03/04/2024', 'UTC', '2024-03-04 00:00:00'],
    ['%d/%m/%Y', '03/04/2024', 'UTC', '2024-04-03 00:00:00'],
    ['%d/%m/%Y', '2024-04-03', 'UTC', 'unreadable_time'], // nothing beside the format
    ['%d/%m/%Y', '03/04/1980', 'UTC', 'implausible_time'],
    ['%d/%m/%Y', '', 'UTC', 'no_time'],
    ['%Y-%m-%d %H:%M:%S %z', '2024-01-01 10:00:00 -0400', 'America/New_York', '2024-01-01 14:00:00'],
    ['%Y-%m-%dT%H:%M:%S%z', '2024-01-01T10:00:00+02:00', 'America/New_York', '2024-01-01 08:00:00'],
    ['%Y-%m-%dT%H:%M:%S%z', '2024-01-01T10:00:00Z', 'America/New_York', '2024-01-01 10:00:00'],
    ['%d %b %Y %I:%M %p', '5 Jan 2024 08:05 pm', 'UTC', '2024-01-05 20:05:00'],
    ['%Y%%%m-%d', '2024%01-05', 'UTC', '2024-01-05 00:00:00'],
  ])('%s reads %j in %s as %s', async (pattern, value, zone, expected) => {
    expect(await read([value], { ...NO_FORMAT, pattern }, zone)).toEqual([expected]);
  });
});

describe('one layout, read by its characters', () => {
  const EXAMPLES = [
    '2024-11-12',
    '1997-11-12',
    '2024-11-12 13:14',
    '2024-11-12 13:14:15',
    '1997-11-12 23:14:15',
    '2024-11-12T13:14:15',
    '2024-11-12T13:14:15Z',
    '2024-11-12 13:14:15 UTC',
    '2024-11-12T13:14:15.123Z',
    '2024-11-12 13:14:15.123456',
    '2024-11-12 13:14:15.123 UTC',
    '2024-11-12T13:14:15+02:00',
    '2024-11-12 13:14:15 -0430',
    '2024-11-12T13:14:15.5-03',
    '20241112',
    '20241112131415',
    '1731417255',
    '13/11/2024 8:14',
    '11/13/2024 01:14:15 PM',
    '2024/11/12',
  ];
  const CHARACTERS = ['0', '2', '9', ' ', '\t', '\n', '-', '+', 'Z', 'T', '.', ':', ',', '/', '_', 'e', '(', 'a', '٣'];

  it.each(EXAMPLES)('%s: no character can be another without being noticed', async (example) => {
    const changed = new Set<string>();
    for (let at = 0; at <= example.length; at += 1) {
      for (const character of CHARACTERS) {
        changed.add(example.slice(0, at) + character + example.slice(at + 1));
        changed.add(example.slice(0, at) + character + example.slice(at));
        for (let other = at + 1; other < example.length; other += 3) {
          const start = example.slice(0, at) + character + example.slice(at + 1, other);
          for (const another of [' ', '+']) changed.add(start + another + example.slice(other + 1));
        }
      }
      changed.add(example.slice(0, at) + example.slice(at + 1));
      for (const text of ['24:00:00', '24', '60', '   ', 'UTC', ' BC', '+02', 'Z  '])
        changed.add(example.slice(0, at) + text + example.slice(at + text.length));
    }
    const values = [...changed];
    const format = formatOf([example]);
    const rules: TimeRules = { unit: format.epochUnit, order: format.slashOrder, zone: 'UTC' };
    const offsets = loadZoneOffsets('UTC');
    const rows = await database.rows<{ x: string; us: bigint | number | null }>(
      sql`select x, epoch_us(${timestampQuery(sql`x`, format, offsets)}) as us from (select unnest(${list(values)}) as x)`,
    );
    const wrong = rows.filter(({ x, us }) => {
      const expected = readTime(x, rules);
      return (us === null ? null : BigInt(us)) !== (typeof expected === 'bigint' ? expected : null);
    });
    expect(wrong).toEqual([]);
  });
});

describe('any text', () => {
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  const field = fc.integer({ min: 0, max: 61 });
  const arbitraryTime = fc
    .record({
      year: fc.constantFrom(1969, 1989, 1990, 1991, 1999, 2000, 2018, 2024, 2099),
      month: fc.integer({ min: 0, max: 13 }),
      day: fc.integer({ min: 0, max: 32 }),
      hour: fc.integer({ min: 0, max: 25 }),
      minute: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 59 }) }, field),
      second: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 59 }) }, field),
      fraction: fc.constantFrom('', '', '', '.5', '.123', ',25', '.123456', '.1234567', '.'),
      zone: fc.constantFrom('', '', 'Z', ' UTC', ' GMT', '+02:00', '-0430', ' +05', '+23:59', ' PST', '+24:00', ' Z'),
      half: fc.constantFrom('', ' AM', 'pm', ' Pm'),
      layout: fc.integer({ min: 0, max: 9 }),
      epoch: fc.oneof(fc.integer({ min: -10, max: 2_000_000_000 }), fc.integer({ min: 600_000_000_000, max: 4_000_000_000_000 })),
    })
    .map(({ year, month, day, hour, minute, second, fraction, zone, half, layout, epoch }) => {
      const clock = `${pad(hour)}:${pad(minute)}`;
      const forms = [
        `${year}-${pad(month)}-${pad(day)}`,
        `${year}-${pad(month)}-${pad(day)} ${clock}${zone}`,
        `${year}-${pad(month)}-${pad(day)} ${clock}:${pad(second)}${fraction}${zone}`,
        `${year}-${pad(month)}-${pad(day)}T${clock}:${pad(second)}${fraction}${zone}`,
        `${year}${pad(month)}${pad(day)}`,
        `${year}${pad(month)}${pad(day)}${pad(hour)}${pad(minute)}${pad(second)}`,
        `${year}${pad(month)}${pad(day)}T${pad(hour)}${pad(minute)}${pad(second)}${fraction}${zone}`,
        `${day}/${month}/${year} ${hour}:${pad(minute)}${half}`,
        `${year}/${pad(month)}/${day} ${clock}:${pad(second)}${fraction.replace(',', '.')}${half}${zone}`,
        `${epoch}${fraction.replace(',', '.')}`,
      ];
      return forms[layout] ?? '';
    });

  it.each(['UTC', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kathmandu'])('is read as the rules say, in %s', async (zone) => {
    const offsets = loadZoneOffsets(zone);
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTime, { minLength: 1, maxLength: 150 }),
        fc.constantFrom('s', 'ms', null),
        async (values, epochUnit) => {
          // The shapes come from the values themselves; what they mean is fixed here.
          const { shapes } = decideTimeFormat(['2024-01-01', '13/01/2024', ...values.filter((value) => !value.includes('/'))], {}, CONTEXT);
          const format: TimeFormat = { pattern: null, epochUnit, slashOrder: 'day-first', shapes };
          const rows = await database.rows<{ x: string; us: bigint | number | null; problem: string | null }>(sql`
          select x, epoch_us(${timestampQuery(sql`x`, format, offsets)}) as us, ${timeProblemQuery(sql`x`, format, offsets)} as problem
          from (select unnest(${list(values)}) as x)`);
          for (const { x, us, problem } of rows) {
            const expected = readTime(x, { unit: epochUnit, order: 'day-first', zone });
            const got = us === null ? problem : BigInt(us);
            if (got !== expected) throw new Error(`${x}: ${got}, expected ${expected}`);
            if (us !== null && problem !== null) throw new Error(`${x} is read and has the problem ${problem}`);
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('typed columns', () => {
  const FORMAT: TimeFormat = { ...NO_FORMAT, epochUnit: 's' };
  const cases: [string, Sql, string, string, string | null][] = [
    ['TIMESTAMP', sql`timestamp '2024-03-10 02:30:00'`, 'UTC', '2024-03-10 02:30:00', null],
    ['TIMESTAMP', sql`timestamp '2024-03-10 02:30:00'`, 'America/New_York', '2024-03-10 07:30:00', null],
    ['TIMESTAMP', sql`timestamp 'infinity'`, 'UTC', '', 'implausible_time'],
    ['TIMESTAMP', sql`timestamp '-infinity'`, 'America/New_York', '', 'implausible_time'],
    ['TIMESTAMP', sql`timestamp '1989-12-31 23:59:59'`, 'UTC', '', 'implausible_time'],
    ['TIMESTAMP', sql`timestamp '1989-12-31 19:00:00'`, 'America/New_York', '1990-01-01 00:00:00', null],
    ['TIMESTAMP', sql`timestamp '294247-01-10 04:00:54'`, 'UTC', '', 'implausible_time'],
    ['TIMESTAMP_S', sql`'2024-01-01 00:00:01'::timestamp_s`, 'UTC', '2024-01-01 00:00:01', null],
    ['TIMESTAMP_MS', sql`'2024-01-01 00:00:01.5'::timestamp_ms`, 'Asia/Kathmandu', '2023-12-31 18:15:01.5', null],
    ['TIMESTAMP_NS', sql`'2024-01-01 00:00:01.123456789'::timestamp_ns`, 'UTC', '2024-01-01 00:00:01.123456', null],
    ['TIMESTAMP WITH TIME ZONE', sql`'2024-01-01 00:00:00+02'::timestamptz`, 'America/New_York', '2023-12-31 22:00:00', null],
    ['TIMESTAMP WITH TIME ZONE', sql`'infinity'::timestamptz`, 'UTC', '', 'implausible_time'],
    ['DATE', sql`date '2024-07-01'`, 'America/New_York', '2024-07-01 04:00:00', null],
    ['DATE', sql`date 'infinity'`, 'UTC', '', 'implausible_time'],
    ['DATE', sql`date '5881580-07-10'`, 'UTC', '', 'implausible_time'],
    ['BIGINT', sql`1704067200::bigint`, 'America/New_York', '2024-01-01 00:00:00', null],
    ['BIGINT', sql`20240701::bigint`, 'America/New_York', '2024-07-01 04:00:00', null],
    ['BIGINT', sql`20240701030405::bigint`, 'UTC', '2024-07-01 03:04:05', null],
    ['BIGINT', sql`1704067200000::bigint`, 'UTC', '', 'other_time_unit'],
    ['INTEGER', sql`0::integer`, 'UTC', '', 'implausible_time'],
    ['UBIGINT', sql`18446744073709551615::ubigint`, 'UTC', '', 'unreadable_time'],
    ['HUGEINT', sql`1704067200::hugeint`, 'UTC', '2024-01-01 00:00:00', null],
    ['DOUBLE', sql`1704067200.25::double`, 'UTC', '2024-01-01 00:00:00.25', null],
    ['DOUBLE', sql`20240701::double`, 'UTC', '2024-07-01 00:00:00', null],
    ['DOUBLE', sql`'nan'::double`, 'UTC', '', 'unreadable_time'],
    ['DECIMAL(18,3)', sql`1704067200.125::decimal(18,3)`, 'UTC', '2024-01-01 00:00:00.125', null],
    ['VARCHAR', sql`'2024-01-01T00:00:00Z'`, 'UTC', '2024-01-01 00:00:00', null],
  ];

  it.each(cases)('%s %# ', async (type, value, zone, instant, problem) => {
    const offsets = loadZoneOffsets(zone);
    const [row] = await database.rows(sql`
      select coalesce(cast(${typedTimestampQuery(sql`x`, type, FORMAT, offsets)} as varchar), '') as instant,
        ${typedTimeProblemQuery(sql`x`, type, FORMAT, offsets)} as problem,
        ${typedTimeProblemQuery(sql`nothing`, type, FORMAT, offsets)} as of_null
      from (select ${value} as x, case when false then ${value} end as nothing)`);
    expect(row).toEqual({ instant, problem, of_null: 'no_time' });
  });

  it('reads milliseconds of a BIGINT column', async () => {
    const format: TimeFormat = { ...NO_FORMAT, epochUnit: 'ms' };
    const read = (x: Sql): Sql => typedTimestampQuery(x, 'BIGINT', format, loadZoneOffsets('UTC'));
    expect(await evaluate(database, ['1704067200123', '20240101', '1704067200'], read, sql`bigint`)).toEqual([
      '2024-01-01 00:00:00.123',
      '2024-01-01 00:00:00',
      null,
    ]);
  });
});
