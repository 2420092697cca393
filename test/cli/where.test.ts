import { describe, expect, it } from 'vitest';
import { classifyPeople, type PeopleRun } from '../support/classify-people.js';

/** One user a value. */
function valueEvents(values: Readonly<Record<string, string>>): string {
  const rows = Object.entries(values).map(([user, value]) => `${user},2024-06-01,view,"${value.replaceAll('"', '""')}"\n`);
  return `user_id,time,event,value_of\n${rows.join('')}`;
}

const VALUES = {
  a: '18',
  b: '30',
  c: '30.0',
  d: '030',
  e: '1e1',
  f: '17.9999999999',
  g: 'x30',
  h: '',
  i: '12345678901234567890123456789012',
  j: '30 ',
  k: '-5',
  l: 'NaN',
};
const DAYS = {
  a: '2024-01-01',
  b: '2024-01-01 23:59:59',
  c: '2024-01-02',
  d: '2023-12-31T23:59:59Z',
  e: '20240101',
  f: '',
  g: '2024-01-011',
};

async function usersWhere(values: Readonly<Record<string, string>>, ...conditions: string[]): Promise<string> {
  const argv = ['e.csv', '--value-column', 'none', ...conditions.flatMap((condition) => ['--where', condition])];
  const { members, stderr, exitCode } = await classifyPeople({ 'e.csv': valueEvents(values) }, argv);
  if (exitCode !== 0) return /\[([a-z-]+)\]\n(?:hint|$)/.exec(stderr)?.[1] ?? stderr;
  return members.map(({ user_id }) => user_id).join('');
}

const ids = ({ members }: PeopleRun): string[] => members.map(({ user_id }) => user_id ?? '');

describe('--where on events', () => {
  it.each([
    ['value_of=30', 'b'],
    ['value_of!=30', 'acdefghijkl'],
    ['value_of=18,x30', 'ag'],
    ['value_of="30 "', 'j'],
    ['value_of=', 'h'],
    ['value_of!=', 'abcdefgijkl'],
    // 1e1 is ten; 17.9999999999 is below 18 in its tenth decimal; text around a number makes it none, blanks do not.
    ['value_of=18..30', 'abcdj'],
    ['value_of!=18..30', 'efghikl'],
    ['value_of=..17.9999999999', 'efk'],
    ['value_of=30..', 'bcdij'],
    ['VALUE OF=30', 'b'],
    ['value_of=nothing', 'nobody-left'],
  ])('%s leaves %s', async (condition, left) => {
    expect(await usersWhere(VALUES, condition)).toBe(left);
  });

  it.each([
    ['value_of=2024-01-01..2024-01-01', 'ab'],
    ['value_of=2024-01-01..', 'abc'],
    ['value_of=..2023-12-31', 'd'],
    ['value_of!=2024-01-01..2024-01-01', 'cdefg'],
  ])('%s leaves the days of %s', async (condition, left) => {
    expect(await usersWhere(DAYS, condition)).toBe(left);
  });

  it('holds only when all hold', async () => {
    expect(await usersWhere(VALUES, 'value_of=18..30', 'value_of!=30')).toBe('acdj');
  });

  it('refuses a property that is not there, with the nearest name', async () => {
    const run = await classifyPeople({ 'e.csv': valueEvents({ a: '1' }) }, ['e.csv', '--where', 'value_off=1']);
    expect([run.exitCode, run.stderr]).toEqual([3, expect.stringContaining('Did you mean "value_of"?')]);
    const bad = await classifyPeople({ 'e.csv': valueEvents({ a: '1' }) }, ['e.csv', '--where', 'value_of=a..b']);
    expect([bad.exitCode, bad.stderr]).toEqual([2, expect.stringContaining('[bad-option-value]')]);
  });

  it('filters rows after all else was counted, and says so everywhere', async () => {
    const events = `user_id,time,event,country,amount,event_id
a,2024-05-01,view,FR,,e1
a,2024-06-01,purchase,DE,10,e2
a,2024-06-02,purchase,FR,20,e3
a,2024-06-02,purchase,FR,20,e3
b,2024-06-10,view,FR,,e4
,2024-06-01,view,FR,,e5
`;
    const run = await classifyPeople({ 'e.csv': events }, ['e.csv', '--where', 'country=DE'], { withScript: true });
    expect(run.members.map(({ user_id, events: count, monetary, first_seen }) => [user_id, count, monetary, first_seen])).toEqual([
      ['a', '1', '10.00', '2024-06-01'],
    ]);
    expect(run.scripted.map(({ user_id, orders }) => [user_id, orders])).toEqual([['a', 1]]);
    expect(run.summary.rows).toEqual({ total: 6, used: 1, rejected: 0, duplicate: 1, filtered: 3, after_as_of: 0, without_user: 1 });
    // The as-of day and the first day are of the whole input.
    expect([run.summary.as_of, run.summary.period]).toEqual(['2024-06-10', { first: '2024-05-01', last: '2024-06-10' }]);
    expect(run.summary.filters).toEqual({ where: ['country=DE'], only: null, exclude: null });
    expect(run.manifest.settings['where']).toMatchObject([{ text: 'country=DE' }]);
    const all = await classifyPeople({ 'e.csv': events }, ['e.csv']);
    expect(all.manifest.settings_hash).not.toBe(run.manifest.settings_hash);
    expect(all.summary.rows).not.toHaveProperty('filtered');
  });

  it('reads nested fields, and columns that a file lacks as not set', async () => {
    const jsonl = [
      '{"user_id":"a","time":"2024-06-01","event":"view","properties":{"plan":"pro"}}',
      '{"user_id":"b","time":"2024-06-01","event":"view","properties":{"plan":"free"}}',
      '{"user_id":"c","time":"2024-06-01","event":"view","properties":{}}',
    ];
    const pro = await classifyPeople({ 'e.jsonl': `${jsonl.join('\n')}\n` }, ['e.jsonl', '--where', 'properties.plan!=free']);
    expect(ids(pro)).toEqual(['a', 'c']);
    const files = { 'a.csv': 'user_id,time,event,plan\na,2024-06-01,view,pro\n', 'b.csv': 'user_id,time,event\nb,2024-06-01,view\n' };
    expect(ids(await classifyPeople(files, ['a.csv', 'b.csv', '--where', 'plan=']))).toEqual(['b']);
    expect(ids(await classifyPeople(files, ['a.csv', 'b.csv', '--where', 'plan=pro']))).toEqual(['a']);
  });
});

