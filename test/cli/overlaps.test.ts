import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

/**
 * Who is in what: ada saw and bought (seen, bought), ben saw only (seen, looked), cyd bought only (bought), dot did neither. Nobody is in
 * `refunded` or `empty`.
 */
const EVENTS = `user_id,timestamp,event
ada,2024-06-01,view
ada,2024-06-02,purchase
ben,2024-06-01,view
cyd,2024-06-01,purchase
dot,2024-06-03,login
`;
const RULES = [
  'seen: did(view)',
  'bought: did(purchase)',
  'looked: did(view) and not did(purchase)',
  'refunded: did(refund)',
  'empty: orders > 9',
];
const GIVEN = ['events.csv', ...RULES.flatMap((rule) => ['--segment', rule]), '--overlaps'];

beforeAll(() => writeFileSync(join(folder.path, 'events.csv'), EVENTS));

it('tells how many are in each two own segments, and in how many everybody is', async () => {
  const run = await classifyOnce([...GIVEN, '--no-proof'], join(folder.path, 'out'), { cwd: folder.path });
  const { overlaps } = run.summary as unknown as { overlaps: Record<string, unknown> };
  const pair = (segments: string[], users: number, shares: (number | null)[], jaccard: number | null) => ({
    segments,
    users,
    shares,
    jaccard,
  });
  expect(overlaps).toEqual({
    // dot in none, cyd in one, ada and ben in two.
    users_by_segments: [1, 1, 2],
    pairs: [
      // ada, of ada and ben, of ada and cyd; three are in either.
      pair(['seen', 'bought'], 1, [0.5, 0.5], 0.333333),
      // ben, half of those who saw and all who looked.
      pair(['seen', 'looked'], 1, [0.5, 1], 0.5),
      pair(['seen', 'refunded'], 0, [0, null], 0),
      pair(['seen', 'empty'], 0, [0, null], 0),
      pair(['bought', 'looked'], 0, [0, 0], 0),
      pair(['bought', 'refunded'], 0, [0, null], 0),
      pair(['bought', 'empty'], 0, [0, null], 0),
      pair(['looked', 'refunded'], 0, [0, null], 0),
      pair(['looked', 'empty'], 0, [0, null], 0),
      // Of nobody, nothing is a share.
      pair(['refunded', 'empty'], 0, [null, null], null),
    ],
  });
});

it('is left out when nobody asks, and refused where there are no own segments', async () => {
  const unasked = await runCli(['classify', ...GIVEN.slice(0, -1), '--dry-run', '--json'], { cwd: folder.path });
  expect(unasked.exitCode).toBe(0);
  expect(JSON.parse(unasked.stdout)).not.toHaveProperty('overlaps');
  const without = await runCli(['classify', 'events.csv', '--overlaps', '--dry-run'], { cwd: folder.path });
  expect([without.exitCode, without.stderr]).toEqual([
    2,
    'error: --overlaps means something only with --segment or segments: in segment.yaml. [option-without]\n' +
      'hint: give --segment or segments: in segment.yaml too, or leave out --overlaps.\n',
  ]);
});

it('prints the SQL of it, which says the same elsewhere', async () => {
  const { stdout } = await runCli(['sql', ...GIVEN], { cwd: folder.path });
  const rows = await runScript(stdout, folder.path);
  const found = rows.map(({ segment, other_segment: other, users }) => `${segment} ${other} ${users}`).sort();
  expect(found).toEqual([
    'bought bought 2',
    'bought seen 1',
    'looked looked 1',
    'looked seen 1',
    'seen bought 1',
    'seen looked 1',
    'seen seen 2',
  ]);
});
