import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import type { Leaf, Rule, SegmentDefinition } from '../../../src/segmentation/rules/rule.js';
import { segmentsOf } from '../../oracle/rules.js';
import { openBareEngine } from '../../support/evaluate-sql.js';
import { randomLeaf, randomRule } from '../../support/random-rule.js';
import { type RuleCase, randomCase, segmentsBySql, WORDS } from '../../support/rule-world.js';

const SEED = 20240612;
const RUNS = 50;
const LEAVES = 22;
const MEASURED = 3;
const NOWHERE = { start: 0, end: 0 };

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => {
  database.close();
});

/** What has a value for many users: measured amounts, of the days in which most happens. */
const measured = fc
  .record({
    kind: fc.constantFrom('sum' as const, 'average' as const, 'least' as const, 'greatest' as const),
    names: fc.constantFrom([], ['purchase']),
    bound: fc.constantFrom('0', '5', '19.99', '20', '59.995'),
    isIncluded: fc.boolean(),
    isLow: fc.boolean(),
  })
  .map(({ kind, names, bound, isIncluded, isLow }): Leaf => {
    const end = { value: bound, isIncluded };
    return {
      kind: 'behaviour',
      value: {
        events: { names, where: [], span: NOWHERE },
        measure: { kind, property: 'amount', span: NOWHERE },
        window: { kind: 'ever' },
      },
      per: null,
      range: { low: isLow ? end : null, high: isLow ? null : end, isNegated: false },
      span: NOWHERE,
    };
  });

const leavesOfRun = fc
  .tuple(
    fc.array(randomLeaf(WORDS), { minLength: LEAVES, maxLength: LEAVES }),
    fc.array(measured, { minLength: MEASURED, maxLength: MEASURED }),
  )
  .map((both) => both.flat());

function definitionsOf(rules: readonly Rule[]): SegmentDefinition[] {
  return rules.map((rule, index) => ({
    name: `s${index}`,
    description: '',
    goal: '',
    minSize: null,
    ignore: [],
    priority: null,
    rule,
    span: NOWHERE,
  }));
}

/** A kind of leaf, or of its window. */
function kindsOf(leaf: Leaf): string[] {
  switch (leaf.kind) {
    case 'behaviour':
      return [`behaviour ${leaf.value.measure.kind}`, `window ${leaf.value.window.kind}`, ...(leaf.per === null ? [] : ['per'])];
    case 'sequence':
      return [leaf.isMissed ? 'missed' : 'sequence', `sequence in ${leaf.window.kind}`];
    case 'property':
      return [`property ${leaf.which}`];
    case 'idle':
      return [`idle ${leaf.of}`];
    case 'occurrence':
      return ['occurrence', `occurrence in ${leaf.window.kind}`];
    default:
      return [leaf.kind];
  }
}

async function expectAgreement(definitions: readonly SegmentDefinition[], history: RuleCase): Promise<Map<string, boolean>[]> {
  const found = await segmentsBySql(database, definitions, history);
  const wanted = history.users.map((user) => segmentsOf(definitions, user, history.world));
  for (const [index, user] of history.users.entries()) {
    for (const { name, rule } of definitions) {
      if (found[index]?.get(name) === wanted[index]?.get(name)) continue;
      const text = JSON.stringify(
        { rule, user, world: history.world },
        (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
        1,
      );
      throw new Error(`${name} of user ${index} is ${found[index]?.get(name)}, not ${wanted[index]?.get(name)}: ${text}`);
    }
  }
  return wanted;
}

describe('own segments by SQL, against rules walked over arrays', () => {
  it('agree about every kind of leaf', async () => {
    const met = new Map<string, Set<boolean>>();
    await fc.assert(
      fc.asyncProperty(randomCase, leavesOfRun, async (history, leaves) => {
        const definitions = definitionsOf(leaves);
        const answers = await expectAgreement(definitions, history);
        for (const [index, leaf] of leaves.entries()) {
          for (const kind of kindsOf(leaf)) {
            const seen = met.get(kind) ?? new Set();
            met.set(kind, seen);
            for (const answer of answers) seen.add(answer.get(`s${index}`) ?? false);
          }
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    // Whatever nobody ever met, or everybody always did, would be tested for nothing.
    expect([...met].filter(([, answers]) => answers.size < 2).map(([kind]) => kind)).toEqual([]);
    expect(met.size).toBeGreaterThan(35);
  });

  it('agree about combinations, and about segments of segments', async () => {
    const rules = fc.tuple(
      ...Array.from({ length: 6 }, (_, index) =>
        randomRule({ ...WORDS, segments: Array.from({ length: index }, (_, other) => `s${other}`) }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(randomCase, rules, async (history, all) => {
        await expectAgreement(definitionsOf(all), history);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
