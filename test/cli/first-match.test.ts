import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { type RunResult, runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());
const inFolder = (name: string): string => join(folder.path, name);

const EVENTS = `user_id,timestamp,event
ada,2024-06-01,view
ada,2024-06-02,purchase
ben,2024-06-01,view
cyd,2024-06-01,purchase
dot,2024-06-03,login
`;
/** looked comes first, then bought, which stands before present of the same priority; seen has none and is the last. */
const CONFIG = `segments:
  seen: { where: did(view) }
  bought: { priority: 2, where: did(purchase) }
  looked: { priority: 1, where: did(view) and not did(purchase) }
  present: { priority: 2, where: did(anything) }
`;
const GIVEN = ['events.csv', '--users', 'users.csv', '--config', 'own.yaml'];
const BY = ['--by', 'first_match'];

const run = (...argv: string[]): Promise<RunResult> => runCli(argv, { cwd: folder.path });

beforeAll(() => {
  writeFileSync(inFolder('events.csv'), EVENTS);
  writeFileSync(inFolder('users.csv'), 'user_id,signup_date\neve,2024-06-01\n');
  writeFileSync(inFolder('own.yaml'), CONFIG);
});

describe('the first match', () => {
  let classified: ClassifyRun;
  beforeAll(async () => {
    classified = await classifyOnce([...GIVEN, ...BY, '--files', 'all', '--no-proof'], inFolder('out'), { cwd: folder.path });
  });

  it('puts everybody into the segment of highest priority that holds, or into in_none', () => {
    const rows = classified.members.map(({ user_id, first_match, seen, bought, looked, present }) =>
      [user_id, first_match, seen, bought, looked, present].join(' '),
    );
    expect(rows).toEqual([
      // seen and bought hold, and so does present.
      'ada bought true true false true',
      'ben looked true false true true',
      'cyd bought false true false true',
      'dot present false false false true',
      // Known from the file of users only.
      'eve in_none false false false false',
    ]);
    const columns = Object.keys(classified.members[0] ?? {});
    expect(columns.slice(columns.indexOf('churned_after_days') + 1)).toEqual(['first_match', 'seen', 'bought', 'looked', 'present']);
  });

  it('adds up to all users, in the order in which segments take them', () => {
    const { segmentations } = classified.summary as unknown as { segmentations: Record<string, Record<string, { users: number }>> };
    const sizes = Object.entries(segmentations['first_match'] ?? {}).map(([name, { users }]) => [name, users]);
    expect(sizes).toEqual([
      ['looked', 1],
      ['bought', 2],
      ['present', 1],
      ['seen', 0],
      ['in_none', 1],
    ]);
    expect(sizes.reduce((sum, [, users]) => sum + Number(users), 0)).toBe(classified.summary.users);
    // The overlapping sizes stay.
    expect(segmentations['rules']?.['seen']?.users).toBe(2);
  });

  it('has a file a segment, also an empty one', () => {
    const ids = (name: string): string => readFileSync(inFolder(`out/first_match/${name}.csv`), 'utf8');
    expect([ids('bought'), ids('seen'), ids('in_none')]).toEqual(['user_id\nada\ncyd\n', 'user_id\n', 'user_id\neve\n']);
  });

  it('is a way to list, to compare and to check', async () => {
    const list = (...conditions: string[]) => run('list', ...GIVEN, ...BY, ...conditions, '--columns', 'user_id');
    expect((await list('first_match=bought', 'seen=true')).stdout).toBe('user_id\nada\n');
    expect((await list('in_none')).stdout).toBe('user_id\neve\n');
    // Two segmentations have it.
    expect((await list('bought')).stderr).toContain('first_match=bought, rules=bought. [segment-ambiguous]');
    // Without the group that has nobody.
    const compared = JSON.parse((await run('compare', ...GIVEN, ...BY, '--json')).stdout) as { groups: { name: string; users: number }[] };
    expect(compared.groups.map(({ name, users }) => [name, users])).toEqual([
      ['looked', 1],
      ['bought', 2],
      ['present', 1],
      ['in_none', 1],
    ]);
    const earlier = await run('compare', ...GIVEN, ...BY, '--landmark', '2024-06-02');
    expect([earlier.exitCode, earlier.stderr]).toEqual([2, expect.stringContaining('[compare-no-landmark]')]);
    const checked = await run('check', ...GIVEN, ...BY, '--baseline', 'base.json', '--limit', 'first_match=bought max 1', '--json');
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toContain('first_match=bought');
  });

  it('tells which earlier segment took somebody', async () => {
    const { stdout } = await run('explain', ...GIVEN, ...BY, '--user', 'ada', '--json');
    const [user] = (JSON.parse(stdout) as { users: { segments: unknown; own_segments: Record<string, { taken_by?: string }> }[] }).users;
    expect(user?.segments).toEqual({ first_match: 'bought' });
    const takers = Object.entries(user?.own_segments ?? {}).map(([name, { taken_by: taker }]) => [name, taker]);
    expect(takers).toEqual([
      ['seen', 'bought'],
      ['bought', undefined],
      // It does not hold, so nobody took her from it.
      ['looked', undefined],
      ['present', 'bought'],
    ]);
    expect((await run('explain', ...GIVEN, ...BY, '--user', 'ada')).stdout).toContain(
      '> seen: did(view): 1? yes\n      by the first match in bought, which comes earlier\n',
    );
  });

  it('stands in the printed SQL', async () => {
    const rows = await runScript((await run('sql', ...GIVEN, ...BY)).stdout, folder.path);
    expect(rows.map((row) => row['first_match'])).toEqual(['bought', 'looked', 'bought', 'present', 'in_none']);
  });
});

it('needs own segments, and is the name of none', async () => {
  const none = await run('classify', 'events.csv', ...BY, '--dry-run');
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('--by first_match means something only with --segment')]);
  const compared = await run('compare', 'events.csv', ...BY);
  expect([compared.exitCode, compared.stderr]).toEqual([
    2,
    expect.stringContaining('--by first_match means something only with --segment'),
  ]);
  const named = await run('classify', 'events.csv', '--segment', 'first_match: did(view)', '--dry-run');
  expect([named.exitCode, named.stderr]).toEqual([2, expect.stringContaining('first_match is taken: choose another')]);
});

it('changes the settings hash by its priorities, which are nothing without it', async () => {
  writeFileSync(inFolder('other.yaml'), CONFIG.replace('priority: 1', 'priority: 3'));
  const hash = async (config: string, ...more: string[]): Promise<string> => {
    const out = inFolder('hash');
    await classifyOnce(['events.csv', '--config', config, '--no-proof', ...more], out, { cwd: folder.path });
    return (JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { settings_hash: string }).settings_hash;
  };
  const [one, other] = [await hash('own.yaml'), await hash('other.yaml')];
  expect(other).toBe(one);
  const [first, otherFirst] = [await hash('own.yaml', ...BY), await hash('other.yaml', ...BY)];
  expect(first).not.toBe(one);
  expect(otherFirst).not.toBe(first);
  const { stdout } = await run('lint', '--config', 'own.yaml', '--json');
  expect(stdout.match(/"unused-priority"/g)).toHaveLength(3);
  expect((await run('lint', '--config', 'own.yaml', ...BY, '--json')).stdout).not.toContain('unused-priority');
});
