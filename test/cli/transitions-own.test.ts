import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flags } from '../../src/cli/read-settings.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { classifiedMembers, movesTables } from '../support/with-moves.js';

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  copyFileSync(join(import.meta.dirname, '../../fixtures/shop.csv'), join(folder.path, 'shop.csv'));
  writeFileSync(join(folder.path, 'worked.csv'), WORKED);
});
afterAll(() => folder.remove());

const run = (...argv: readonly string[]): ReturnType<typeof runCli> => runCli(['transitions', ...argv], { cwd: folder.path });

/** Two dates, 31 May and 30 June. */
const WORKED = `user_id,time,event,amount,plan
ann,2026-05-10,purchase,60,pro
ann,2026-06-20,purchase,50,pro
bob,2026-05-20,purchase,120,free
bob,2026-06-10,refund,-40,free
cat,2026-05-30,purchase,200,pro
cat,2026-06-29,view,,pro
dan,2026-06-05,purchase,150,free
eve,2026-05-01,view,,free
eve,2026-06-01,view,,pro
`;
const WORKED_RULES = ['vip: monetary >= 100 and segment(pro)', 'pro: property(plan) = pro'];

describe('an own segment', () => {
  it.each<readonly [string, Flags, readonly string[]]>([
    ['of events and windows', {}, ['keen: did(view_item, last 30d) >= 2 and did(search then view_item within 2 days)']],
    ['of the whole past', { timezone: 'America/New_York', since: '2025-10-01' }, ['keen: did(session_start) >= 5 and not did(purchase)']],
    ['of features and first days', {}, ['keen: monetary >= 50 or did(search, within 30 days of first seen) >= 3']],
    [
      'of another one, with a pause',
      { pause: ['2026-04-10..2026-04-20'] },
      ['near: did(anything, last 20d)', 'keen: segment(near) and idle < 2 x usual_interval'],
    ],
  ])('%s: its members of both dates are those of classify as of them', async (_, more, segment) => {
    const [from, to] = ['2026-04-28', '2026-06-01'];
    const flags = { ...more, segment };
    const moves = await movesTables(folder.path, 'shop.csv', { ...flags, segmentation: 'rules:keen', refit: true }, { from, to });
    const before = await classifiedMembers(folder.path, 'shop.csv', { ...flags, asOf: from });
    const after = await classifiedMembers(folder.path, 'shop.csv', { ...flags, asOf: to });
    expect(moves.before).toEqual(before);
    expect(moves.after).toEqual(after);
    const segmentIn = (members: typeof before, id: unknown): string | null =>
      members.find(({ user_id }) => user_id === id)?.['keen'] === true ? 'keen' : null;
    for (const { user_id, from_segment, to_segment } of moves.movers)
      expect([from_segment, to_segment]).toEqual([segmentIn(before, user_id), segmentIn(after, user_id)]);
    expect(moves.movers.length).toBe(new Set([...before, ...after].map(({ user_id }) => user_id)).size);
    expect(moves.moves.changes.moved).toBeGreaterThan(0);
    // Whoever moved did so by a condition of the rule.
    expect(moves.movers.filter(({ change, flipped }) => (change === 'moved') !== (flipped !== null))).toEqual([]);
    expect(moves.movers.filter(({ flipped }) => flipped === '')).toEqual([]);
  });

  it('says what flipped, in files and in the report', async () => {
    const flags = [
      'worked.csv',
      '--from',
      '2026-05-31',
      '--segmentation',
      'rules:vip',
      ...WORKED_RULES.flatMap((rule) => ['--segment', rule]),
    ];
    const { stdout, exitCode } = await run(...flags, '--out', 'worked', '--json');
    expect(exitCode).toBe(0);
    const rows: Record<string, string>[] = parse(readFileSync(join(folder.path, 'worked/moves.csv')), { columns: true });
    // ann 60, then 110; bob has 120, then 80, and never pro; cat 200 and stays; dan is new and free; eve is pro now and never paid.
    expect(
      rows.map(({ user_id, from_segment, to_segment, change, flipped, cause }) => [
        user_id,
        from_segment,
        to_segment,
        change,
        flipped,
        cause,
      ]),
    ).toEqual([
      ['ann', '', 'vip', 'moved', 'now monetary >= 100 (60 → 110)', 'user'],
      ['bob', '', '', 'stayed', '', ''],
      ['cat', 'vip', 'vip', 'stayed', '', ''],
      ['dan', '', '', 'entered', '', 'user'],
      ['eve', '', '', 'stayed', '', ''],
    ]);
    expect(readFileSync(join(folder.path, 'worked/entered/vip.csv'), 'utf8')).toBe('user_id,change,from_segment\nann,moved,\n');
    const found = JSON.parse(stdout) as Record<string, unknown>;
    expect(found).toMatchObject({
      segmentation: 'rules:vip',
      users: { before: 4, after: 5 },
      changes: { entered: 1, left: 0, moved: 1, stayed: 3 },
      rates: [
        { name: 'kept', hits: 1, of: 1 },
        { name: 'joined', hits: 1, of: 3 },
      ],
    });
  });

  it('of a segment that another one decided names it', async () => {
    // eve's plan is free at the end of May and pro at the end of June; of her nothing else counts.
    const segment = ['vip: segment(pro) and not did(purchase)', 'pro: property(plan) = pro'];
    const flags = { segment, segmentation: 'rules:vip' };
    const { movers } = await movesTables(folder.path, 'worked.csv', flags, { from: '2026-05-31', to: '2026-06-30' });
    expect(movers.filter(({ change }) => change === 'moved').map(({ user_id, flipped }) => [user_id, flipped])).toEqual([
      ['eve', 'now segment(pro)'],
    ]);
  });

  it('tells with --refit who moved only because a gap of the population did', async () => {
    const dates = { from: '2026-05-05', to: '2026-05-12' };
    const ofStatus = await movesTables(folder.path, 'shop.csv', { refit: true }, dates);
    const moved = ofStatus.movers.find(({ cause }) => cause === 'threshold');
    const flags = { refit: true, segment: [`own: status = ${String(moved?.['from_segment'])}`], segmentation: 'rules:own' };
    const { movers, moves } = await movesTables(folder.path, 'shop.csv', flags, dates);
    expect(movers.find(({ user_id }) => user_id === moved?.['user_id'])).toMatchObject({
      from_segment: 'own',
      to_segment: null,
      cause: 'threshold',
    });
    const sameSegment = ofStatus.movers.filter(
      ({ cause, from_segment, to_segment }) => cause === 'threshold' && [from_segment, to_segment].includes(moved?.['from_segment'] ?? ''),
    );
    expect(moves.causes.threshold).toBe(sameSegment.length);
    expect(moves.causes.user).toBeGreaterThan(0);
  });

  it('may have any name that a column of the files about movers has', async () => {
    for (const name of ['change', 'old_scale_segment']) {
      const rules = ['from_segment: did(purchase)', 'holds_0: orders >= 1', `${name}: segment(from_segment) and segment(holds_0)`];
      const flags = { segment: rules, segmentation: `rules:${name}`, refit: true };
      const { moves } = await movesTables(folder.path, 'worked.csv', flags, { from: '2026-05-31', to: '2026-06-30' });
      // ann, bob and cat bought before, dan since.
      expect(moves.flows.filter(({ to }) => to === name).map(({ change, users }) => [change, users])).toEqual([
        ['stayed', 3],
        ['entered', 1],
      ]);
    }
  });

  it('must be there, and be looked at', async () => {
    const flags = ['worked.csv', '--from', '2026-05-31'];
    const unknown = await run(...flags, '--segmentation', 'rules:vpi', '--segment', 'vip: monetary >= 100');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('--segmentation rules:vpi: there is no own segment of that name. Did you mean "rules:vip"?');
    const none = await run(...flags, '--segmentation', 'rules:vip');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('there is no own segment at all');
    for (const given of [
      ['--segment', 'vip: monetary >= 100'],
      ['--recipe', 'late-night'],
    ]) {
      const unused = await run(...flags, ...given);
      expect(unused.exitCode).toBe(2);
      expect(unused.stderr).toContain(`${given[0]}: --segmentation status looks at no own segment. [segments-unused]`);
    }
    expect((await run(...flags, '--segmentation', 'rules:')).exitCode).toBe(2);
    const recipe = await run(...flags, '--recipe', 'late-night', '--segmentation', 'rules:night_owls', '--json');
    expect(recipe.stderr).toContain('[unknown-own-segment]');
  });
});

