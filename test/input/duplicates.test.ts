import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';

/** Rows that repeat an event id: which one stays, and how the others are counted (PRODUCT §2). */
const folder = makeRunFolder();
afterAll(folder.remove);
let runs = 0;

function csv(...lines: string[]): string {
  runs += 1;
  const path = join(folder.path, String(runs), 'events.csv');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function classify(...argv: string[]): Promise<ClassifyRun> {
  runs += 1;
  return classifyOnce([...argv, '--as-of', '2024-01-31'], join(folder.path, `out${runs}`));
}

/** Stands in other columns, so not before all of these are equal, and tells which row stayed. */
const HEADER = 'event_id,timestamp,user_id,event,revenue,order_id,session_id,b,a,zz_row';
const ROW = { timestamp: '2024-01-02', user_id: 'u', event: 'view', revenue: '1', order_id: 'o', session_id: 's', b: 'x', a: 'x' };

function row(id: string, fields: Partial<typeof ROW>, name: string): string {
  const { timestamp, user_id, event, revenue, order_id, session_id, b, a } = { ...ROW, ...fields };
  return [id, timestamp, user_id, event, revenue, order_id, session_id, b, a, name].map((text) => `"${text}"`).join(',');
}

describe('the row that stays', () => {
  it.each<[string, Partial<typeof ROW>, Partial<typeof ROW>]>([
    ['is the earliest', { timestamp: '2024-01-01 23:59:59' }, { timestamp: '2024-01-02' }],
    ['is the earliest to the microsecond', { timestamp: '2024-01-02 00:00:00.000001' }, { timestamp: '2024-01-02 00:00:00.000002' }],
    ['is the earliest instant, whatever the offset', { timestamp: '2024-01-02 01:00:00+02:00' }, { timestamp: '2024-01-02 00:00:00Z' }],
    ['then the least user, bytewise', { user_id: 'Z' }, { user_id: 'a' }],
    ['then the least user, beyond ASCII', { user_id: 'z' }, { user_id: 'é' }],
    ['the user before the event', { user_id: 'a', event: 'z' }, { user_id: 'b', event: 'a' }],
    ['then the least event', { event: 'View' }, { event: 'view' }],
    ['the empty event before any', { event: '' }, { event: 'a' }],
    ['the event before the amount', { event: 'a', revenue: '9' }, { event: 'b', revenue: '1' }],
    ['then the least amount, as a number', { revenue: '9' }, { revenue: '10' }],
    ['the unknown amount before any', { revenue: '' }, { revenue: '-5' }],
    ['the amount that cannot be read is unknown, too', { revenue: 'oops' }, { revenue: '-5' }],
    ['the amount before the order', { revenue: '1', order_id: 'z' }, { revenue: '2', order_id: '' }],
    ['then the least order', { order_id: '10' }, { order_id: '9' }],
    ['the empty order before any', { order_id: '' }, { order_id: '0' }],
    ['the order before the session', { order_id: 'a', session_id: 'z' }, { order_id: 'b', session_id: '' }],
    ['then the least session', { session_id: '' }, { session_id: 'a' }],
    ['the session before the other columns', { session_id: 'a', a: 'z' }, { session_id: 'b', a: '' }],
    ['then the other columns by name, not by place', { a: '1', b: '2' }, { a: '2', b: '1' }],
    ['one after the other', { a: '1', b: '' }, { a: '1', b: ' ' }],
  ])('%s', async (_, least, other) => {
    // In both orders, and with a third row between: the greater one again.
    const first = [row('e1', least, 'least'), row('e1', other, 'other'), row('e1', other, 'other')];
    const last = [row('e2', other, 'other'), row('e2', other, 'other'), row('e2', least, 'least')];
    for (const rows of [first, last]) {
      const { summary, members, codes } = await classify(csv(HEADER, ...rows), '--keep', 'zz_row', '--max-rejects', '100%');
      expect(members.map((user) => user['zz_row'])).toEqual(['least']);
      expect(summary.rows).toMatchObject({ total: 3, used: 1, duplicate: 2 });
      expect(codes).toContain('conflicting_duplicates');
    }
  });

  it('is the same when the others stand in a file without some of the columns', async () => {
    const paths = [csv(HEADER, row('e1', {}, 'whole')), csv('user_id,event,timestamp,revenue,event_id', 'u,view,2024-01-02,1,e1')];
    const { summary, members } = await classify(...paths, '--keep', 'zz_row');
    // What a file lacks is empty: the shorter row is the least.
    expect(members.map((user) => user['zz_row'])).toEqual(['']);
    expect(summary.rows).toMatchObject({ used: 1, duplicate: 1 });
  });
});

describe('counting', () => {
  it('rows that are equal in all are no conflict', async () => {
    const { summary, codes } = await classify(csv(HEADER, ...Array.from({ length: 4 }, () => row('e1', {}, 'x'))));
    expect(summary.rows).toMatchObject({ total: 4, used: 1, duplicate: 3 });
    expect(codes).not.toContain('conflicting_duplicates');
  });

  it('each dropped row that differs from the one that stayed is', async () => {
    const { summary } = await classify(csv(HEADER, row('e1', {}, 'a'), row('e1', {}, 'a'), row('e1', {}, 'b'), row('e1', {}, 'c')));
    expect(summary.warnings.find(({ code }) => code === 'conflicting_duplicates')?.message).toMatch(/^2 dropped rows differ/);
  });

  it('an empty id, quoted or not, repeats nothing', async () => {
    const { summary } = await classify(csv('event_id,user_id,timestamp', ',u1,2024-01-01', '"",u1,2024-01-01', ',u1,2024-01-01'));
    expect(summary.rows).toMatchObject({ used: 3, duplicate: 0 });
  });

  it('ids are text: what differs in case, blanks or zeros is another', async () => {
    const { summary } = await classify(
      csv('event_id,user_id,timestamp', ...['1', '01', '1.0', ' 1', 'a', 'A'].map((id) => `${id},u1,2024-01-01`)),
    );
    expect(summary.rows).toMatchObject({ used: 6, duplicate: 0 });
  });

  it('a row is a duplicate only if it could have been used', async () => {
    const lines = ['e1,u1,2024-01-01', 'e1,u1,2024-01-02', 'e1,,2024-01-01', 'e1,u1,x', 'e1,u1,2024-02-01', 'e1,u1,2024-02-02', 'e1,u1'];
    const { summary } = await classify(csv('event_id,user_id,timestamp', ...lines), '--max-rejects', '100%');
    expect(summary.rows).toEqual({ total: 7, used: 1, duplicate: 1, without_user: 1, rejected: 2, after_as_of: 2 });
  });

  it.each([
    // 5 of 100 rows are 5 %, and no more.
    [95, 5, false],
    [94, 6, true],
  ])('%d rows and %d repetitions: the warning is %s', async (rows, repetitions, isWarned) => {
    const line = (index: number): string => `e${index},u${index % 20},2024-01-01`;
    const lines = [
      ...Array.from({ length: rows }, (_, index) => line(index)),
      ...Array.from({ length: repetitions }, (_, index) => line(index)),
    ];
    const { codes, summary } = await classify(csv('event_id,user_id,timestamp', ...lines));
    expect(summary.rows).toMatchObject({ used: rows, duplicate: repetitions });
    expect(codes.includes('duplicates')).toBe(isWarned);
  });
});
