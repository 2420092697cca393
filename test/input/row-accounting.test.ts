import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { csvRejects } from '../../src/input/readers/csv-rejects.js';
import type { RejectQuestion } from '../../src/input/readers/reader.js';
import { RejectsFile } from '../../src/input/rejects-file.js';
import { findInputFiles } from '../../src/input/sources.js';
import { prepareTextFile } from '../../src/input/text/text-file.js';
import { sql } from '../../src/sql/sql.js';
import { snapshot } from '../membership/publish/output-sets.js';
import { type ClassifyRun, classifyOnce, makeRunFolder, sumOfRows } from '../support/classify-once.js';

const folder = makeRunFolder();
afterAll(folder.remove);
let runs = 0;

function write(content: string): string {
  runs += 1;
  const path = join(folder.path, `events${runs}.csv`);
  writeFileSync(path, content);
  return path;
}

async function classify(path: string, ...flags: string[]): Promise<ClassifyRun> {
  runs += 1;
  return classifyOnce([path, '--as-of', '2024-06-30', ...flags], join(folder.path, `out${runs}`));
}

const COLUMNS = ['user_id', 'timestamp', 'event', 'revenue', 'event_id', 'note'];

/** A record as it stands in a file, and what PRODUCT §2 says about it; undefined for a line that is no record. */
interface Messy {
  readonly text: string;
  readonly verdict: 'rejected' | 'without_user' | 'after_as_of' | 'dated' | undefined;
  readonly reason?: string;
  readonly eventId?: string;
}

const GOOD_TIMES = ['2024-01-01', '2024-01-31 10:00:00', '2024-06-30T23:59:59Z', '2024-02-29'];
const LATER_TIMES = ['2024-07-01', '2024-07-01 00:00:00', '2030-01-01'];
const BAD_TIMES: Readonly<Record<string, string>> = {
  '': 'no_time',
  garbage: 'unreadable_time',
  '2024-02-30': 'unreadable_time',
  '1989-12-31': 'implausible_time',
  '0001-01-01': 'implausible_time',
};

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const fields = fc.record({
  user: fc.constantFrom('u1', 'u2', 'u3', '007', 'a,b', 'q"q', 'n\nl', ''),
  time: fc.constantFrom(...GOOD_TIMES, ...GOOD_TIMES, ...LATER_TIMES, ...Object.keys(BAD_TIMES)),
  event: fc.constantFrom('view', 'purchase', ''),
  revenue: fc.constantFrom('', '1', '2.50', 'oops'),
  eventId: fc.constantFrom('', '', 'e1', 'e2', 'e3', 'E1'),
  note: fc.constantFrom('', 'x', 'two\nlines', 'two\r\nlines', 'two\rlines', '""', 'a,b', '\n\n\n'),
  shape: fc.constantFrom('', '', '', '', '', '', 'short', 'long', 'longer by nothing', 'after quote', 'nul', 'blank', 'blanks'),
});

const messy: fc.Arbitrary<Messy> = fields.map(({ user, time, event, revenue, eventId, note, shape }) => {
  const cells = [user, time, event, revenue, eventId, note].map(quoted);
  const text = cells.join(',');
  if (shape === 'blank') return { text: '', verdict: undefined };
  if (shape === 'blanks') return { text: '   ', verdict: 'rejected', reason: 'too_few_fields' };
  if (shape === 'short') return { text: cells.slice(0, 4).join(','), verdict: 'rejected', reason: 'too_few_fields' };
  if (shape === 'long') return { text: `${text},more`, verdict: 'rejected', reason: 'too_many_fields' };
  if (shape === 'after quote') return { text: [...cells.slice(0, 5), '"a"b'].join(','), verdict: 'rejected', reason: 'text_after_quote' };
  if (shape === 'nul') return { text: [...cells.slice(0, 5), 'a\0b'].join(','), verdict: 'rejected', reason: 'nul_byte' };
  // An empty field too many holds nothing that could be lost: the engine drops it.
  const whole = shape === 'longer by nothing' ? `${text},` : text;
  if (user === '') return { text: whole, verdict: 'without_user' };
  const reason = BAD_TIMES[time];
  if (reason !== undefined) return { text: whole, verdict: 'rejected', reason };
  return { text: whole, verdict: LATER_TIMES.includes(time) ? 'after_as_of' : 'dated', eventId };
});

