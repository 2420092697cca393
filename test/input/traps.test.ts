import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder, sumOfRows } from '../support/classify-once.js';
import { loadRows } from '../support/load-rows.js';
import { failureOf } from '../support/text-files.js';

/** Places where an engine that guesses reads a file wrongly without a word; each stands here with the right reading. */
const folder = makeRunFolder();
afterAll(folder.remove);
let files = 0;

const HEADER = 'user_id,event,timestamp,revenue';
/** Beyond the rows an engine samples, and our own 10,000. */
const FAR_ROWS = 25_000;

function write(content: string | Uint8Array, name = 'events.csv'): string {
  files += 1;
  const path = join(folder.path, String(files), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

function csv(...lines: string[]): string {
  return write(`${lines.join('\n')}\n`);
}

/** Many plain rows, then the given ones. */
function far(...last: string[]): string {
  const rows = Array.from({ length: FAR_ROWS }, (_, index) => `u${index % 500},view,2024-01-01 00:00:00,1`);
  return csv(HEADER, ...rows, ...last);
}

async function classify(...argv: string[]): Promise<ClassifyRun> {
  files += 1;
  return classifyOnce(argv, join(folder.path, `out${files}`));
}

async function classifyAll(...argv: string[]): Promise<ClassifyRun> {
  return classify(...argv, '--max-rejects', '100%');
}

async function amounts(...values: string[]): Promise<(string | null)[]> {
  const { rows } = await loadRows([
    csv('user_id,timestamp,revenue', ...values.map((value, index) => `u${index + 10},2024-01-01,"${value}"`)),
  ]);
  return rows.map(({ amount }) => amount);
}

async function times(...values: string[]): Promise<(string | null)[]> {
  const { rows } = await loadRows([csv('user_id,timestamp', ...values.map((value, index) => `u${index},${value}`))]);
  return rows.map(({ at }) => at);
}

async function usersOf(path: string): Promise<(string | null)[]> {
  return (await loadRows([path])).rows.map(({ user }) => user);
}

describe('what comes late in a file', () => {
  it('a time that cannot be read is a reject with its line, not a null', async () => {
    const { summary } = await classify(far('late,view,2025-02-30,1', 'late,view,garbage,1'));
    expect(summary.rows).toMatchObject({ total: FAR_ROWS + 2, used: FAR_ROWS, rejected: 2 });
    expect(summary.rejects.map(({ line }) => line)).toEqual([FAR_ROWS + 2, FAR_ROWS + 3]);
  });

  it('an offset is applied, a decimal kept', async () => {
    const { rows } = await loadRows([far('late,view,2024-01-01 05:30:00+05:30,12.75')]);
    expect(rows.find(({ user }) => user === 'late')).toEqual({ user: 'late', at: '2024-01-01 00:00:00', event: 'view', amount: '12.7500' });
  });

  it('an id that is no number stays what it is', async () => {
    const rows = Array.from({ length: FAR_ROWS }, (_, index) => `${index % 500},view,2024-01-01,1`);
    const { summary, members } = await classify(csv(HEADER, ...rows, 'text,view,2024-01-01,1', '007,view,2024-01-01,1'));
    expect(summary.users).toBe(502);
    expect(members.map((user) => user['user_id'])).toEqual(expect.arrayContaining(['7', '007', 'text']));
  });

  it('a quoted line end is one record, and the lines after it keep their numbers', async () => {
    const { summary } = await classify(far('late,"a\nb",2024-01-01,1', 'late,view,garbage,1'));
    expect(summary.rows).toMatchObject({ total: FAR_ROWS + 2, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: FAR_ROWS + 4, reason: 'unreadable_time' }]);
  });

  it('a quote that never closes refuses the file and names the line', async () => {
    const { exitCode, stderr } = await classify(far('late,"view,2024-01-01,1', 'u1,view,2024-01-01,1'));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`:${FAR_ROWS + 2}:`);
    expect(stderr).toContain('[unterminated-quote]');
  });

  it('a record cut off in the middle is a reject', async () => {
    const { summary } = await classifyAll(write(`${HEADER}\nu1,view,2024-01-01,1\nu2,view,2024-0`));
    expect(summary.rows).toMatchObject({ total: 2, used: 1, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 3, reason: 'too_few_fields' }]);
  });

  it('a date that contradicts the order the head proved is a reject', async () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => `u${index % 50},view,${(index % 28) + 1}/01/2024,1`);
    const { summary } = await classify(csv(HEADER, ...rows, 'late,view,01/28/2024,1'));
    expect(summary.rows).toMatchObject({ used: 10_001, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 10_003 }]);
  });
});

