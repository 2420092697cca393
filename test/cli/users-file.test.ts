import { describe, expect, it } from 'vitest';
import { classifyPeople, type PeopleRun } from '../support/classify-people.js';

/** To 30 June 2024; history 30 days, from 1 June. */
const EVENTS = `user_id,time,event,plan
ann,2024-06-01 10:00:00,view,pro
ann,2024-06-20 10:00:00,view,pro
bob,2024-06-28,view,free
cid,2024-06-10,view,free
zoe,2024-06-30,view,
`;

const USERS = `id,email,created_at,country
ann,a@x,2023-01-01,DE
bob,b@x,2024-06-27,FR
cid,c@x,,DE
dan,d@x,2024-06-25,US
eve,e@x,oops,
fox,f@x,2024-07-05,DE
dan,d@x,2024-06-25,US
,nobody@x,2024-06-01,DE
`;

function userOf({ members }: PeopleRun, id: string): Readonly<Record<string, string>> {
  const user = members.find(({ user_id }) => user_id === id);
  if (user === undefined) throw new Error(`no user ${id}`);
  return user;
}

function factsOf(run: PeopleRun): string[] {
  return run.members.map(({ user_id, status, first_seen, last_seen, tenure_days }) =>
    [user_id, status, first_seen, last_seen, tenure_days].join(' '),
  );
}

const codes = ({ summary }: PeopleRun): string[] => summary.warnings.map(({ code }) => code);