/** Keeps the head readable whatever the rest is. */
const FIRST: Messy = { text: 'u1,2024-01-01,view,1,,', verdict: 'dated', eventId: '' };

function linesIn(text: string): number {
  return text.split(/\r\n|\n|\r/).length;
}

describe('random messy files', () => {
  it('every record is counted once, as the rules say, and every reject is told with its line', async () => {
    const file = fc.record({
      records: fc.array(messy, { minLength: 20, maxLength: 250 }),
      ends: fc.constantFrom(['\n'], ['\r\n'], ['\n', '\r\n'], ['\r']),
      hasLastEnd: fc.boolean(),
      hasMark: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ records, ends, hasLastEnd, hasMark }) => {
        const all = [FIRST, ...records];
        const counts = { rejected: 0, without_user: 0, after_as_of: 0, dated: 0 };
        const rejects: { line: string; reason: string }[] = [];
        const ids = new Set<string>();
        let duplicate = 0;
        let line = 2;
        let text = `${hasMark ? '\ufeff' : ''}${COLUMNS.join(',')}${ends[0]}`;
        for (const [index, { text: record, verdict, reason, eventId }] of all.entries()) {
          if (verdict !== undefined) counts[verdict] += 1;
          if (reason !== undefined) rejects.push({ line: String(line), reason });
          if (verdict === 'dated' && eventId !== undefined && eventId !== '') {
            if (ids.has(eventId)) duplicate += 1;
            ids.add(eventId);
          }
          const isLast = index === all.length - 1;
          text += record + (isLast && !hasLastEnd && record !== '' ? '' : (ends[index % ends.length] ?? '\n'));
          line += linesIn(record);
        }
        const rejectsFile = join(folder.path, 'rejects.csv');
        const path = write(text);
        const { summary } = await classify(path, '--max-rejects', '100%', '--rejects', rejectsFile);
        const { dated, ...others } = counts;
        expect(summary.rows).toEqual({
          ...others,
          duplicate,
          used: dated - duplicate,
          total: all.filter(({ verdict }) => verdict !== undefined).length,
        });
        expect(summary.rows.total).toBe(sumOfRows(summary));
        const listed: unknown = parse(readFileSync(rejectsFile, 'utf8'), { columns: true });
        expect(listed).toEqual(rejects.map((reject) => ({ file: path, ...reject })));
        expect(summary.rejects.map((reject) => ({ line: String(reject.line), reason: reject.reason }))).toEqual(rejects.slice(0, 20));
      }),
      { numRuns: 12 },
    );
  });
});