describe('several files', () => {
  it('columns are matched by name: swapped, more, fewer', async () => {
    const paths = [
      csv('user_id,event,timestamp,revenue', 'u1,purchase,2024-01-01,10'),
      csv('revenue,timestamp,user_id,event', '20,2024-01-02,u2,purchase'),
      csv('plan,timestamp,event,user_id', 'pro,2024-01-03,view,u3'),
      csv('timestamp,user_id', '2024-01-04,u4'),
    ];
    const { rows } = await loadRows(paths);
    expect(rows).toEqual([
      { user: 'u1', at: '2024-01-01 00:00:00', event: 'purchase', amount: '10.0000' },
      { user: 'u2', at: '2024-01-02 00:00:00', event: 'purchase', amount: '20.0000' },
      { user: 'u3', at: '2024-01-03 00:00:00', event: 'view', amount: null },
      { user: 'u4', at: '2024-01-04 00:00:00', event: null, amount: null },
    ]);
  });

  it('a name in another spelling is the same column, unless both stand in one file', async () => {
    const paths = [
      csv('User_ID,Timestamp,Plan Name', 'u1,2024-01-01,pro'),
      csv('timestamp,user_id,plan_name', '2024-01-02,u2,free'),
      csv('user id,TIMESTAMP', 'u3,2024-01-03'),
    ];
    const { summary, members } = await classify(...paths, '--keep', 'plan_name');
    expect(summary.columns).toMatchObject({ user: 'User_ID', time: 'Timestamp' });
    expect(members.map((user) => [user['user_id'], user['plan_name']])).toEqual([
      ['u1', 'pro'],
      ['u2', 'free'],
      ['u3', ''],
    ]);
    const { stderr } = await classify(csv('user_id,User_ID,timestamp', 'u1,u2,2024-01-01'), ...paths);
    expect(stderr).toContain('[columns-ambiguous]');
  });

  it('a reject in a file with another spelling is told with its line', async () => {
    const { summary } = await classifyAll(csv('User_ID,Timestamp', 'u1,2024-01-01'), csv('timestamp,user_id', '2024-01-02,u2', 'x,u3'));
    expect(summary.rejects).toMatchObject([{ line: 3, reason: 'unreadable_time' }]);
  });

  it('of other delimiters, encodings, line ends and compression', async () => {
    const paths = [
      csv(HEADER, 'u1,purchase,2024-01-01,1'),
      write(`${HEADER.replaceAll(',', ';')}\r\nu2;purchase;2024-01-01;2\r\n`),
      write(Buffer.from(`\ufeff${HEADER.replaceAll(',', '\t')}\nu3\tpurchase\t2024-01-01\t3\n`, 'utf16le')),
      write(gzipSync(`${HEADER}\nu4,purchase,2024-01-01,4\n`), 'events.csv.gz'),
      write(`\ufeff\n\n${HEADER}\ru5,purchase,2024-01-01,5\r`),
    ];
    const { rows } = await loadRows(paths);
    expect(rows.map(({ user, amount }) => [user, amount])).toEqual([1, 2, 3, 4, 5].map((number) => [`u${number}`, `${number}.0000`]));
  });

  it('each decides for itself how times are written', async () => {
    const paths = [
      csv('user_id,timestamp', 'u1,31/01/2024'),
      csv('user_id,timestamp', 'u2,01/31/2024'),
      csv('user_id,timestamp', 'u3,1706659200'),
    ];
    expect((await loadRows(paths)).rows.map(({ at }) => at)).toEqual(Array.from({ length: 3 }, () => '2024-01-31 00:00:00'));
  });

  it('one with a header only adds nothing and takes nothing away', async () => {
    const { summary } = await classify(csv(HEADER), csv(HEADER, 'u1,view,2024-01-01,1'), csv(HEADER));
    expect(summary.rows).toMatchObject({ total: 1, used: 1 });
  });

  it('one without the user column is refused by name', async () => {
    const odd = csv('person,timestamp', 'u1,2024-01-01');
    const { exitCode, stderr } = await classify(csv(HEADER, 'u1,view,2024-01-01,1'), odd);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(odd);
    expect(stderr).toContain('[column-missing-in-file]');
  });

  it('a reject is told with its own file', async () => {
    const [first, second] = [csv(HEADER, 'u1,view,2024-01-01,1'), csv(HEADER, 'u1,view,2024-01-01,1', 'u1,view,x,1')];
    const { summary } = await classifyAll(first, second);
    expect(summary.rejects).toEqual([{ file: second, line: 3, reason: 'unreadable_time' }]);
  });
});

