import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flags } from '../../src/cli/read-settings.js';
import type { Cell } from '../../src/engine/database.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { runTrend, type TrendJson } from '../support/run-trend.js';
import { classifiedMembers, movesTables } from '../support/with-moves.js';

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  copyFileSync(join(import.meta.dirname, '../../fixtures/shop.csv'), join(folder.path, 'shop.csv'));
  writeFileSync(join(folder.path, 'worked.csv'), WORKED);
});
afterAll(() => folder.remove());

const RULES = [
  'window: did(view_item, last 30d) >= 2 and did(search then view_item within 2 days)',
  'past: did(session_start) >= 5 and not did(purchase)',
  'start: did(search, within 30 days of first seen) >= 3',
  'gaps: idle > 2 x usual_interval or status = loyal',
  'edges: recency_score >= 4 and segment(past)',
  'tier: value_tier in (top, high)',
];
const SEGMENTS = RULES.map((rule) => rule.slice(0, rule.indexOf(':')));
const ruleFlags = RULES.flatMap((rule) => ['--segment', rule]);

const trend = (file: string, ...argv: readonly string[]): Promise<TrendJson> => runTrend(folder.path, [file, ...argv]);

/** Everything that must be true of any trend of own segments. */
function expectBalance({ periods }: TrendJson): void {
  for (const [index, period] of periods.entries()) {
    const before = periods[index - 1];
    if (before === undefined) {
      expect(period.flows).toBeNull();
      continue;
    }
    expect(period.users).toBe(before.users + (period.flows?.entered ?? 0) - (period.flows?.left ?? 0));
    for (const [place, { segment, users, flows }] of period.segments.entries()) {
      if (flows === null) throw new Error('only the first period has no flows');
      const size = before.segments[place]?.users ?? 0;
      expect(users, String(segment)).toBe(size + flows.entered + flows.moved_in - flows.moved_out - flows.left);
      const stayed = period.flows?.from_to.find(({ change, from }) => change === 'stayed' && from === segment)?.users ?? 0;
      expect(stayed).toBe(size - flows.moved_out - flows.left);
    }
  }
}

describe('own segments over time', () => {
  it.each<readonly [string, Flags, readonly string[]]>([
    ['by weeks', {}, ['--periods', '4']],
    [
      'by months, in another zone and with a pause',
      { timezone: 'America/New_York', pause: ['2026-04-10..2026-04-20'] },
      ['--every', 'month', '--periods', '3'],
    ],
  ])(
    '%s: sizes are those of segment classify as of the last day, and flows those of its members',
    async (_, flags, argv) => {
      const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const found = await trend('shop.csv', ...argv, ...given, ...ruleFlags, '--segmentation', 'rules');
      expectBalance(found);
      expect(found.periods.length).toBeGreaterThan(2);
      let before: Map<Cell | undefined, Readonly<Record<string, Cell>>> | undefined;
      for (const period of found.periods) {
        const members = await classifiedMembers(folder.path, 'shop.csv', { ...flags, segment: RULES, asOf: period.last });
        const now = new Map(members.map((member) => [member['user_id'], member]));
        const count = (is: (id: Cell | undefined) => boolean): number => [...now.keys()].filter(is).length;
        expect(period.segments.map(({ segment, users }) => [segment, users])).toEqual(
          SEGMENTS.map((segment) => [segment, count((id) => now.get(id)?.[segment] === true)]),
        );
        const then = before;
        if (then !== undefined) {
          for (const { segment, flows } of period.segments) {
            const name = segment ?? '';
            expect(flows).toMatchObject({
              entered: count((id) => !then.has(id) && now.get(id)?.[name] === true),
              moved_in: count((id) => then.get(id)?.[name] === false && now.get(id)?.[name] === true),
              moved_out: count((id) => then.get(id)?.[name] === true && now.get(id)?.[name] === false),
              left: 0,
            });
          }
          expect(period.flows?.moved).toBe(
            count((id) => SEGMENTS.some((name) => then.has(id) && then.get(id)?.[name] !== now.get(id)?.[name])),
          );
        }
        before = now;
      }
      const moved = found.periods
        .slice(1)
        .flatMap(({ segments }) => segments.filter(({ flows }) => (flows?.moved_in ?? 0) + (flows?.moved_out ?? 0) > 0));
      expect(new Set(moved.map(({ segment }) => segment)).size, 'segments that nobody moves in or out of prove nothing').toBeGreaterThan(4);
    },
    120_000,
  );

  it('alone have the numbers that they have beside others, and those of segment transitions --refit', async () => {
    const argv = ['--as-of', '2026-05-19', '--periods', '3'];
    const all = await trend('shop.csv', ...argv, ...ruleFlags, '--segmentation', 'rules');
    for (const name of ['gaps', 'edges']) {
      const one = await trend('shop.csv', ...argv, ...ruleFlags, '--segmentation', `rules:${name}`);
      expectBalance(one);
      expect(one.periods.map(({ segments }) => segments)).toEqual(
        all.periods.map(({ segments }) => segments.filter(({ segment }) => segment === name)),
      );
      for (const [index, { last, flows }] of one.periods.entries()) {
        const from = one.periods[index - 1]?.last;
        if (from === undefined) continue;
        const flags = { segmentation: `rules:${name}`, segment: RULES, refit: true };
        const { moves } = await movesTables(folder.path, 'shop.csv', flags, { from, to: last });
        const inAndOut = moves.flows.filter(({ from: source, to }) => source !== null || to !== null);
        const sorted = (list: readonly { change: string; to: string | null }[]): unknown[] =>
          [...list].sort((left, right) => `${left.change} ${left.to}`.localeCompare(`${right.change} ${right.to}`));
        expect(sorted(flows?.from_to.map(({ by_threshold: _, ...flow }) => flow) ?? [])).toEqual(sorted(inAndOut));
        expect(flows?.moved_by_threshold).toBe(moves.causes.threshold);
      }
    }
  }, 120_000);

  it('with --no-refit are those of segment classify with the scale of the first date', async () => {
    const found = await trend('shop.csv', '--no-refit', '--every', 'month', '--periods', '4', ...ruleFlags, '--segmentation', 'rules');
    expectBalance(found);
    const [first, ...others] = found.periods;
    const argv = [
      'classify',
      'shop.csv',
      '--as-of',
      first?.last ?? '',
      '--out',
      'first',
      '--quiet',
      '--segment-files',
      'none',
      '--no-proof',
    ];
    expect((await runCli(argv, { cwd: folder.path })).exitCode).toBe(0);
    const freeze = join(folder.path, 'first/manifest.json');
    let differing = 0;
    for (const { last, segments } of others) {
      const sizes = async (more: Flags): Promise<number[]> => {
        const members = await classifiedMembers(folder.path, 'shop.csv', { asOf: last, segment: RULES, ...more });
        return SEGMENTS.map((segment) => members.filter((member) => member[segment] === true).length);
      };
      const frozen = await sizes({ freeze });
      expect(segments.map(({ users }) => users)).toEqual(frozen);
      if (String(frozen) !== String(await sizes({}))) differing += 1;
    }
    expect(differing, 'a scale that never changes would prove nothing').toBeGreaterThan(0);
  }, 120_000);
});

