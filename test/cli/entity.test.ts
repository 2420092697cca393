import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyPeople, type PeopleRun } from '../support/classify-people.js';
import { runCli } from '../support/run-cli.js';

/**
 * To 30 June 2024. acme: ann (event 1 stands twice), bob, and cy on the last day; beta: ann again, and a row without a person;
 * gamma: dan on a day after the as-of day that some tests give. One row has no account.
 */
const EVENTS = `event_id,user_id,account_id,email,time,event,plan
1,ann,acme,a@x,2024-06-01 10:00:00,view,pro
1,ann,acme,a@x,2024-06-01 10:00:00,view,pro
2,bob,acme,b@x,2024-06-10 10:00:00,view,pro
3,ann,beta,a@x,2024-06-12 10:00:00,view,free
4,,beta,,2024-06-14 10:00:00,view,free
5,eve,,e@x,2024-06-15 10:00:00,view,free
6,dan,gamma,d@x,2024-06-29 10:00:00,view,free
7,cy,acme,c@x,2024-06-30 10:00:00,view,free
`;
const ENTITY = ['events.csv', '--entity', 'account_id'];

function people({ members }: PeopleRun): string[] {
  return members.map(({ user_id, people: count }) => `${user_id} ${count}`);
}

const classify = (argv: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<PeopleRun> =>
  classifyPeople({ 'events.csv': EVENTS, ...files }, [...ENTITY, ...argv], { withScript: true });

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-entity-'));
  writeFileSync(join(cwd, 'events.csv'), EVENTS);
  writeFileSync(join(cwd, 'accounts.csv'), EVENTS.replace(/^event_id,user_id,account_id,email/, 'event_id,who,account_id,mail'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('--entity', () => {
  it('counts accounts in place of users, and the distinct people of each', async () => {
    const run = await classify([]);
    // acme: ann, bob, cy; beta: ann, as the empty person is nobody; gamma: dan.
    expect(people(run)).toEqual(['acme 3', 'beta 1', 'gamma 1']);
    // ann belongs to two accounts and is one of the four people; eve has no account.
    expect(run.summary).toMatchObject({
      users: 3,
      entity: { column: 'account_id', people_column: 'user_id', people: 4 },
      columns: { user: 'account_id' },
      rows: { total: 8, used: 6, duplicate: 1, without_user: 1, rejected: 0, after_as_of: 0 },
    });
    expect(run.members.map(({ user_id, events }) => `${user_id} ${events}`)).toEqual(['acme 3', 'beta 2', 'gamma 1']);
    expect(run.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(people(run));
  });

  it('leaves out people of rows after the as-of day, before --since, and of other values of --where', async () => {
    // cy and dan come later.
    expect(people(await classify(['--as-of', '2024-06-20']))).toEqual(['acme 2', 'beta 1']);
    // ann and bob of acme came before; of beta only the row of nobody is left.
    const since = await classify(['--since', '2024-06-13']);
    expect(people(since)).toEqual(['acme 1', 'beta 0', 'gamma 1']);
    expect(since.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(people(since));
    const where = await classify(['--where', 'plan=pro']);
    expect(people(where)).toEqual(['acme 2']);
    expect(where.summary).toMatchObject({ entity: { people: 2 } });
    expect(where.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(people(where));
  });

  it('takes the column of people from --user-column', async () => {
    const run = await classify(['--user-column', 'email']);
    expect(run.summary).toMatchObject({ entity: { column: 'account_id', people_column: 'email', people: 4 } });
  });

  it('says when no column tells people, and leaves their column out', async () => {
    const run = await runCli(['classify', 'accounts.csv', '--entity', 'account_id', '--dry-run'], { cwd });
    expect(run.stdout).toContain('3 accounts to 30 June 2024.');
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain('No column of people: nobody is counted in them (--user-column names one).');
    const listed = await runCli(['list', 'accounts.csv', '--entity', 'account_id', '--columns', 'all'], { cwd });
    expect(listed.stdout.split('\n')[0]).toMatch(/,churned_after_days$/);
    for (const asked of [['people>1'], ['--columns', 'people'], ['--sort', 'people']]) {
      const refused = await runCli(['list', 'accounts.csv', '--entity', 'account_id', ...asked], { cwd });
      expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
      expect(refused.stderr).toContain('[no-person-column]');
    }
  });

  it('maps people by --identity, and takes entities from the other files', async () => {
    const files = {
      'map.csv': 'alias,user_id\nbob,ann\nnobody,ann\n',
      'accounts.csv': 'account_id,plan\nacme,pro\nnew,free\n',
      'out.csv': 'account_id\ngamma\n',
    };
    const merged = await classify(['--identity', 'map.csv'], files);
    // bob is ann: acme has ann and cy.
    expect(people(merged)).toEqual(['acme 2', 'beta 1', 'gamma 1']);
    expect(merged.summary).toMatchObject({ entity: { people: 3 }, identity: { events: 1, ids: 1, users: 1, unmatched: 1 } });
    expect(merged.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(people(merged));
    const listed = await classify(['--users', 'accounts.csv', '--exclude', 'out.csv'], files);
    expect(people(listed)).toEqual(['acme 3', 'beta 1', 'new 0']);
    expect(listed.members.find(({ user_id }) => user_id === 'new')).toMatchObject({ status: 'never_active' });
    expect(listed.summary).toMatchObject({ entity: { people: 3 } });
    const lost = await runCli(['classify', 'accounts.csv', '--entity', 'account_id', '--identity', 'events.csv', '--dry-run'], { cwd });
    expect(lost).toMatchObject({ exitCode: 3 });
    expect(lost.stderr).toContain('[no-person-column]');
  });

  it('reaches fields, and reads every format alike', async () => {
    const rows = EVENTS.trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const json = rows.map(([event_id, id, account, , time, event]) =>
      JSON.stringify({ event_id, who: { id, company: { key: account } }, time, event }),
    );
    const run = await classifyPeople(
      { 'events.jsonl': `${json.join('\n')}\n` },
      ['events.jsonl', '--entity', 'who.company.key', '--user-column', 'who.id'],
      { withScript: true },
    );
    expect(people(run)).toEqual(['acme 3', 'beta 1', 'gamma 1']);
    expect(run.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(people(run));
    const same = await classifyPeople({ 'events.jsonl': `${json.join('\n')}\n` }, [
      'events.jsonl',
      '--entity',
      'who.id',
      '--user-column',
      'who.id',
    ]);
    expect(same).toMatchObject({ exitCode: 2 });
    expect(same.stderr).toContain('[column-two-roles]');
  });

  it('refuses a column that is absent, that of the user, and none', async () => {
    const run = (argv: readonly string[]) => runCli(['classify', 'events.csv', '--dry-run', ...argv], { cwd });
    const absent = await run(['--entity', 'acount_id']);
    expect(absent).toMatchObject({ exitCode: 3 });
    expect(absent.stderr).toContain('--entity acount_id: there is no such column. Did you mean "account_id"?');
    expect(absent.stderr).toContain('--entity account_id');
    const same = await run(['--entity', 'user_id', '--user-column', 'user_id']);
    expect(same).toMatchObject({ exitCode: 2 });
    expect(same.stderr).toContain('--entity and --user-column both name "user_id"');
    expect(await run(['--entity', 'none'])).toMatchObject({ exitCode: 2 });
    const kept = await runCli(['classify', 'events.csv', '--dry-run', '--entity', 'account_id', '--keep', 'people'], { cwd });
    expect(kept.stderr).toContain('[keep-taken]');
  });

  it('is part of the settings hash, and of what explain, list and inspect say', async () => {
    const [one, other] = [
      await classify([]),
      await classifyPeople({ 'events.csv': EVENTS }, ['events.csv', '--user-column', 'account_id']),
    ];
    expect(one.manifest.settings_hash).not.toBe(other.manifest.settings_hash);
    expect(one.members.map(({ people: _, ...rest }) => rest)).toEqual(other.members);
    const explained = await runCli(['explain', 'events.csv', '--entity', 'account_id', '--user', 'acme'], { cwd });
    expect(explained.stdout).toContain('acme is ');
    const listed = await runCli(['list', 'events.csv', '--entity', 'account_id', 'people>1', '--columns', 'user_id,people'], { cwd });
    expect(listed.stdout).toBe('user_id,people\nacme,3\n');
    const inspected = await runCli(['inspect', 'events.csv', '--entity', 'account_id'], { cwd });
    expect(inspected.stdout).toMatch(/entity {2,}account_id/);
    expect(inspected.stdout).toMatch(/person {2,}user_id/);
    expect(inspected.stdout).toContain('--entity account_id');
  });

  it('reads the people of a preset', async () => {
    const run = await classifyPeople(
      {
        'shop.csv':
          'Name,Email,Company,Created at,Total,Lineitem name,Lineitem quantity,Lineitem price,Currency,Financial Status\n' +
          '#1,a@x,acme,2024-06-01 10:00:00 +0000,10.00,cup,1,4.00,EUR,paid\n' +
          '#1,,,,,pan,1,6.00,,\n' +
          '#2,b@x,acme,2024-06-03 10:00:00 +0000,5.00,cup,1,5.00,EUR,paid\n',
      },
      ['shop.csv', '--preset', 'shopify', '--entity', 'Company'],
      { withScript: true },
    );
    // Two orders of two people; the second line of order 1 is of the same company and adds nobody.
    expect(run.members).toMatchObject([{ user_id: 'acme', people: '2', orders: '2' }]);
    expect(run.scripted.map(({ user_id, people: count }) => `${user_id} ${count}`)).toEqual(['acme 2']);
  });
});
