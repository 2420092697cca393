import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfIso, isoOfDay } from '../oracle/calendar.js';
import { classifyByCommand, expectBothWaysEqual, oracleSettings } from '../support/classify-both-ways.js';
import { EXPORTS, hasSharedData, sharedFile } from '../support/shared-data.js';

const EXPORTS_CUT: readonly [keyof typeof EXPORTS, string][] = [
  ['cdnowSample', '1998-06-30'],
  ['ecom', '2024-06-29'],
  ['rfmOrders', '2006-12-30'],
];

/** The header and the lines of the last days; each of these exports writes one date a line. */
function lastDays(text: string, lastDay: string, days: number): string {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const first = isoOfDay(dayOfIso(lastDay) - days + 1);
  const isKept = (line: string): boolean => (/\d{4}-\d\d-\d\d/.exec(line)?.[0] ?? '') >= first;
  return `${[header, ...lines.filter(isKept)].join('\n')}\n`;
}

describe.skipIf(!hasSharedData)('short exports (../shared/data)', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'segment-short-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(EXPORTS_CUT)('%s', (name, lastDay) => {
    it.each([7, 21, 30, 60])('the last %i days', async (days) => {
      const file = join(folder, `${name}-${days}.csv`);
      await writeFile(file, lastDays(await readFile(sharedFile(EXPORTS[name].file), 'utf8'), lastDay, days));
      const answer = await expectBothWaysEqual(file, EXPORTS[name].columns, oracleSettings());
      const statuses = new Set(answer.users.map((user) => user.status));
      const reasons = new Set(answer.users.map((user) => user.status_reason));
      // Up to 60 days nobody can be told loyal or churned by inactivity.
      expect(answer.rulesOff).toEqual(expect.arrayContaining(['loyal', 'churned']));
      expect(statuses).not.toContain('loyal');
      expect(reasons).not.toContain('inactivity');
      if (days < 15) expect(answer.rulesOff).toContain('new');
      if (answer.rulesOff.includes('new')) expect(statuses).not.toContain('new');
      await classifyByCommand(file, oracleSettings(), async (read, _out, stdout) => {
        const summary = JSON.parse(await read('summary.json')) as { warnings: { code: string }[]; history_days: number };
        expect(summary.warnings.map((warning) => warning.code)).toContain('short_history');
        const line = stdout.replace(/\s+/g, ' ');
        expect(line).toContain(`History: ${summary.history_days} days.`);
        expect(line).toContain("Can't tell");
      });
    });
  });
});