describe('a bare id', () => {
  const day = (date: string, ids: readonly number[]): string =>
    csv('id,user_id,timestamp,revenue', ...ids.map((id) => `${id},u${id},${date},1`));

  it('that begins anew in every file is no event id: no row is taken for a repetition', async () => {
    const { summary, codes } = await classify(day('2024-01-01', [1, 2, 3]), day('2024-01-02', [1, 2, 3]));
    expect(summary.rows).toMatchObject({ total: 6, used: 6, duplicate: 0 });
    expect(summary.warnings).toContainEqual({
      code: 'ignored_columns',
      message: 'event id column: none, as the values of "id" repeat; --event-id-column id drops the rows that repeat one',
    });
    expect(codes.filter((code) => code === 'ignored_columns')).toHaveLength(1);
  });

  it('that begins anew after the head is none either', async () => {
    const ids = Array.from({ length: 12_000 }, (_, index) => (index % 10_500) + 1);
    expect((await classify(day('2024-01-01', ids))).summary.rows).toMatchObject({ used: 12_000, duplicate: 0 });
  });

  it('that never repeats is one', async () => {
    const { summary } = await classify(day('2024-01-01', [1, 2]), day('2024-01-02', [3]));
    expect(summary.rows).toMatchObject({ used: 3, duplicate: 0 });
    expect(summary.warnings).toContainEqual({ code: 'ignored_columns', message: 'event id column: "id" (no value repeats)' });
  });

  it('that is named drops what repeats it', async () => {
    const { summary } = await classify(day('2024-01-01', [1, 2]), day('2024-01-02', [2, 3]), '--event-id-column', 'id');
    expect(summary.rows).toMatchObject({ used: 3, duplicate: 1 });
  });
});

describe('names of files', () => {
  const NAMES = [
    'we[1]rd*?.csv',
    'a*.csv',
    'q?.csv',
    "it's.csv",
    'a "b".csv',
    'new\nline.csv',
    '日本 é.csv',
    '{a,b}.csv',
    '!x.csv',
    '$HOME;--.csv',
    '%41.csv',
    '-x.csv',
  ];
  it.each(NAMES)('%j is read as itself, not as a pattern', async (name) => {
    const path = write(`${HEADER}\nright,view,2024-01-01,1\n`, `in [x]?/${name}`);
    for (const other of ['we1rdab.csv', 'ab.csv', 'qx.csv', 'a.csv', 'b.csv', 'x.csv']) {
      writeFileSync(join(dirname(path), other), `${HEADER}\nwrong,view,2024-01-01,1\n`);
    }
    expect((await classify(path)).members.map((user) => user['user_id'])).toEqual(['right']);
  });

  it('a backslash is one, but not beside signs of patterns: there the engine takes it for an escape', async () => {
    expect((await classify(write(`${HEADER}\nright,view,2024-01-01,1\n`, 'back\\slash.csv'))).summary.users).toBe(1);
    const { exitCode, stderr } = await classify(write(`${HEADER}\nright,view,2024-01-01,1\n`, 'back\\slash [1].csv'));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[input-name-unreadable]');
  });

  it('a folder with signs of patterns, with the temporary folder and the output in one too', async () => {
    const path = write(gzipSync(`${HEADER}\nright,view,2024-01-01,1\n`), 'in [1]*?/a.csv.gz');
    const odd = join(folder.path, "o'd [d]*? {x,y}");
    mkdirSync(join(odd, 'temp [t]'), { recursive: true });
    const { exitCode, members } = await classifyOnce([dirname(path), '--temp-dir', join(odd, 'temp [t]')], join(odd, 'out [o]*?'));
    expect(exitCode).toBe(0);
    expect(members).toHaveLength(1);
  });

  it('a link to a file elsewhere is read', async () => {
    const path = csv(HEADER, 'right,view,2024-01-01,1');
    symlinkSync(path, join(dirname(path), 'link.csv'));
    expect((await classify(join(dirname(path), 'link.csv'))).summary.users).toBe(1);
  });
});

