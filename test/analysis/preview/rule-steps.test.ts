import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewRules } from '../../../src/analysis/preview/preview.js';
import type { PreviewedRule } from '../../../src/analysis/preview/preview-result.js';
import type { Database } from '../../../src/engine/database.js';
import type { Leaf, Rule } from '../../../src/segmentation/rules/rule.js';
import { planRules } from '../../../src/segmentation/rules/rule-plan.js';
import { sql } from '../../../src/sql/sql.js';
import { loadZoneOffsets } from '../../../src/time/zone-offsets.js';
import { openBareEngine } from '../../support/evaluate-sql.js';

const SPAN = { start: 0, end: 0 };
/** Sixteen users: every way in which four conditions can hold, user n the one whose bits are n. */
const COLUMNS = ['orders', 'frequency', 'events', 'active_days'];
const USERS = Array.from({ length: 16 }, (_, user) => user);

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
  await database.run(sql`create temp table users as select ('u' || unnest(range(16))) as user_id`);
  await database.run(sql`
    create temp table classified_users as
    select 'u' || user_number as user_id,
           user_number & 1 as orders,
           (user_number >> 1) & 1 as frequency,
           (user_number >> 2) & 1 as events,
           (user_number >> 3) & 1 as active_days
    from (select unnest(range(16)) as user_number) as numbers`);
});
afterAll(() => database.close());

const leaf = fc.constantFrom(...COLUMNS).map(
  (column): Leaf => ({
    kind: 'feature',
    column,
    test: { kind: 'numbers', low: { value: '1', isIncluded: true }, high: null, isNegated: false },
    span: SPAN,
  }),
);
const { rule: randomRule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'rule' },
    leaf,
    fc
      .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('rule'), { minLength: 2, maxLength: 3 }))
      .map(([kind, rules]): Rule => ({ kind, rules: rules.flatMap((one) => (one.kind === kind ? one.rules : [one])), span: SPAN })),
    tie('rule').map((one): Rule => ({ kind: 'not', rule: one, span: SPAN })),
  ),
}));

/** Whether a rule holds for a user whose condition on one column is turned around. */
function holds(rule: Rule, user: number, turned?: string): boolean {
  switch (rule.kind) {
    case 'all':
      return rule.rules.every((one) => holds(one, user, turned));
    case 'any':
      return rule.rules.some((one) => holds(one, user, turned));
    case 'not':
      return !holds(rule.rule, user, turned);
    default: {
      const column = rule.kind === 'feature' ? rule.column : '';
      return (((user >> COLUMNS.indexOf(column)) & 1) === 1) !== (column === turned);
    }
  }
}

/** `[asked, holds, alone, only this]` of each step, in the order of the rule. */
function counted(rule: Rule, asked: readonly number[], whole: Rule, isNegated = false): number[][] {
  if (rule.kind === 'not') return counted(rule.rule, asked, whole, !isNegated);
  const isMet = (user: number): boolean => holds(rule, user) !== isNegated;
  const numbers = [asked.length, asked.filter(isMet).length, USERS.filter(isMet).length];
  if (rule.kind !== 'all' && rule.kind !== 'any') {
    const column = rule.kind === 'feature' ? rule.column : '';
    return [[...numbers, USERS.filter((user) => !holds(whole, user) && holds(whole, user, column)).length]];
  }
  let left = asked;
  const below = rule.rules.flatMap((one) => {
    const steps = counted(one, left, whole);
    left = left.filter((user) => holds(one, user) === (rule.kind === 'all'));
    return steps;
  });
  return [numbers, ...below];
}

function numbersOf(rule: PreviewedRule): number[][] {
  const numbers = [rule.asked, rule.holds, rule.alone];
  return rule.kind === 'condition' ? [[...numbers, rule.onlyThis]] : [numbers, ...rule.rules.flatMap(numbersOf)];
}

it('counts every step of any rule as a walk over every kind of user does', async () => {
  await fc.assert(
    fc.asyncProperty(randomRule, async (rule) => {
      const definition = { name: 'one', description: '', goal: '', minSize: null, priority: null, rule, ignore: [], span: SPAN };
      const plan = planRules([definition], {
        asOfDay: 0,
        endsAt: new Date(0),
        pauses: [],
        zone: loadZoneOffsets('UTC'),
        namesInHead: [],
        eventColumn: () => 'amount',
        userProperty: () => ({ of: 'users', index: 0 }),
      });
      const [found] = await previewRules(database, { plan, shown: ['one'], examples: 20 });
      if (found === undefined) throw new Error('it is shown');
      expect(numbersOf(found.rule)).toEqual(counted(rule, USERS, rule));
      expect(found.users).toBe(USERS.filter((user) => holds(rule, user)).length);
      // Every member and every near miss fits into the examples.
      const idsOf = (users: readonly { readonly userId: string }[]): string[] => users.map(({ userId }) => userId).sort();
      const named = (users: readonly number[]): string[] => users.map((user) => `u${user}`).sort();
      expect(idsOf(found.examples.members)).toEqual(named(USERS.filter((user) => holds(rule, user))));
      const used = COLUMNS.filter((column) => JSON.stringify(rule).includes(`"${column}"`));
      const near = USERS.filter((user) => !holds(rule, user) && used.some((column) => holds(rule, user, column)));
      expect(idsOf(found.examples.nearMisses)).toEqual(named(near));
      expect(found.nearMisses).toBe(near.length);
    }),
    { numRuns: 60, seed: 20260630 },
  );
});