/** As of 30 June, 31 May and 1 May. */
const WORKED = `user_id,time,event
old,2026-01-01,view
ann,2026-04-20,view
bob,2026-05-25,view
cat,2026-04-25,view
cat,2026-05-20,view
cat,2026-06-25,view
dan,2026-06-30,view
`;

describe('a history worked by hand', () => {
  it('has the sizes and flows of each of its users', async () => {
    const rules = ['--segment', 'lately: did(view, last 30d)', '--segment', 'twice: did(view) >= 2', '--segment', 'nobody: did(buy)'];
    const argv = ['--every', '30d', '--periods', '3', ...rules];
    const found = await trend('worked.csv', ...argv, '--segmentation', 'rules');
    expectBalance(found);
    expect(found.periods.map(({ last, users }) => [last, users])).toEqual([
      ['2026-05-01', 3],
      ['2026-05-31', 4],
      ['2026-06-30', 5],
    ]);
    // 1 May (from 2 April on): ann, cat. 31 May (from 2 May on): bob is new, cat came back, ann did not. 30 June (from 1 June on): cat, and dan is new.
    expect(found.periods.map(({ segments }) => segments.map(({ users }) => users))).toEqual([
      [2, 0, 0],
      [2, 1, 0],
      [2, 1, 0],
    ]);
    expect(
      found.periods.slice(1).map(({ flows }) => flows?.from_to.map(({ change, from, to, users }) => `${users} ${change} ${from} ${to}`)),
    ).toEqual([
      ['1 stayed lately lately', '1 moved lately null', '1 entered null lately', '1 moved null twice'],
      ['1 stayed lately lately', '1 moved lately null', '1 entered null lately', '1 stayed twice twice'],
    ]);
    // ann out of lately and cat into twice; then bob out of lately.
    expect(found.periods.map(({ flows }) => flows?.moved)).toEqual([undefined, 2, 1]);
  });

  it('changes the settings hash by the rules that are looked at alone', async () => {
    const hash = async (...argv: readonly string[]): Promise<string> =>
      (await trend('worked.csv', '--periods', '2', ...argv)).settings_hash;
    writeFileSync(join(folder.path, 'one.yaml'), 'segments:\n  a: { where: did(view) >= 2 }\n');
    writeFileSync(join(folder.path, 'two.yaml'), 'segments:\n  a: { where: did(view) >= 2 }\n  b: { where: did(view) }\n');
    const base = await hash();
    expect(await hash('--config', 'one.yaml')).toBe(base);
    const one = await hash('--config', 'one.yaml', '--segmentation', 'rules:a');
    expect(one).not.toBe(base);
    expect(await hash('--config', 'two.yaml', '--segmentation', 'rules:a')).toBe(one);
    expect(await hash('--config', 'two.yaml', '--segmentation', 'rules')).not.toBe(one);
  });

  it.each([
    [['--segmentation', 'rules'], 'there is no own segment at all'],
    [['--segmentation', 'rules:b', '--segment', 'a: did(view)'], 'there is no own segment of that name. Did you mean "rules:a"?'],
    [['--segment', 'a: did(view)'], '--segment: --segmentation status looks at no own segment.'],
    [['--recipe', 'late-night', '--segmentation', 'rfm'], '--recipe: --segmentation rfm looks at no own segment.'],
    [['--segmentation', 'engagement'], 'one of status, rfm, value_tier, buyer_type, paying, visitor, rules or rules:NAME'],
  ])('refuses %j', async (argv, text) => {
    const { exitCode, stderr, stdout } = await runCli(['trend', 'worked.csv', ...argv], { cwd: folder.path });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });
});
