import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunResult, runCli } from '../support/run-cli.js';

// Eight users; a second purchase is on another day.
const DID: Readonly<Record<string, string>> = {
  u1: 'open view buy',
  u2: 'open view',
  u3: 'open buy',
  u4: 'view buy again',
  u5: 'open',
  u6: 'view',
  u7: 'buy',
  u8: 'open view buy again',
};
const ROWS = Object.entries(DID).flatMap(([user, words]) =>
  words.split(' ').map((word) => (word === 'again' ? `${user},2026-03-02 10:00:00,buy` : `${user},2026-03-01 10:00:00,${word}`)),
);
const YAML = `segments:
  nested:
    min_size: 4
    where:
      all:
        - did(open)
        - any: [did(view), did(buy)]
        - not: did(buy) >= 2
  neither:
    where: { not: { any: [did(view), did(buy)] } }
  lookers:
    where: { all: [segment(nested), did(view)] }
`;

interface Rule {
  readonly kind: string;
  readonly not: boolean;
  readonly asked: number;
  readonly holds: number;
  readonly alone: number;
  readonly text?: string;
  readonly only_this?: number;
  readonly rules?: readonly Rule[];
}
interface User {
  readonly user_id: string;
  readonly misses?: number;
  readonly conditions: readonly { readonly value: string | null; readonly holds: boolean }[];
}
interface Preview {
  readonly users: number;
  readonly segments: readonly {
    readonly segment: string;
    readonly users: number;
    readonly rule: Rule;
    readonly near_misses: number;
    readonly examples: { readonly members: readonly User[]; readonly near_misses: readonly User[] };
  }[];
}

let cwd = '';
let all: Preview;
beforeAll(async () => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-preview-')));
  writeFileSync(join(cwd, 'events.csv'), `user_id,time,event\n${ROWS.join('\n')}\n`);
  writeFileSync(join(cwd, 'segment.yaml'), YAML);
  all = JSON.parse((await run('events.csv', '--json', '--examples', '20')).stdout) as Preview;
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<RunResult> => runCli(['preview', ...argv], { cwd });
const idsOf = (users: readonly User[] = []): string[] => users.map(({ user_id }) => user_id).sort();

/** A rule as `[asked, holds, alone, only this]`, lists with their rules behind. */
function numbers(rule: Rule): unknown[] {
  const row = [rule.asked, rule.holds, rule.alone, ...(rule.only_this === undefined ? [] : [rule.only_this])];
  return rule.rules === undefined ? row : [...row, ...rule.rules.map(numbers)];
}

// biome-ignore format: a rule a line, lists with theirs below
it('counts who each step keeps or adds, for how many it holds alone, and who is out because of it alone', () => {
  const [nested, neither, lookers] = all.segments;
  expect(nested && numbers(nested.rule)).toEqual([8, 3, 3,
    // u1 u2 u3 u5 u8 opened; u6 and u7 would be in if they had, u4 bought twice.
    [8, 5, 5, 2],
    // Of these five all but u5, of everybody too.
    [5, 4, 7,
      // u1 u2 u8, of everybody u4 and u6 too; u5 would be in.
      [5, 3, 5, 1],
      // Of u3 and u5 the former; of everybody u1 u3 u4 u7 u8.
      [2, 1, 5, 1]],
    // u8 bought twice, as u4 did, who never opened.
    [4, 3, 6, 1],
  ]);
  // Turned around: five looked, of u3 u5 u7 two bought, and u5 is left. u2 u6 only looked, u3 u7 only bought.
  expect(neither && numbers(neither.rule)).toEqual([8, 1, 1, [8, 5, 5, 2], [3, 2, 5, 2]]);
  expect(neither?.rule).toMatchObject({ kind: 'any', not: true });
  // u4 u6 u8 looked and are not in nested; u3 is, and did not look.
  expect(lookers && numbers(lookers.rule)).toEqual([8, 2, 2, [8, 3, 3, 3], [3, 2, 5, 1]]);
});

it('shows members, and users whom one condition keeps out, with what it looked at', () => {
  const [nested, , lookers] = all.segments;
  expect(idsOf(nested?.examples.members)).toEqual(['u1', 'u2', 'u3']);
  expect(nested?.near_misses).toBe(4);
  const near = new Map(nested?.examples.near_misses.map((user) => [user.user_id, user]));
  // u5 lacks both branches of any: the first counts. u4 misses two conditions.
  expect([...near].map(([id, { misses }]) => [id, misses]).sort()).toEqual([
    ['u5', 2],
    ['u6', 1],
    ['u7', 1],
    ['u8', 4],
  ]);
  expect(near.get('u8')?.conditions).toEqual([
    { value: '1', holds: true },
    { value: '1', holds: true },
    { value: '2', holds: true },
    { value: '2', holds: false },
  ]);
  expect(lookers?.examples.members.map(({ conditions }) => conditions[0])).toEqual([
    { value: null, holds: true },
    { value: null, holds: true },
  ]);
});

it('shows the segments that are named, with what they refer to read along', async () => {
  const shown = async (...argv: string[]): Promise<string[]> =>
    (JSON.parse((await run('events.csv', '--json', '--examples', '0', ...argv)).stdout) as Preview).segments.map(({ segment }) => segment);
  expect(await shown('lookers')).toEqual(['lookers']);
  expect(await shown('neither', 'nested')).toEqual(['nested', 'neither']);
  expect(await shown('--segment', 'own: did(open)')).toEqual(['own']);
  expect(await shown('neither', '--segment', 'own: did(open)')).toEqual(['neither', 'own']);
  expect(await shown('--recipe', 'cart-abandonment')).not.toContain('nested');
  expect(all.segments).toHaveLength(3);
});

it('says which segments there are', async () => {
  const { stderr, exitCode } = await run('events.csv', 'neste');
  expect(stderr).toContain('no own segment and no file called neste. Did you mean "nested"? [preview-unknown-segment]');
  expect(exitCode).toBe(2);
  expect((await run('events.csv', '--no-config')).stderr).toContain('[preview-without-segments]');
});
