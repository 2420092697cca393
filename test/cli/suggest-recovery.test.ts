import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
});
afterAll(() => folder.remove());

const END = Date.UTC(2026, 2, 10, 12, 30);
const MINUTE = 60_000;

/** `[user, minutes before the end, event]` as rows. */
function write(name: string, events: readonly (readonly [string, number, string])[]): string {
  const rows = events.map(([user, minutes, event]) => `${user},${new Date(END - minutes * MINUTE).toISOString()},${event}`);
  writeFileSync(join(folder.path, name), `user_id,time,event\n${rows.join('\n')}\n`);
  return name;
}

const users = (count: number, prefix: string, events: readonly (readonly [number, string])[]): [string, number, string][] =>
  Array.from({ length: count }, (_, n) =>
    events.map(([minutes, event]): [string, number, string] => [`${prefix}${n}`, minutes, event]),
  ).flat();

/** 30 started transactions, the longest ones a day before the end. */
const THIRTY = [
  // Completed after half a minute: the first minute. Eight, and two of one user who starts again after it.
  ...users(8, 'quick', [
    [1440, 'Checkout Started'],
    [1439.5, 'purchase'],
  ]),
  ...users(1, 'twice', [
    [1440, 'checkout_started'],
    [1439.5, 'purchase'],
    [1430, 'checkout_started'],
    [1429.5, 'purchase'],
  ]),
  // After four and a half: the fifth minute.
  ...users(5, 'slow', [
    [1440, 'payment_started'],
    [1435.5, 'payment_succeeded'],
  ]),
  // Tries again after ten minutes and is done after twelve: one transaction of twelve.
  ...users(1, 'again', [
    [1440, 'checkout_started'],
    [1430, 'checkout_started'],
    [1428, 'purchase'],
  ]),
  // Never, at the same instant, which is not later, and after 61 minutes: open at 60.
  ...users(8, 'never', [[1440, 'checkout_started']]),
  ...users(1, 'same', [
    [1440, 'checkout_started'],
    [1440, 'purchase'],
  ]),
  ...users(1, 'late', [
    [1440, 'checkout_started'],
    [1379, 'purchase'],
  ]),
  // Seen for two and a half minutes until the files end: open at 2.
  ...users(4, 'cut', [[2.5, 'checkout_started']]),
  ...users(1, 'other', [[0, 'view']]),
];

it('the curve of started transactions is worked out by hand', async () => {
  const { stdout, stderr } = await runCli(['suggest', write('thirty.csv', THIRTY), '--json'], { cwd: folder.path });
  if (stdout === '') throw new Error(stderr);
  const { recovery } = JSON.parse(stdout) as {
    readonly recovery: Readonly<Record<string, unknown>> & {
      readonly curve: readonly { readonly minutes: number; readonly completed: number }[];
    };
  };
  expect(recovery).toMatchObject({
    started_by: ['Checkout Started', 'checkout_started', 'payment_started'],
    completed_by: ['payment_succeeded', 'purchase'],
    ...{ transactions: 30, completed: 16, censored: 4, half_by_minute: 1, nine_tenths_by_minute: 5 },
  });
  // 30 at risk in the first minute, 10 are done: 2/3 are left. Four are seen no longer than 2 minutes, so 16 at risk in the fifth, 5 are done:
  // 2/3 × 11/16 = 11/24. Of 11 at risk in the twelfth one is: 11/24 × 10/11 = 5/12. Without those cut off it would end at 16/30 = 53 %.
  const at = (minutes: number): number | undefined => recovery.curve.find((point) => point.minutes === minutes)?.completed;
  expect([1, 4, 5, 11, 12, 60].map(at)).toEqual([0.333333, 0.333333, 0.541667, 0.541667, 0.583333, 0.583333]);
  expect(recovery.curve).toHaveLength(60);

  const text = (await runCli(['suggest', 'thirty.csv'], { cwd: folder.path })).stdout.replaceAll(/\s+/g, ' ');
  // Half of 7/12 is done by the first minute, nine tenths of it (52.5 %) by the fifth.
  expect(text).toContain('58 % of 30 started transactions are completed within 60 minutes');
  expect(text).toContain('half are by minute 1 and nine of ten by minute 5');
  expect(text).toContain('4 starts nearer to the end of the files than that count as long as seen');
  const markdown = (await runCli(['suggest', 'thirty.csv', '--reporter', 'markdown'], { cwd: folder.path })).stdout;
  expect(markdown).toContain('| 5 | 54 % |');
});

it('is not drawn of few transactions, of other users, or where nothing completes one', async () => {
  const recoveryOf = async (name: string, ...more: string[]): Promise<unknown> => {
    const { stdout } = await runCli(['suggest', name, '--json', ...more], { cwd: folder.path });
    return (JSON.parse(stdout) as { readonly recovery: unknown }).recovery;
  };
  writeFileSync(join(folder.path, 'some.csv'), 'user_id\nquick0\nquick1\nnever0\n');
  expect(await recoveryOf('thirty.csv', '--only', 'some.csv')).toMatchObject({ transactions: 3, completed: 2, curve: [] });
  expect(
    await recoveryOf(
      write(
        'views.csv',
        users(30, 'u', [
          [1440, 'checkout_started'],
          [1, 'view'],
        ]),
      ),
    ),
  ).toBeNull();
});
