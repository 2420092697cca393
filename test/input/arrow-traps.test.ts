import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { afterAll, describe, expect, it } from 'vitest';
import { arrowBytes } from '../support/arrow-file.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { zipArchive } from '../support/zip-archive.js';

const folder = makeRunFolder();
afterAll(folder.remove);

const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);
const GOOD_SECONDS = 1_735_689_600n;

interface Summary {
  readonly rows: Record<string, number>;
  readonly rejects: readonly { file: string; line: number; reason: string }[];
  readonly columns: Record<string, string>;
}

async function summaryOf(argv: readonly string[], stdin?: Buffer): Promise<Summary> {
  const options = stdin === undefined ? {} : { stdin };
  const { stdout, stderr, exitCode } = await runCli(['classify', ...argv, '--dry-run', '--json', '--max-rejects', '100%'], {
    cwd: folder.path,
    ...options,
  });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Summary;
}

function withTimes(type: arrow.DataType, data: BigInt64Array | Int32Array): Uint8Array {
  const times = new arrow.Vector([arrow.makeData({ type, length: data.length, nullCount: 0, data } as never)]);
  const users = arrow.vectorFromArray(
    Array.from({ length: data.length }, (_, row) => `u${row}`),
    new arrow.Utf8(),
  );
  return arrow.tableToIPC(new arrow.Table({ user_id: users, time: times } as never), 'file');
}

describe('times that are none', () => {
  it.each([
    ['seconds', new arrow.TimestampSecond(), 1n],
    ['milliseconds', new arrow.TimestampMillisecond(), 1000n],
    ['microseconds', new arrow.TimestampMicrosecond(), 1_000_000n],
    ['nanoseconds', new arrow.TimestampNanosecond(), 1_000_000_000n],
    ['seconds of a zone', new arrow.TimestampSecond('UTC'), 1n],
    ['milliseconds of a zone', new arrow.TimestampMillisecond('UTC'), 1000n],
    ['microseconds of a zone', new arrow.TimestampMicrosecond('UTC'), 1_000_000n],
    ['nanoseconds of a zone', new arrow.TimestampNanosecond('UTC'), 1_000_000_000n],
    ['a date of milliseconds', new arrow.DateMillisecond(), 1000n],
  ] as const)('the greatest and the least number of %s are rejects, told by their rows', async (what, type, unit) => {
    const path = `${what}.arrow`;
    // The first row is 1 January 2025; before 1990, and what no clock shows, is implausible.
    writeFileSync(join(folder.path, path), withTimes(type, BigInt64Array.of(GOOD_SECONDS * unit, LARGEST, SMALLEST, 0n)));
    const { rows, rejects } = await summaryOf([path]);
    const isFarFuture = LARGEST / unit / 86_400n / 366n > 8000n;
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual(
      [2, 3, 4].filter((line) => line !== 2 || isFarFuture).map((line) => [line, 'implausible_time']),
    );
    expect(rows).toMatchObject({ total: 4, used: 1, rejected: isFarFuture ? 3 : 2, after_as_of: isFarFuture ? 0 : 1 });
  });

  it('days', async () => {
    writeFileSync(
      join(folder.path, 'days.arrow'),
      withTimes(new arrow.DateDay(), Int32Array.of(20_089, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 2)),
    );
    const { rows, rejects } = await summaryOf(['days.arrow']);
    expect(rows).toMatchObject({ total: 4, used: 1, rejected: 3 });
    expect(rejects.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('rows of several files keep their own numbers', async () => {
    const path = (name: string): string => join(folder.path, name);
    writeFileSync(path('one.arrow'), withTimes(new arrow.TimestampSecond(), BigInt64Array.of(0n, GOOD_SECONDS)));
    writeFileSync(path('two.arrow'), withTimes(new arrow.TimestampSecond(), BigInt64Array.of(GOOD_SECONDS, GOOD_SECONDS, 0n)));
    const { rejects } = await summaryOf(['one.arrow', 'two.arrow']);
    expect(rejects).toEqual([
      { file: 'one.arrow', line: 1, reason: 'implausible_time' },
      { file: 'two.arrow', line: 3, reason: 'implausible_time' },
    ]);
  });
});

describe('where Arrow comes from', () => {
  const TABLE = { columns: ['user_id', 'time', 'event'], rows: [1, 2, 3].map((day) => [`u${day % 2}`, `2025-01-0${day}`, 'view']) };

  it('folders key=value become columns', async () => {
    for (const country of ['DE', 'x%20y']) {
      mkdirSync(join(folder.path, 'lake', `country=${country}`), { recursive: true });
      writeFileSync(join(folder.path, 'lake', `country=${country}`, 'part.arrow'), arrowBytes(TABLE));
    }
    const argv = ['classify', 'lake', '--keep', 'country', '--out', 'lake-out', '--quiet'];
    expect((await runCli(argv, { cwd: folder.path })).exitCode).toBe(0);
    const members = readFileSync(join(folder.path, 'lake-out', 'members.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(members.map((line) => line.split(',').at(-1))).toEqual(['country', 'x y', 'x y']);
    expect(members.map((line) => line.split(',')[0])).toEqual(['user_id', 'u0', 'u1']);
  });

  it('standard input, and a zip archive', async () => {
    expect((await summaryOf(['-'], arrowBytes(TABLE, { isStream: true }))).rows).toMatchObject({ total: 3, used: 3 });
    writeFileSync(join(folder.path, 'packed.zip'), zipArchive([{ name: 'events.feather', content: arrowBytes(TABLE) }]));
    expect((await summaryOf(['packed.zip'])).rows).toMatchObject({ total: 3, used: 3 });
  });

  it('a file without events says so', async () => {
    writeFileSync(join(folder.path, 'none.arrow'), arrowBytes({ columns: TABLE.columns, rows: [] }));
    const { stderr, exitCode } = await runCli(['classify', 'none.arrow', '--dry-run'], { cwd: folder.path });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[no-events]')]);
    writeFileSync(join(folder.path, 'bare.arrow'), arrow.tableToIPC(new arrow.Table({}), 'file'));
    const bare = await runCli(['classify', 'bare.arrow', '--dry-run'], { cwd: folder.path });
    expect([bare.exitCode, bare.stderr]).toEqual([3, expect.stringMatching(/\[(?:columns-missing|no-events)\]/)]);
  });
});