describe('ids are text', () => {
  const IDS = [
    '007',
    '7',
    '7.0',
    '1e5',
    '100000',
    '1E5',
    '9007199254740993',
    '9007199254740992',
    '12345678901234567890123',
    '12345678901234567891234',
    ' 7',
    '7 ',
    '0x10',
    '1_000',
    '1000',
    'true',
    'TRUE',
    'NaN',
    'inf',
    '+1',
    '-1',
    '#u9',
    '\u00a07',
  ];
  it('none is rounded, trimmed, folded or merged', async () => {
    const path = csv(HEADER, ...IDS.map((id) => `"${id}",view,2024-01-01,1`));
    expect((await usersOf(path)).toSorted()).toEqual(IDS.toSorted());
    const { members } = await classify(path);
    expect(members.map((user) => user['user_id']).toSorted()).toEqual(IDS.toSorted());
  });

  it('an empty one, quoted or not, is no user; a blank one is', async () => {
    const { summary } = await classifyAll(csv(HEADER, '"",view,2024-01-01,1', ',view,2024-01-01,1', ' ,view,2024-01-01,1'));
    expect(summary.rows).toMatchObject({ total: 3, used: 1, without_user: 2 });
  });

  it('words for nothing are ids, with a warning', async () => {
    const { summary, codes } = await classify(csv(HEADER, 'NULL,view,2024-01-01,1', 'N/A,view,2024-01-01,1', '\\N,view,2024-01-01,1'));
    expect(summary.users).toBe(3);
    expect(codes).toContain('placeholder_id');
  });

  it('lines that begin with # are rows', async () => {
    expect(await usersOf(csv(HEADER, '#u9,view,2024-01-01,1', 'u1,view,2024-01-01,1'))).toEqual(['#u9', 'u1']);
    expect((await classify(csv('# made by us', HEADER, 'u1,view,2024-01-01,1'))).exitCode).toBe(3);
  });
});

