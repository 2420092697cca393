import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { classify } from '../oracle/oracle.js';
import { readEvents } from '../oracle/read-events.js';
import { expectBothWaysEqual, flagsOf } from '../support/classify-both-ways.js';
import { makeRunFolder } from '../support/classify-once.js';
import { randomHistory } from '../support/random-history.js';
import { runCli } from '../support/run-cli.js';

const MINUTES = 60_000;
const folder = makeRunFolder();
afterAll(folder.remove);

describe('random histories in other RFM models, the command line against the oracle', () => {
  it(
    'thirds and the map of 125 cells agree in every column; the map is refused without money',
    async () => {
      const met = new Set<string>();
      let run = 0;
      const one = fc.tuple(randomHistory('any'), fc.constantFrom('thirds' as const, 'map125' as const));
      await fc.assert(
        fc.asyncProperty(one, async ([{ csv, columns, settings: drawn }, model]) => {
          run += 1;
          const file = join(folder.path, `events-${run}.csv`);
          await writeFile(file, csv);
          const settings = { ...drawn, model };
          const { basis } = classify(readEvents(csv, columns, settings.timezone), settings);
          if (model === 'map125' && (basis === 'activity' || columns.amount === undefined)) {
            const now = new Date(Number(settings.nowMicros / 1000n));
            const { exitCode, stderr } = await runCli(['classify', file, '--dry-run', ...flagsOf(settings)], { now });
            expect(exitCode, stderr).toBe(3);
            expect(stderr).toContain('[rfm-without-money]');
            met.add(`refused without ${basis === 'activity' ? 'orders' : 'amounts'}`);
            return;
          }
          const answer = await expectBothWaysEqual(file, columns, settings);
          for (const { rfm_segment } of answer.users) met.add(`${model} ${rfm_segment}`);
          met.add(`${model} ${basis}`);
        }),
        // Meets every segment of both models.
        { seed: 34, numRuns: 20, interruptAfterTimeLimit: 3 * MINUTES, markInterruptAsFailure: false },
      );
      const thirds = 'champions loyal_customers recent_customers needs_attention at_risk_customers inactive_customers lost prospects';
      const map125 =
        'champions loyal_customers potential_loyalists new_customers promising needs_attention about_to_sleep at_risk_customers cant_lose hibernating almost_lost lost prospects';
      expect(
        [
          ...thirds.split(' ').map((name) => `thirds ${name}`),
          ...map125.split(' ').map((name) => `map125 ${name}`),
          'thirds orders',
          'thirds activity',
          'map125 orders',
          'refused without orders',
          'refused without amounts',
        ].filter((thing) => !met.has(thing)),
      ).toEqual([]);
    },
    5 * MINUTES,
  );
});