describe('an own segment in two folders', () => {
  const classify = async (out: string, asOf: string, rules: readonly string[], ...more: readonly string[]): Promise<void> => {
    const given = rules.flatMap((rule) => ['--segment', rule]);
    const argv = [
      'classify',
      'worked.csv',
      '--as-of',
      asOf,
      ...given,
      '--out',
      out,
      '--segment-files',
      'none',
      '--no-proof',
      '--quiet',
      ...more,
    ];
    const { exitCode, stderr } = await runCli(argv, { cwd: folder.path });
    if (exitCode !== 0) throw new Error(stderr);
  };
  const rowsOf = (out: string): Record<string, string>[] => parse(readFileSync(join(folder.path, out, 'moves.csv')), { columns: true });
  const vip = ['--segmentation', 'rules:vip', '--json'];

  beforeAll(async () => {
    await classify('may', '2026-05-31', WORKED_RULES, '--keep', 'plan');
    await classify('june', '2026-06-30', WORKED_RULES);
  });

  it.each(['csv', 'parquet', 'arrow', 'jsonl'])('%s: moves as one run over both dates says', async (format) => {
    await classify(`june-${format}`, '2026-06-30', WORKED_RULES, '--format', format);
    const { exitCode, stdout } = await run('may', `june-${format}`, ...vip, '--out', `moves-${format}`);
    expect(exitCode).toBe(0);
    const files = ['worked.csv', '--from', '2026-05-31', ...WORKED_RULES.flatMap((rule) => ['--segment', rule])];
    await run(...files, ...vip, '--out', 'moves-files');
    const without = (rows: Record<string, string>[]): unknown => rows.map(({ flipped: _, ...row }) => row);
    expect(without(rowsOf(`moves-${format}`))).toEqual(without(rowsOf('moves-files')));
    // A folder holds no values of conditions.
    expect(rowsOf(`moves-${format}`).map(({ flipped }) => flipped)).toEqual(['vip false → true', '', '', '', '']);
    expect(JSON.parse(stdout)).toMatchObject({
      causes: { user: 2, rule: 0 },
      rates: [
        { name: 'kept', hits: 1, of: 1 },
        { hits: 1, of: 3 },
      ],
    });
  });

  it('names a rule that changed as the cause, its own or one that it refers to', async () => {
    await classify('lower', '2026-06-30', ['vip: monetary >= 80 and segment(pro)', 'pro: property(plan) = pro']);
    await classify('wider', '2026-06-30', ['vip: monetary>=100.0 and segment(pro)', 'pro: property(plan) in (pro, free)']);
    await classify('same', '2026-06-30', ['pro: property(plan)=pro', 'other: did(view)', 'vip:  (monetary >= 100) and segment( pro )']);
    const found = async (after: string): Promise<{ causes: Record<string, number>; notes: string[] }> =>
      JSON.parse((await run('may', after, ...vip)).stdout) as { causes: Record<string, number>; notes: string[] };
    const lower = await found('lower');
    // ann moves in; dan enters the population, which no rule decides.
    expect(lower.causes).toMatchObject({ rule: 1, user: 1 });
    expect(lower.notes[0]).toContain(
      'The rule of vip changed: it was monetary >= 100 and segment(pro), and is monetary >= 80 and segment(pro). The cause of every move is called rule',
    );
    const wider = await found('wider');
    expect(wider.causes['rule']).toBe(1);
    expect(wider.notes[0]).toContain('The rule of pro, which vip looks at, changed: it was property(plan) = pro, and is property(plan) in');
    expect(wider.notes.join()).not.toContain('The rule of vip');
    expect((await found('same')).notes).toEqual([]);
  });

  it('must be in both, and whole', async () => {
    await classify('without', '2026-06-30', ['pro: property(plan) = pro']);
    const missing = await run('may', 'without', ...vip);
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain(
      '--segmentation rules:vip: the members of without have no such column; beside the usual ones they have rules:pro.',
    );
    cpSync(join(folder.path, 'june'), join(folder.path, 'forged'), { recursive: true });
    const path = join(folder.path, 'forged/members.csv');
    const text = readFileSync(path, 'utf8').replace(',true,', ',maybe,');
    writeFileSync(path, text);
    const manifestPath = join(folder.path, 'forged/manifest.json');
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as { outputs: { name: string; sha256: string }[] };
    for (const output of manifest.outputs)
      if (output.name === 'members.csv') output.sha256 = createHash('sha256').update(text).digest('hex');
    writeFileSync(manifestPath, JSON.stringify(manifest));
    const forged = await run('may', 'forged', ...vip);
    expect(forged.exitCode).toBe(3);
    expect(forged.stderr).toContain('vip');
    expect(forged.stderr).toContain('maybe');
  });
});