describe('--where on people', () => {
  const EVENTS = 'user_id,time,event,plan\na,2024-06-01,view,old\nb,2024-06-01,view,old\nc,2024-06-01,view,new\n';
  const USERS = 'user_id,plan,age,signed_up_at\na,pro,20,2024-01-01\nb,free,40,2024-02-01\nd,pro,30,2024-03-01\n';

  it.each([
    [['age=18..30'], ['a', 'd']],
    [['users.plan=pro'], ['a', 'd']],
    // Who is not in the file has no age.
    [['age='], ['c']],
    [['age!=18..30'], ['b', 'c']],
    [['users.plan=pro', 'age=..20'], ['a']],
    [['signed_up_at=2024-02-01..'], ['b', 'd']],
    // Events of plan new are those of c; the others are known and never did anything that counts.
    [
      ['events.plan=new', 'age!='],
      ['a', 'b', 'd'],
    ],
  ])('%j leaves %j', async (conditions, left) => {
    const argv = ['e.csv', '--users', 'u.csv', ...conditions.flatMap((condition) => ['--where', condition])];
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, argv, { withScript: true });
    expect(run.stderr).not.toContain('error:');
    expect(ids(run)).toEqual(left);
    expect(run.scripted.map(({ user_id }) => user_id)).toEqual(left);
  });

  it('refuses to guess whose column it is', async () => {
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', 'u.csv', '--where', 'plan=pro']);
    expect([run.exitCode, run.stderr]).toEqual([3, expect.stringContaining('--where users.plan, or --where events.plan')]);
  });

  it('is a list in the config file', async () => {
    const yaml = 'inputs: e.csv\nusers: u.csv\nwhere:\n  - age=18..30\n  - "users.plan=pro,team"\n';
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS, 'segment.yaml': yaml }, []);
    expect(ids(run)).toEqual(['a', 'd']);
  });
});
