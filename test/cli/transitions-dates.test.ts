import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flags } from '../../src/cli/read-settings.js';
import { isoOfDay } from '../../src/time/day.js';
import { dayOfIso } from '../oracle/calendar.js';
import { makeRunFolder } from '../support/classify-once.js';
import { randomHistory } from '../support/random-history.js';
import { runCli } from '../support/run-cli.js';
import { classifiedMembers, movesTables } from '../support/with-moves.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
/** SEGMENT_TEST_RUNS draws more. */
const RUNS = Number(process.env['SEGMENT_TEST_RUNS'] ?? 7);

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  for (const name of ['shop.csv', 'wholesale.csv', 'who/events.csv', 'who/users.csv', 'who/map.csv', 'who/staff.csv']) {
    mkdirSync(join(folder.path, 'who'), { recursive: true });
    copyFileSync(join(FIXTURES, name), join(folder.path, name));
  }
});
afterAll(() => folder.remove());

/** The flags of a command line of these flags in camel case. */
function argvOf(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, String(one)]);
  });
}

/** Writes the manifest of a run of its own as of the earlier date. */
async function manifestOf(file: string, flags: Flags, from: string, out: string): Promise<string> {
  const argv = ['classify', file, ...argvOf(flags), '--as-of', from, '--out', out, '--segment-files', 'none', '--no-proof', '--quiet'];
  const { exitCode, stderr } = await runCli(argv, { cwd: folder.path, now: new Date('2100-01-01T00:00:00Z') });
  if (exitCode !== 0) throw new Error(stderr);
  return join(folder.path, out, 'manifest.json');
}

const CASES: readonly (readonly [string, string, Flags, string, string])[] = [
  ['a shop', 'shop.csv', {}, '2026-04-30', '2026-05-28'],
  [
    'a shop in another zone, of two months',
    'shop.csv',
    { timezone: 'America/New_York', lookback: '60', since: '2025-09-01' },
    '2026-03-01',
    '2026-04-15',
  ],
  ['a shop of some events', 'shop.csv', { where: ['country=DE,US'], planColumn: 'device', freePlan: 'ios' }, '2026-04-30', '2026-05-28'],
  ['a closed season between the dates', 'wholesale.csv', { pause: ['2024-12-21..2025-01-02'] }, '2024-12-20', '2025-01-03'],
  ['a closed season at the earlier date', 'wholesale.csv', { pause: ['2024-12-10..2025-01-02'] }, '2024-12-20', '2025-01-03'],
  [
    'sign-ups, identities and an excluded list',
    'who/events.csv',
    { users: 'who/users.csv', identity: 'who/map.csv', exclude: 'who/staff.csv' },
    '2026-06-05',
    '2026-06-20',
  ],
];

describe('one run over two dates', () => {
  it.each(CASES)('%s: the members are those of classify --as-of FROM, and of TO with its manifest', async (name, file, flags, from, to) => {
    const moves = await movesTables(folder.path, file, flags, { from, to });
    expect(moves.notes).toEqual([]);
    const before = await classifiedMembers(folder.path, file, { ...flags, asOf: from });
    expect(before.length).toBeGreaterThan(0);
    expect(moves.before).toEqual(before);
    const refit = await movesTables(folder.path, file, { ...flags, refit: true }, { from, to });
    expect(refit.after, '--refit').toEqual(await classifiedMembers(folder.path, file, { ...flags, asOf: to }));
    expect(refit.before, '--refit').toEqual(before);
    // A manifest of a users file says nothing of the people in it.
    if (flags['users'] !== undefined) return;
    const scored = before.some((member) => member['recency_score'] !== null);
    expect(moves.scale).toBe(scored ? 'frozen' : 'measured_without_base');
    const freeze = scored ? { freeze: await manifestOf(file, flags, from, name.replaceAll(' ', '-')) } : {};
    expect(moves.after).toEqual(await classifiedMembers(folder.path, file, { ...flags, ...freeze, asOf: to }));
  });

  it.each(['engagement', 'property:country'])('%s: both dates as of their own', async (segmentation) => {
    for (const flags of [{}, { pause: ['2026-04-10..2026-04-20'], maxValues: '2' }] as const) {
      const [from, to] = ['2026-04-30', '2026-05-28'];
      const moves = await movesTables(folder.path, 'shop.csv', { ...flags, segmentation, refit: true }, { from, to });
      const by = { ...flags, by: [segmentation] };
      expect(moves.before).toEqual(await classifiedMembers(folder.path, 'shop.csv', { ...by, asOf: from }));
      expect(moves.after).toEqual(await classifiedMembers(folder.path, 'shop.csv', { ...by, asOf: to }));
      expect(moves.moves.segments.length).toBeGreaterThan(2);
    }
  });

  it('says by all events, whoever may be among them, where classify of the earlier date counts other amounts', async () => {
    const rows = [
      'user_id,time,event,amount,plan',
      'a,2026-05-01,view,5,pro',
      'b,2026-06-15,purchase,7,free',
      'a,2026-06-30,view,5,pro',
      '',
    ];
    writeFileSync(join(folder.path, 'plans.csv'), rows.join('\n'));
    // The filter leaves the only purchase out; it decides all the same from 15 June on.
    const notes = async (from: string): Promise<number> =>
      (await movesTables(folder.path, 'plans.csv', { where: ['plan=pro'] }, { from, to: '2026-06-30' })).notes.length;
    expect([await notes('2026-06-14'), await notes('2026-06-15')]).toEqual([1, 0]);
  });

  it('random histories: both dates as of their own', async () => {
    let compared = 0;
    for (const { csv, settings } of fc.sample(fc.oneof(randomHistory('any'), randomHistory('paced')), { seed: 20260531, numRuns: RUNS })) {
      writeFileSync(join(folder.path, 'random.csv'), csv);
      const days = [...csv.matchAll(/\d{4}-\d\d-\d\d/g)].map(([day]) => dayOfIso(day)).sort((left, right) => left - right);
      const [first = 0, last = 0] = [days[0], days.at(-1)];
      const to = isoOfDay(last);
      const from = isoOfDay(last - Math.floor((last - first) / 3) - 1);
      const flags: Flags = {
        timezone: settings.timezone,
        maxRejects: '100%',
        ...(settings.everyRowIsAnOrder ? { orderColumn: 'none' } : {}),
      };
      if (dayOfIso(from) <= first + 1) continue;
      const moves = await movesTables(folder.path, 'random.csv', { ...flags, refit: true }, { from, to });
      if (moves.notes.length > 0) continue;
      expect(moves.before).toEqual(await classifiedMembers(folder.path, 'random.csv', { ...flags, asOf: from }));
      expect(moves.after).toEqual(await classifiedMembers(folder.path, 'random.csv', { ...flags, asOf: to }));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(RUNS / 2 - 1);
  }, 120_000);
});