describe('amounts', () => {
  it('what is no number is unknown, and what reads as one elsewhere is none here', async () => {
    expect(await amounts('inf', '-inf', 'Infinity', 'NaN', '1_000', '0x10', 'NULL', 'N/A', '1e3x', '', '5')).toEqual([
      ...Array.from({ length: 10 }, () => null),
      '5.0000',
    ]);
    const path = csv('user_id,timestamp,revenue', 'u1,2024-01-01,inf', 'u2,2024-01-01,1_000', 'u3,2024-01-01,', 'u4,2024-01-01,5');
    const { summary } = await classifyAll(path);
    expect(summary).toMatchObject({ bad_amounts: 2, value_total: '5.00', rows: { used: 4 } });
  });

  it('decimals beyond four are kept when the head shows them, to ten', async () => {
    expect(await amounts('0.1234567891', '0.2')).toEqual(['0.1234567891', '0.2000000000']);
    expect(await amounts('0.00005', '-0.00005')).toEqual(['0.00005', '-0.00005']);
    const { rows, loaded } = await loadRows([far('late,purchase,2024-01-01,0.00005', 'later,purchase,2024-01-01,-0.00005')]);
    expect(loaded.moneyScale).toBe(4);
    // Half away from zero.
    expect(rows.filter(({ event }) => event === 'purchase').map(({ amount }) => amount)).toEqual(['0.0001', '-0.0001']);
  });

  it('in another currency than the chosen one are named by its code, however it was given', async () => {
    const { summary } = await classify(csv('user_id,timestamp,revenue', 'u1,2024-01-01,$5', 'u1,2024-01-02,€7'), '--currency', 'usd');
    expect(summary.value_total).toBe('5.00');
    expect(summary.warnings).toContainEqual({ code: 'other_currency', message: '1 amount in another currency than USD counts as unknown' });
  });

  it('are exact beyond what a double holds', async () => {
    const path = csv('user_id,timestamp,revenue', 'u1,2024-01-01,900719925474099.31', 'u2,2024-01-01,0.01');
    expect((await classify(path)).summary.value_total).toBe('900719925474099.32');
  });

  it('with more than 18 digits before the point are unknown, and counted as such: sums stay exact, and never run over', async () => {
    const large = '999999999999999999.9999999999';
    const rows = [
      `u2,2024-01-01,-${'9'.repeat(34)}`,
      `u3,2024-01-01,${large}`,
      `u3,2024-01-02,${large}`,
      `u4,2024-01-01,-${large}`,
      'u5,2024-01-01,5',
    ];
    const path = csv('user_id,timestamp,revenue', 'u1,2024-01-01,1e30', ...rows);
    const { summary, members } = await classifyAll(path);
    expect(summary).toMatchObject({ bad_amounts: 2, value_total: '1000000000000000004.9999999999', rows: { used: 6 } });
    expect(members.find((user) => user['user_id'] === 'u3')).toMatchObject({
      monetary: '1999999999999999999.9999999998',
      monetary_score: '5',
    });
  });

  it('blanks around one do not matter', async () => {
    expect(await amounts(' 5 ', '5')).toEqual(['5.0000', '5.0000']);
  });
});

describe('times', () => {
  it('words and years an engine takes for times are none', async () => {
    const path = csv(
      'user_id,timestamp',
      ...['2024-01-01', 'infinity', '-infinity', 'epoch', 'now', 'today', '0001-01-01', '1989-12-31', '290000-01-01', '10:00'].map(
        (time) => `u,${time}`,
      ),
    );
    expect((await classifyAll(path)).summary.rows).toMatchObject({ total: 10, used: 1, rejected: 9 });
  });

  it('the year 9999 is later than the as-of date, and never chooses it', async () => {
    const { summary } = await classifyAll(csv('user_id,timestamp', 'u1,2024-01-01', 'u1,9999-12-31'));
    expect(summary).toMatchObject({ as_of: '2024-01-01', rows: { used: 1, after_as_of: 1 } });
  });

  it('zones by letters are not guessed: read right, or rejected', async () => {
    const [plain, ...zoned] = await times(
      '2024-07-01 00:00:00',
      '2024-07-01 00:00:00 PST',
      '2024-07-01 00:00:00 America/New_York',
      '2024-07-01 00:00:00 XYZ',
    );
    expect(plain).toBe('2024-07-01 00:00:00');
    expect(zoned).toEqual([null, null, null]);
  });

  it('the end of a day and a leap second are no other day', async () => {
    const { rows } = await loadRows([
      csv('user_id,timestamp', 'a,2024-01-01 23:59:59.999999', 'b,2024-01-01 24:00:00', 'c,2016-12-31 23:59:60'),
    ]);
    expect(rows.map(({ at }) => at)).toEqual(['2024-01-01 23:59:59.999999', null, null]);
  });

  it('blanks around one make it unreadable, not another time', async () => {
    expect(await times(' 2024-01-01 00:00:00', '2024-01-01 00:00:00 ', '2024-01-01 00:00:00')).toEqual([null, null, '2024-01-01 00:00:00']);
  });
});

