import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import type { Rule, SegmentDefinition } from '../../../src/segmentation/rules/rule.js';
import { instantOfWallClock } from '../../oracle/calendar.js';
import { segmentsOf } from '../../oracle/rules.js';
import { openBareEngine } from '../../support/evaluate-sql.js';
import { type RuleCase, segmentsBySql } from '../../support/rule-world.js';

const SEED = 20240613;
const RUNS = 12;
const NOWHERE = { start: 0, end: 0 };
const MICROS_A_MINUTE = 60_000_000n;
const AS_OF_DAY = 19_800;
const NOON = instantOfWallClock(BigInt(AS_OF_DAY) * 86_400_000_000n, 'UTC') + 720n * MICROS_A_MINUTE;
const NAMES = ['view', 'purchase', 'login'];

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => {
  database.close();
});

const named = (name: string) => ({ names: [name], where: [], span: NOWHERE });

/** Sequences of which every step may be any event, in up to some minutes, and what was not followed. */
const DEFINITIONS: readonly SegmentDefinition[] = NAMES.flatMap((first) =>
  NAMES.flatMap((second): Rule[] => {
    const sequence = { kind: 'sequence', isMissed: false, window: { kind: 'ever' }, span: NOWHERE } as const;
    const within = { microseconds: MICROS_A_MINUTE, text: '1 minute' };
    const [one, two] = [named(first), named(second)];
    return [
      { ...sequence, steps: [one, two], within: null },
      { ...sequence, steps: [one, two], within },
      { ...sequence, steps: [one, two], within, isMissed: true },
      ...NAMES.map((third): Rule => ({ ...sequence, steps: [one, two, named(third)], within: null })),
    ];
  }),
).map((rule, index) => ({
  name: `s${index}`,
  description: '',
  goal: '',
  minSize: null,
  ignore: [],
  priority: null,
  rule,
  span: NOWHERE,
}));

/** Of each event the minute and the name, few enough that many are at one instant. */
const histories = fc.array(
  fc.array(fc.record({ minute: fc.integer({ min: 0, max: 3 }), event: fc.constantFrom(...NAMES) }), { minLength: 1, maxLength: 5 }),
  { minLength: 10, maxLength: 10 },
);

it('takes no step at the instant of the one before, whatever else happens then', async () => {
  const seen = new Map<string, Set<boolean>>();
  await fc.assert(
    fc.asyncProperty(histories, async (all) => {
      const history: RuleCase = {
        world: { asOfDay: AS_OF_DAY, timezone: 'UTC', pauses: [] },
        users: all.map((events) => ({
          events: events.map(({ minute, event }) => ({
            atMicros: NOON + BigInt(minute) * MICROS_A_MINUTE,
            event,
            amount: null,
            isActivity: true,
            properties: {},
          })),
          firstDay: AS_OF_DAY,
          properties: {},
          features: {},
        })),
      };
      const found = await segmentsBySql(database, DEFINITIONS, history);
      const wanted = history.users.map((user) => segmentsOf(DEFINITIONS, user, history.world));
      expect(found).toEqual(wanted);
      for (const [name, holds] of wanted.flatMap((answers) => [...answers])) seen.set(name, (seen.get(name) ?? new Set()).add(holds));
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect([...seen].filter(([, answers]) => answers.size < 2)).toEqual([]);
});
