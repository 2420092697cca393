import { describe, expect, it } from 'vitest';
import { classifyPeople } from '../support/classify-people.js';

const EVENTS = `user_id,time,event,order_id,amount,event_id
anon-1,2024-06-01 10:00:00,view,,,e1
u1,2024-06-02 10:00:00,purchase,o1,10,e2
anon-2,2024-06-03 10:00:00,purchase,o1,5,e3
u2,2024-06-04 10:00:00,view,,,e4
mid,2024-06-05 10:00:00,view,,,e5
`;

async function run(map: string | Buffer, ...flags: string[]) {
  return classifyPeople({ 'e.csv': EVENTS, 'map.csv': map }, ['e.csv', '--identity', 'map.csv', ...flags], { withScript: true });
}

describe('--identity', () => {
  it('makes the events of many ids those of one user, chains followed', async () => {
    // anon-1 → mid → u1; anon-2 → u1; gone → u2 stands on no event.
    const merged = await run('anonymous_id,user_id\nanon-1,mid\nmid,u1\nanon-2,u1\ngone,u2\n');
    expect(
      merged.members.map(({ user_id, events, active_days, orders, monetary, first_seen }) => ({
        user_id,
        events,
        active_days,
        orders,
        monetary,
        first_seen,
      })),
    ).toEqual([
      // The order o1 of u1 and of anon-2 is one order now, of 10 + 5.
      { user_id: 'u1', events: '4', active_days: '4', orders: '1', monetary: '15.00', first_seen: '2024-06-01' },
      { user_id: 'u2', events: '1', active_days: '1', orders: '0', monetary: '0.00', first_seen: '2024-06-04' },
    ]);
    // The rows of anon-1, mid and anon-2.
    expect(merged.summary.identity).toMatchObject({ events: 3, ids: 3, users: 1, unmatched: 1 });
    expect(merged.summary.rows).toEqual({ total: 5, used: 5, rejected: 0, duplicate: 0, after_as_of: 0, without_user: 0 });
    expect(merged.scripted.map(({ user_id, orders }) => [user_id, orders])).toEqual([
      ['u1', 1],
      ['u2', 0],
    ]);
  });

  it('follows a chain of a thousand, in any order of its rows', async () => {
    const pairs = Array.from({ length: 1000 }, (_, index) => `s${index},s${index + 1}`);
    const shuffled = pairs.toSorted((left, right) => Buffer.compare(Buffer.from(left.slice(-2)), Buffer.from(right.slice(-2))));
    const merged = await run(`from,to\n${shuffled.join('\n')}\nanon-1,s0\nu1,s500\n`);
    expect(merged.members.map(({ user_id, events }) => [user_id, events])).toContainEqual(['s1000', '2']);
    expect(merged.scripted.map(({ user_id }) => user_id)).toContain('s1000');
  });

  it('comes before duplicates are compared and counted', async () => {
    const events = 'user_id,time,event,event_id\nanon,2024-06-01,view,e1\nu1,2024-06-01,view,e1\nanon,2024-06-02,view,e2\n';
    const files = { 'e.csv': events, 'map.csv': 'alias,user_id\nanon,u1\n' };
    const merged = await classifyPeople(files, ['e.csv', '--identity', 'map.csv'], { withScript: true });
    // Both rows of e1 are the same event of u1: one is a duplicate, and they do not contradict each other.
    expect(merged.summary.rows).toMatchObject({ total: 3, used: 2, duplicate: 1 });
    expect(merged.summary.warnings.map(({ code }) => code)).not.toContain('conflicting_duplicates');
    expect(merged.members.map(({ user_id, events: count }) => [user_id, count])).toEqual([['u1', '2']]);
    expect(merged.scripted.map(({ user_id }) => user_id)).toEqual(['u1']);
    const apart = await classifyPeople(files, ['e.csv']);
    expect(apart.summary.warnings.map(({ code }) => code)).toContain('conflicting_duplicates');
  });

  it('holds for the ids of the users file and of lists too', async () => {
    const files = {
      'e.csv': EVENTS,
      'map.csv': 'from,to\nanon-1,u1\nold,u3\n',
      'u.csv': 'user_id,signed_up_at\nanon-1,2024-01-01\nold,2024-02-01\n',
      'only.csv': 'user_id\nanon-1\nold\n',
    };
    const flags = ['e.csv', '--identity', 'map.csv', '--users', 'u.csv', '--only', 'only.csv'];
    const merged = await classifyPeople(files, flags, { withScript: true });
    expect(merged.members.map(({ user_id, first_seen, status }) => [user_id, first_seen, status])).toEqual([
      ['u1', '2024-01-01', 'occasional'],
      ['u3', '2024-02-01', 'never_active'],
    ]);
    expect(merged.scripted.map(({ user_id }) => user_id)).toEqual(['u1', 'u3']);
  });

  it('keeps ids byte for byte', async () => {
    const events = 'user_id,time,event\n007,2024-06-01,view\n7,2024-06-02,view\n12345678901234567890,2024-06-03,view\n';
    const map = Buffer.from('\ufefffrom;to\r\n007;12345678901234567891\r\n');
    const merged = await classifyPeople({ 'e.csv': events, 'map.csv': map }, ['e.csv', '--identity', 'map.csv']);
    expect(merged.members.map(({ user_id }) => user_id)).toEqual(['12345678901234567890', '12345678901234567891', '7']);
  });

  it.each([
    ['Mixpanel', 'distinct_id_before_identity,distinct_id\nanon-1,u1\n'],
    ['columns the other way round', 'user_id,anonymous_id\nu1,anon-1\n'],
    ['an alias', 'alias,user_id\nanon-1,u1\n'],
    ['JSON Lines', '{"from":"anon-1","to":"u1"}\n'],
    ['rows that repeat and ids that are themselves', 'from,to\nanon-1,u1\nanon-1,u1\nu1,u1\n'],
  ])('reads %s without a word', async (_name, map) => {
    const { members, stderr } = await run(map);
    expect(members.find(({ user_id }) => user_id === 'u1')?.['events']).toBe('2');
    expect(stderr).not.toContain('identity');
  });

  it('takes the first two columns of other names, and says so', async () => {
    const { members, summary } = await run('a,b,c\nanon-1,u1,x\n');
    expect(members.find(({ user_id }) => user_id === 'u1')?.['events']).toBe('2');
    expect(summary.warnings.find(({ code }) => code === 'identity_columns')?.message).toContain('"a", becomes that of the second, "b"');
  });

  it.each([
    ['an id that becomes two', 'from,to\nanon-1,u1\nanon-1,u2\n', 'identity-conflict', '"anon-1" ("u1", "u2")'],
    ['two ids that become each other', 'from,to\na,b\nb,a\n', 'identity-cycle', '"a", "b"'],
    ['a chain into a ring of three', 'from,to\nanon-1,a\na,b\nb,c\nc,a\n', 'identity-cycle', '"a", "b", "c".'],
    ['one column', 'user_id\nanon-1\n', 'identity-columns', '"user_id"'],
    ['two first columns', 'alias,Alias,user_id\na,b,c\n', 'side-column-ambiguous', '"Alias"'],
  ])('refuses %s', async (_name, map, code, words) => {
    const { exitCode, stderr, members } = await classifyPeople({ 'e.csv': EVENTS, 'map.csv': map }, ['e.csv', '--identity', 'map.csv']);
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(words);
    expect([exitCode, members]).toEqual([3, []]);
  });

  it('lists a dozen of many ids', async () => {
    const pairs = Array.from({ length: 30 }, (_, index) => `x${index},u1\nx${index},u2`).join('\n');
    const { stderr } = await classifyPeople({ 'e.csv': EVENTS, 'map.csv': `from,to\n${pairs}\n` }, ['e.csv', '--identity', 'map.csv']);
    expect(stderr).toContain('30 ids become more than one user');
    expect(stderr).toContain('and 18 more');
  });

  it('changes nothing with an empty map, and counts rows that lack an id', async () => {
    const plain = await classifyPeople({ 'e.csv': EVENTS }, ['e.csv']);
    const empty = await run('from,to\n');
    expect(empty.members).toEqual(plain.members);
    const half = await run('from,to\nanon-1,\n,u1\nanon-2,u1\n');
    expect(half.summary.identity).toMatchObject({ rows: { total: 3, pairs: 1, incomplete: 2, repeated: 0, rejected: 0 } });
    expect(half.summary.warnings.map(({ code }) => code)).toContain('identity_rows');
  });
});