describe('--users', () => {
  it('adds those who never did anything, and takes the earlier of sign-up and first event', async () => {
    const run = await classifyPeople({ 'events.csv': EVENTS, 'users.csv': USERS }, ['events.csv', '--users', 'users.csv'], {
      withScript: true,
    });
    expect(factsOf(run)).toEqual([
      // Signed up 1 January 2023: 546 days before 30 June 2024.
      'ann occasional 2023-01-01 2024-06-20 546',
      // Signed up three days before: new although the history is too short to tell by events alone.
      'bob new 2024-06-27 2024-06-28 3',
      // No sign-up in the file: first event, and not known to be new.
      'cid occasional 2024-06-10 2024-06-10 20',
      'dan never_active 2024-06-25  5',
      // An unreadable sign-up is unknown, so nothing is known of the first day.
      'eve never_active   ',
      // Not in the file, and stays.
      'zoe occasional 2024-06-30 2024-06-30 0',
    ]);
    expect(run.members.map(({ user_id, status, orders }) => ({ user_id, status, orders: Number(orders) }))).toEqual(
      run.scripted.map(({ user_id, status, orders }) => ({ user_id, status, orders })),
    );
    // 8 rows: fox signs up later, one row repeats dan, one has no id.
    expect(run.summary.users_file?.rows).toEqual({ total: 8, used: 5, rejected: 0, duplicate: 1, after_as_of: 1, without_user: 1 });
    expect(run.summary.users_file).toMatchObject({ not_in_file: 1, without_events: 2, bad_sign_ups: 1, later_sign_ups: 1 });
    expect(codes(run)).toEqual(
      expect.arrayContaining(['users_not_in_file', 'users_file_rows', 'unknown_signups', 'later_signups', 'short_history']),
    );
    // cid, eve and zoe have no sign-up.
    expect(run.summary.rules_off.map(({ why }) => why)).toEqual([
      'needs sign-up dates, which 3 of 6 users lack',
      '60 days or sign-up dates, which 3 of 6 users lack',
      '90 days',
    ]);
  });

  it('tells new and loyal in a short history when all sign-ups are known', async () => {
    const days = [1, 5, 9, 13, 17, 21, 25, 29].map((day) => `ann,2024-06-${String(day).padStart(2, '0')},purchase,10\n`);
    const events = `user_id,time,event,amount\n${days.join('')}bob,2024-06-30,view,\n`;
    const users = 'user_id,signed_up_at\nann,2024-04-01\nbob,2024-06-17\n';
    const run = await classifyPeople({ 'e.csv': events, 'u.csv': users }, ['e.csv', '--users', 'u.csv']);
    // ann: tenure 90, 8 order days: more than 4 and more than the quantile of 8. bob: tenure 13 is below 14.
    expect(run.members.map(({ status, status_reason }) => `${status} ${status_reason}`)).toEqual(['loyal repeat_buyer', 'new first_seen']);
    expect(run.summary.rules_off.map(({ status }) => status)).toEqual(['churned']);
    const without = await classifyPeople({ 'e.csv': events }, ['e.csv']);
    expect(without.members.map(({ status }) => status)).toEqual(['active', 'occasional']);
    // A day more and bob is not new.
    const older = await classifyPeople({ 'e.csv': events, 'u.csv': users.replace('06-17', '06-16') }, ['e.csv', '--users', 'u.csv']);
    expect(older.members.map(({ status }) => status)).toEqual(['loyal', 'occasional']);
  });

  it('is of the as-of date: a sign-up after it has not happened, an event before it has', async () => {
    const users = 'user_id,signed_up_at\nann,2024-06-25\nnew,2024-06-12\n';
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': users }, ['e.csv', '--users', 'u.csv', '--as-of', '2024-06-11']);
    expect(factsOf(run)).toEqual(['ann occasional 2024-06-01 2024-06-01 10', 'cid occasional 2024-06-10 2024-06-10 1']);
    expect(run.summary.users_file?.rows).toMatchObject({ total: 2, used: 1, after_as_of: 1 });
    expect(run.summary.users_file).toMatchObject({ later_sign_ups: 2 });
  });

  it('takes days in the report zone', async () => {
    const users = 'user_id,signed_up_at\ndan,2024-06-26T02:00:00Z\n';
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': users }, ['e.csv', '--users', 'u.csv', '--timezone', 'America/New_York']);
    expect(userOf(run, 'dan')['first_seen']).toBe('2024-06-25');
  });

  it('carries columns along, says whose they are, and refuses to guess', async () => {
    const files = { 'e.csv': EVENTS, 'u.csv': 'user_id,plan,country\nann,old,DE\nbob,,FR\ndan,none,US\n' };
    const run = await classifyPeople(files, ['e.csv', '--users', 'u.csv', '--keep', 'country,users.plan,events.plan']);
    expect(run.members.map((user) => [user['user_id'], user['country'], user['users.plan'], user['events.plan']])).toEqual([
      ['ann', 'DE', 'old', 'pro'],
      ['bob', 'FR', '', 'free'],
      ['cid', '', '', 'free'],
      ['dan', 'US', 'none', ''],
      ['zoe', '', '', ''],
    ]);
    const both = await classifyPeople(files, ['e.csv', '--users', 'u.csv', '--keep', 'plan']);
    expect([both.exitCode, both.stderr]).toEqual([3, expect.stringContaining('[property-ambiguous]')]);
    const none = await classifyPeople(files, ['e.csv', '--users', 'u.csv', '--keep', 'contry']);
    expect([none.exitCode, none.stderr]).toEqual([3, expect.stringContaining('Did you mean "country"?')]);
  });

  it.each([
    ['rows that differ in sign-up', 'user_id,signed_up_at\nann,2024-01-01\nann,2024-01-02\n', [], 'users-conflict', '"ann"'],
    ['one sign-up known and one not', 'user_id,signed_up_at\nann,2024-01-01\nann,\n', [], 'users-conflict', '"ann"'],
    ['rows that differ in a kept column', 'user_id,country\nann,DE\nann,FR\n', ['--keep', 'country'], 'users-conflict', '"ann"'],
    ['no column of ids', 'name,country\nann,DE\n', [], 'side-column-missing', '--users-column'],
    ['two columns of ids', 'USER ID,User-Id\nann,DE\n', ['--keep', 'plan'], 'side-column-ambiguous', '--users-column'],
    ['two columns of sign-ups', 'user_id,signup_date,Signup-Date\nann,,\n', [], 'side-column-ambiguous', '--signup-column'],
    ['a column that is not there', 'user_id\nann\n', ['--users-column', 'uid'], 'column-unknown', '--users-column'],
    ['a sign-up column that is not there', 'user_id,joined\nann,2024-01-01\n', ['--signup-column', 'joins'], 'column-unknown', '"joined"'],
    ['sign-ups that are none', 'user_id,signup_date\nann,x\nbob,y\n', [], 'time-unreadable', '--signup-column'],
    ['slash dates that nothing proves', 'user_id,signup_date\nann,03/04/2024\n', [], 'date-order-ambiguous', '--signup-format'],
    [
      'a format of other dates',
      'user_id,signup_date\nann,2024-01-01\n',
      ['--signup-format', '%d.%m.%Y'],
      'time-format-mismatch',
      '--signup-format',
    ],
    ['half of the rows broken', 'user_id,plan\nann,pro,x\nbob,pro,x\ncid,pro\n', [], 'side-rejects', '2 of 3 rows'],
  ])('refuses %s', async (_name, users, flags, code, words) => {
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': users }, ['e.csv', '--users', 'u.csv', ...flags]);
    expect(run.stderr).toContain(`[${code}]`);
    expect(run.stderr).toContain(words);
    expect(run.exitCode).toBe(3);
  });

  it('does not mind rows that differ in columns that nobody asked for, nor one instant written in two ways', async () => {
    const users = 'user_id,signed_up_at,last_login\nann,2024-01-01,1\nann,2024-01-01T00:00:00Z,2\n';
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': users }, ['e.csv', '--users', 'u.csv']);
    expect([run.exitCode, userOf(run, 'ann')['first_seen']]).toEqual([0, '2024-01-01']);
    expect(run.summary.users_file?.rows).toMatchObject({ duplicate: 1 });
  });

  it.each<[string, string | Buffer, ...string[]]>([
    ['a byte order mark and semicolons', Buffer.from('\ufeffuser_id;signed_up_at\r\n007;2024-01-01\r\n')],
    ['UTF-16', Buffer.from('\ufeffuser_id,signed_up_at\n007,2024-01-01\n', 'utf16le')],
    ['JSON Lines', '{"user_id":"007","signed_up_at":"2024-01-01"}\n'],
    ['slash dates that one proves', 'user_id,signed_up_at\n007,01/01/2024\n7,31/01/2024\n'],
    ['a format', 'user_id,signed_up_at\n007,1.1.24\n', '--signup-format', '%d.%m.%y'],
  ])('reads %s, and ids byte for byte', async (_name, users, ...flags) => {
    const events = 'user_id,time,event\n007,2024-06-01,view\n12345678901234567890,2024-06-02,view\n12345678901234567891,2024-06-03,view\n';
    const run = await classifyPeople({ 'e.csv': events, u: users }, ['e.csv', '--users', 'u', ...flags]);
    expect(run.stderr).not.toContain('error');
    expect(userOf(run, '007')['first_seen']).toBe('2024-01-01');
    expect(run.members.filter(({ user_id }) => user_id?.startsWith('123'))).toHaveLength(2);
  });

  it('says so when no id of the events is in the file', async () => {
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', 'u.csv', '--users-column', 'email']);
    expect(run.summary.warnings[0]?.message).toContain('none of the ids in its column "email" has an event');
  });

  it('takes the column that is called like that of the events before better names', async () => {
    const events = EVENTS.replace('user_id', 'email');
    const run = await classifyPeople({ 'e.csv': events, 'u.csv': 'user_id,email\n1,ann\n2,dan\n' }, ['e.csv', '--users', 'u.csv']);
    expect(run.members.map(({ user_id }) => user_id)).toEqual(['ann', 'bob', 'cid', 'dan', 'zoe']);
  });

  it('goes without sign-ups by --signup-column none', async () => {
    const run = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', 'u.csv', '--signup-column', 'none']);
    expect(factsOf(run)).toContain('ann occasional 2024-06-01 2024-06-20 29');
    expect(run.summary.rules_off[0]?.why).toBe('needs sign-up dates');
  });

  it('is part of what the manifest vouches for', async () => {
    const plain = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv']);
    const one = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', 'u.csv']);
    const renamed = await classifyPeople({ 'e.csv': EVENTS, 'v.csv': USERS }, ['e.csv', '--users', 'v.csv']);
    const other = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': `${USERS}gus,g@x,2024-01-01,\n` }, ['e.csv', '--users', 'u.csv']);
    const hashes = [plain, one, renamed, other].map(({ manifest }) => manifest.settings_hash);
    expect(hashes[1]).toBe(hashes[2]);
    expect(new Set(hashes).size).toBe(3);
    expect(one.manifest.inputs.map(({ name }) => name)).toEqual(['e.csv', 'u.csv']);
  });

  it('does not let the output replace the file, nor takes more than one', async () => {
    const inside = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', '.']);
    expect([inside.exitCode, inside.stderr]).toEqual([3, expect.stringContaining('[side-several]')]);
    const stdin = await classifyPeople({ 'e.csv': EVENTS }, ['e.csv', '--users', '-']);
    expect([stdin.exitCode, stdin.stderr]).toEqual([2, expect.stringContaining('[side-stdin]')]);
    const rejects = await classifyPeople({ 'e.csv': EVENTS, 'u.csv': USERS }, ['e.csv', '--users', 'u.csv', '--rejects', 'u.csv']);
    expect([rejects.exitCode, rejects.stderr]).toEqual([2, expect.stringContaining('[rejects-is-input]')]);
  });
});