describe('records', () => {
  it('a column that is not needed counts too: a short or long record is a reject', async () => {
    const wide = 'user_id,timestamp,a,b,c,d';
    const path = csv(
      wide,
      'u1,2024-01-01,1,2,3,4',
      'u2,2024-01-01,1,2,3',
      'u3,2024-01-01,1,2,3,4,5',
      'u4,2024-01-01,1,2,3,"4',
      '"',
      'u5,2024-01-01',
    );
    const { summary } = await classifyAll(path);
    expect(summary.rows).toMatchObject({ total: 5, used: 2, rejected: 3 });
    expect(summary.rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 too_few_fields',
      '4 too_many_fields',
      '7 too_few_fields',
    ]);
  });

  it('blank lines are none, wherever they stand', async () => {
    const path = write(`\n\n${HEADER}\n\nu1,view,2024-01-01,1\n\n\nu2,view,x,1\n\n`);
    const { summary } = await classifyAll(path);
    expect(summary.rows).toMatchObject({ total: 2, used: 1, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 8 }]);
  });

  it('a tail of NUL bytes, as a crash leaves it, is one reject', async () => {
    const { summary } = await classifyAll(write(`${HEADER}\nu1,view,2024-01-01,1\n${'\0'.repeat(4096)}`));
    expect(summary.rows).toMatchObject({ total: 2, used: 1, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 3 }]);
  });

  it('a NUL byte in any column rejects the record, also where the column plays no role', async () => {
    const { summary } = await classifyAll(csv(`${HEADER},note`, 'u1,view,2024-01-01,1,a\0b', 'u2,view,2024-01-01,1,ab'));
    expect(summary.rows).toMatchObject({ used: 1, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 2, reason: 'nul_byte' }]);
  });

  it('a line over the limit is a reject, the rows beside it are used', async () => {
    const { summary, stderr } = await classifyAll(
      csv(HEADER, 'u1,view,2024-01-01,1', `u2,${'x'.repeat(2_100_000)},2024-01-01,1`, 'u3,view,2024-01-01,1'),
    );
    expect(summary.rows).toMatchObject({ total: 3, used: 2, rejected: 1 });
    expect(summary.rejects).toMatchObject([{ line: 3, reason: 'line_too_long' }]);
    expect(stderr.length).toBeLessThan(4096);
  });

  it('a header with blanks, other case and dots is matched by its words', async () => {
    expect((await classify(csv(' User ID ,Event Name,TIME.STAMP,"Event-Time"', 'u1,view,x,2024-01-01'))).summary.columns).toMatchObject({
      user: ' User ID ',
      event: 'Event Name',
      time: 'Event-Time',
    });
  });

  it('a header that repeats another column is no obstacle', async () => {
    const path = csv(`${HEADER},note,note,Note,`, 'u1,view,2024-01-01,1,a,b,c,d');
    expect((await classify(path)).summary.rows).toMatchObject({ total: 1, used: 1 });
  });

  it.each([
    ['blank lines alone', '\n\n\n', 'file-empty'],
    ['a header alone', `${HEADER}\n`, 'no-events'],
    ['a header with a repeated role', 'user_id,timestamp,Timestamp\nu1,2024-01-01,2024-01-02\n', 'columns-ambiguous'],
    ['no header', 'u1,view,2024-01-01\nu2,view,2024-01-02\n', 'columns-missing'],
    ['JSON lists', '["u1","2024-01-01"]\n', 'unsupported-format'],
    ['JSON without a time', '{"user_id":"u1"}\n', 'columns-missing'],
  ])('%s: refused', async (_, content, code) => {
    const { exitCode, stderr } = await classify(write(content));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`[${code}]`);
  });

  it('rows add up in all of it', async () => {
    const path = csv(
      `${HEADER},event_id`,
      'u1,a,2024-01-01,1,1',
      'u1,a,2024-01-01,1,1',
      ',a,2024-01-01,1,2',
      'u1,a,x,1,3',
      'u1,a,2030-01-01,1,4',
      'u1,a',
      'u1,a,,1,5',
    );
    const { summary } = await classifyAll(path, '--as-of', '2024-06-01');
    expect(summary.rows).toEqual({ total: 7, used: 1, rejected: 3, duplicate: 1, after_as_of: 1, without_user: 1 });
    expect(summary.rows.total).toBe(sumOfRows(summary));
  });
});

describe('the reader of one file', () => {
  it('says in which file a role is missing', async () => {
    const error = await failureOf(() => loadRows([csv('person,timestamp', 'u1,2024-01-01'), csv('user_id,timestamp', 'u1,2024-01-01')]));
    expect(error.code).toBe('column-missing-in-file');
  });
});
