import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfInstant, dayOfIso, isoOfDay } from '../oracle/calendar.js';
import { classify } from '../oracle/oracle.js';
import { readEvents } from '../oracle/read-events.js';
import { CHOSEN, forChosenHistories } from '../support/chosen-histories.js';
import { classifyByCommand, expectBothWaysEqual, NO_SEGMENT_FILES } from '../support/classify-both-ways.js';
import { expectSameProof, provenStatuses } from '../support/compare-proof.js';
import { expectSameMembers } from '../support/compare-with-oracle.js';
import { featuresOf, pausedFeaturesOf } from '../support/history-features.js';
import { type HistoryKind, randomHistory } from '../support/random-history.js';
import { WANTED_EDGES, WANTED_PAUSED, WANTED_PROVEN, WANTED_SEGMENTS } from '../support/wanted-features.js';

const SEED = 20240229;
const MINUTES = 60_000;

/** What the runs have met: a rule that never decided is a rule that was not compared. */
const met = new Set<string>();
/** The same of histories with closed seasons. */
const metPaused = new Set<string>();

function notMet(wanted: readonly string[], found: ReadonlySet<string>): string[] {
  return wanted.filter((thing) => !found.has(thing));
}

describe('random histories, the command line against the oracle', () => {
  let folder = '';
  let run = 0;
  beforeAll(async () => {
    provenStatuses.clear();
    folder = await mkdtemp(join(tmpdir(), 'segment-random-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(Object.keys(CHOSEN) as HistoryKind[])(
    '%s users agree in every column',
    (kind) =>
      forChosenHistories(kind, async ({ csv, columns, settings }) => {
        run += 1;
        const file = join(folder, `events-${run}.csv`);
        await writeFile(file, csv);
        const answer = await expectBothWaysEqual(file, columns, settings);
        const events = readEvents(csv, columns, settings.timezone);
        const [found, features] = kind.endsWith(', paused') ? [metPaused, pausedFeaturesOf] : [met, featuresOf];
        for (const feature of features(answer, events, settings)) found.add(feature);
      }),
    6 * MINUTES,
  );

  it(
    'users scored with the gaps and edges of an earlier run agree',
    async () => {
      const found = new Set<string>();
      await fc.assert(
        fc.asyncProperty(randomHistory('any'), fc.constantFrom(0, 3, 30), async ({ csv, columns, settings }, earlier) => {
          run += 1;
          const file = join(folder, `events-${run}.csv`);
          await writeFile(file, csv);
          const events = readEvents(csv, columns, settings.timezone);
          const later = { ...settings, asOf: classify(events, settings).asOf };
          const before = { ...later, asOf: isoOfDay(dayOfIso(later.asOf) - earlier) };
          if (!events.some(({ atMicros }) => dayOfInstant(atMicros, settings.timezone) <= dayOfIso(before.asOf))) return;
          const { population, edges, basis } = classify(events, before);
          const frozen = { ...population, edges };
          const answer = classify(events, { ...later, frozen });
          if (edges === null || answer.basis !== basis) return;
          found.add(basis);
          const freeze = async (_read: unknown, out: string): Promise<void> => {
            const flags = ['--freeze', join(out, 'manifest.json'), ...NO_SEGMENT_FILES];
            const look = async (read: (name: string) => Promise<string>): Promise<void> => {
              expectSameMembers(await read('members.csv'), answer);
              expectSameProof(await read('summary.json'), answer, events, later);
            };
            await classifyByCommand(file, later, look, flags);
          };
          await classifyByCommand(file, before, freeze, [...NO_SEGMENT_FILES, '--no-proof']);
        }),
        { seed: SEED, numRuns: 10, interruptAfterTimeLimit: 2 * MINUTES, markInterruptAsFailure: false },
      );
      expect([...found].sort()).toEqual(['activity', 'orders']);
    },
    3 * MINUTES,
  );

  it('met every status, reason, RFM segment and tier', () => expect(notMet(WANTED_SEGMENTS, met)).toEqual([]));

  it('met every edge of a rule', () => expect(notMet(WANTED_EDGES, met)).toEqual([]));

  it('met seasons on every side of the data, and with them every status and edge', () =>
    expect(notMet(WANTED_PAUSED, metPaused)).toEqual([]));

  it('met those of every status who came back in 30 days, and those who did not', () =>
    expect(notMet(WANTED_PROVEN, provenStatuses)).toEqual([]));
});