describe('a reject is told with the physical line where its record begins', () => {
  it.each<[string, string, string[]]>([
    ['after quoted line ends', 'user_id,timestamp,note\nu1,2024-01-01,"a\nb\r\nc"\nu2,x,\n', ['5 unreadable_time']],
    [
      'when it spans lines itself',
      'user_id,timestamp,note\nu1,2024-01-01,\nu2,x,"a\n\nb"\nu3,y,\n',
      ['3 unreadable_time', '6 unreadable_time'],
    ],
    ['after a header over two lines', 'user_id,timestamp,"no\nte"\nu1,2024-01-01,\nu2,x,\n', ['4 unreadable_time']],
    ['after blank lines', '\n\nuser_id,timestamp\n\nu1,2024-01-01\n\n\nu2,x\n', ['8 unreadable_time']],
    ['with CR alone', 'user_id,timestamp\ru1,2024-01-01\ru2,x\r', ['3 unreadable_time']],
    ['with line ends of every kind', 'user_id,timestamp\r\nu1,2024-01-01\nu2,x\ru3,y\r\n', ['3 unreadable_time', '4 unreadable_time']],
    ['without a last line end', 'user_id,timestamp\nu1,2024-01-01\nu2', ['3 too_few_fields']],
    ['behind a byte order mark', '\ufeffuser_id,timestamp\nu1,2024-01-01\nu2,x\n', ['3 unreadable_time']],
  ])('%s', async (_, text, expected) => {
    const { summary } = await classify(write(text), '--max-rejects', '100%');
    expect(summary.rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual(expected);
  });
});

describe('line ends within quotes are none of the records', () => {
  const cases = ['\n', '\r\n', '\r'].flatMap((end) => ['\n', '\r\n', '\r', '\n\r'].map((inner) => [end, inner] as const));
  it.each(cases)('records end in %j, a column name and a value hold %j', async (end, inner) => {
    const name = `"two${inner}lines"`;
    const lines = [`user_id,timestamp,${name}`, 'u1,2024-01-01,x', `u2,2024-01-02,${name}`, 'u3,2024-01-03', 'u4,x,x'];
    const { summary } = await classify(write(lines.join(end) + end), '--max-rejects', '100%');
    expect(summary.rows).toMatchObject({ total: 4, used: 2, rejected: 2 });
    const inside = linesIn(`a${inner}b`) - 1;
    expect(summary.rejects.map(({ line }) => line)).toEqual([4 + 2 * inside, 5 + 2 * inside]);
  });
});

describe('rows later than the clock and a day', () => {
  it('are after the as-of day, not duplicates, also on the as-of day itself', async () => {
    // The clock says 30 June at noon: 1 July at noon is the last instant that counts, so the rows of 13:00 and 14:00 do not.
    const text = `user_id,event,timestamp,event_id
ana,view,2026-07-01 10:00:00,1
bob,view,2026-07-01 13:00:00,2
bob,view,2026-07-01 13:00:00,2
cy,view,2026-07-01 11:00:00,3
cy,view,2026-07-01 14:00:00,3
dee,view,2026-07-01 12:00:00,4
dee,view,2026-07-01 12:00:00,4
`;
    const path = join(folder.path, 'tomorrow.csv');
    writeFileSync(path, text);
    const { summary } = await classifyOnce([path], join(folder.path, 'tomorrow'), { now: new Date('2026-06-30T12:00:00Z') });
    expect(summary.as_of).toBe('2026-07-01');
    expect(summary.rows).toEqual({ total: 7, used: 3, rejected: 0, duplicate: 1, after_as_of: 3, without_user: 0 });
  });
});

describe('the bound', () => {
  /** Rows with `bad` unreadable times among `total`. */
  const withBad = (bad: number, total: number): string => {
    const rows = Array.from({ length: total }, (_, index) => `u${index % 20},${index < bad ? 'x' : '2024-01-01'},1`);
    return write(`user_id,timestamp,revenue\n${rows.toReversed().join('\n')}\n`);
  };
  const withBadAmounts = (bad: number, total: number): string => {
    const rows = Array.from({ length: total }, (_, index) => `u${index % 20},2024-01-01,${index < bad ? 'x' : '1'}`);
    return write(`user_id,timestamp,revenue\n${rows.toReversed().join('\n')}\n`);
  };

  it.each<[string, number, number, string[], 'used' | 'refused']>([
    ['by default: 100 rows are allowed even beyond 1 %', 100, 1000, [], 'used'],
    ['by default: 1 % is allowed even beyond 100 rows', 101, 10_100, [], 'used'],
    ['by default: over both is refused', 101, 10_099, [], 'refused'],
    ['by default: half is allowed', 5, 10, [], 'used'],
    ['by default: over half is refused', 6, 11, [], 'refused'],
    ['--max-rejects 3: at it', 3, 50, ['--max-rejects', '3'], 'used'],
    ['--max-rejects 3: over it', 4, 50, ['--max-rejects', '3'], 'refused'],
    ['--max-rejects 10%: at it', 5, 50, ['--max-rejects', '10%'], 'used'],
    ['--max-rejects 10%: over it', 6, 50, ['--max-rejects', '10%'], 'refused'],
    ['--max-rejects 12.5%: at it', 1, 8, ['--max-rejects', '12.5%'], 'used'],
    ['--max-rejects 0', 1, 50, ['--max-rejects', '0'], 'refused'],
    ['--max-rejects 100%: all but one', 49, 50, ['--max-rejects', '100%'], 'used'],
    ['--strict without any', 0, 50, ['--strict'], 'used'],
    ['--strict with one', 1, 50, ['--strict'], 'refused'],
  ])('%s', async (_, bad, total, flags, end) => {
    for (const [code, path] of [
      ['too-many-rejects', withBad(bad, total)],
      ['too-many-bad-amounts', withBadAmounts(bad, total)],
    ] as const) {
      const result = await classify(path, ...flags);
      if (end === 'used') expect(result.summary.rows.total).toBe(total);
      else {
        expect(result.exitCode).toBe(3);
        expect(result.stderr).toContain(`[${code}]`);
        expect(result.stderr).toContain(`${bad} `);
      }
    }
  });

  it('rows without a user are neither', async () => {
    const { summary } = await classify(write(`user_id,timestamp\nu1,2024-01-01\n${',2024-01-01\n'.repeat(500)}`), '--strict');
    expect(summary.rows).toMatchObject({ used: 1, without_user: 500 });
  });

  it('refused: what an earlier run published stays to the byte, and the rejects are written all the same', async () => {
    const out = join(folder.path, 'kept');
    expect(await classifyOnce([write('user_id,timestamp\nu1,2024-01-01\n')], out)).toMatchObject({ exitCode: 0 });
    cpSync(out, `${out}-copy`, { recursive: true });
    const rejects = join(folder.path, 'refused-rejects.csv');
    const { exitCode } = await classifyOnce([withBad(30, 50), '--rejects', rejects], out);
    expect(exitCode).toBe(3);
    expect(snapshot(out)).toEqual(snapshot(`${out}-copy`));
    expect(parse(readFileSync(rejects, 'utf8'), { columns: true })).toHaveLength(30);
  });
});

describe('--rejects FILE', () => {
  it('holds a header alone when there are none: rejects of yesterday do not stay', async () => {
    const rejects = join(folder.path, 'none.csv');
    writeFileSync(rejects, 'of yesterday');
    await classify(write('user_id,timestamp\nu1,2024-01-01\n'), '--rejects', rejects);
    expect(readFileSync(rejects, 'utf8')).toBe('file,line,reason\n');
  });

  it('quotes file names that need it', async () => {
    const path = join(folder.path, 'a,"b"\nc.csv');
    writeFileSync(path, 'user_id,timestamp\nu1,2024-01-01\nu1,x\n');
    const rejects = join(folder.path, 'odd.csv');
    await classify(path, '--rejects', rejects);
    expect(parse(readFileSync(rejects, 'utf8'), { columns: true })).toEqual([{ file: path, line: '3', reason: 'unreadable_time' }]);
  });

  it('may be a device', async () => {
    expect((await classify(write('user_id,timestamp\nu1,2024-01-01\nu1,x\n'), '--rejects', '/dev/null')).exitCode).toBe(0);
  });

  it('never replaces an input, by name or by a link', async () => {
    const path = write('user_id,timestamp\nu1,2024-01-01\nu1,x\n');
    const before = readFileSync(path);
    symlinkSync(path, `${path}-link`);
    for (const rejects of [path, `${path}-link`]) {
      const { exitCode, stderr } = await classify(path, '--rejects', rejects);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('[rejects-is-input]');
    }
    expect(readFileSync(path)).toEqual(before);
  });

  it('is never read as events next time', async () => {
    const base = join(folder.path, 'in');
    mkdirSync(base);
    writeFileSync(join(base, 'a.csv'), 'user_id,timestamp\nu1,2024-01-01\n');
    for (const input of [base, join(base, '*.csv')]) {
      const { exitCode, stderr } = await classify(input, '--rejects', join(base, 'rejects.csv'));
      expect(exitCode).toBe(2);
      expect(stderr).toContain('[rejects-in-input]');
    }
    expect(existsSync(join(base, 'rejects.csv'))).toBe(false);
  });

  it('does not lie among the published files', async () => {
    const out = join(folder.path, 'published');
    const path = write('user_id,timestamp\nu1,2024-01-01\n');
    const { exitCode, stderr } = await classifyOnce([path, '--rejects', join(out, 'members.csv')], out);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('[rejects-in-output]');
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ['a folder that is not there', 'absent/rejects.csv', /cannot be written: there is no folder .*absent\. /],
    ['a folder', '', /cannot be written: it is a folder\. /],
  ])('%s: said before the work', async (_, name, reason) => {
    const { exitCode, stderr } = await classify(write('user_id,timestamp\nu1,2024-01-01\n'), '--rejects', join(folder.path, name));
    expect(exitCode).toBe(4);
    expect(stderr).toContain('[rejects-unwritable]');
    expect(stderr).toMatch(reason);
  });

  const bad = (rows: number): string => `user_id,timestamp\n${'u1,2024-01-01\nu2,x\n'.repeat(rows)}`;

  it('is there whole or not at all: what stood there stays when it cannot be written, and nothing stands beside it', async () => {
    const place = mkdtempSync(join(folder.path, 'rejects-'));
    const target = join(place, 'rejects.csv');
    const signal = AbortSignal.abort(new Error('interrupted'));
    writeFileSync(target, 'earlier', { mode: 0o640 });
    const spool = mkdtempSync(join(folder.path, 'spool-'));
    const source = (await findInputFiles([write(bad(3))], '/'))[0];
    if (source === undefined) throw new Error('no input');
    const text = await prepareTextFile(source, { maxExpand: 1, spoolDirectory: spool });
    const columns = text.header.map((name) => ({ name, value: sql``, type: 'VARCHAR', isNested: false, hasEmptyText: false }));
    const question = { userColumn: columns[0], timeColumn: columns[1], signal } as unknown as RejectQuestion;
    const search = csvRejects({} as Database, text, columns, question);
    await expect(search.next()).rejects.toThrow('interrupted');
    const out = await RejectsFile.create(target, spool);
    await out.write([{ file: 'x.csv', line: 2, reason: 'unreadable_time' }]);
    expect(readFileSync(target, 'utf8')).toBe('earlier');
    await out.discard();
    expect([readdirSync(place), readdirSync(spool)]).toEqual([['rejects.csv'], []]);
    const { exitCode } = await classify(write(bad(3)), '--max-rejects', '100%', '--rejects', target);
    expect(exitCode).toBe(0);
    expect(readFileSync(target, 'utf8').split('\n')).toHaveLength(1 + 3 + 1);
    expect([readdirSync(place), statSync(target).mode & 0o777]).toEqual([['rejects.csv'], 0o640]);
  });

  it.skipIf(!existsSync('/dev/full'))('on a full disk: said, with the flag', async () => {
    const { exitCode, stderr } = await classify(write(bad(3)), '--max-rejects', '100%', '--rejects', '/dev/full');
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error: --rejects \/dev\/full cannot be written: the disk is full\. \[rejects-unwritable\]$/m);
  });

  it('through a link goes to where the link leads', async () => {
    const place = mkdtempSync(join(folder.path, 'rejects-'));
    writeFileSync(join(place, 'real.csv'), '');
    symlinkSync('real.csv', join(place, 'link.csv'));
    await classify(write(bad(1)), '--max-rejects', '100%', '--rejects', join(place, 'link.csv'));
    expect(readFileSync(join(place, 'real.csv'), 'utf8')).toContain('unreadable_time');
    expect(lstatSync(join(place, 'link.csv')).isSymbolicLink()).toBe(true);
  });
});
