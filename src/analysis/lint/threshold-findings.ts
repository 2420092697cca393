import type { Database } from '../../engine/database.js';
import { leafNumbersQuery } from '../../segmentation/rules/own-segments-query.js';
import { conditionText, printRule } from '../../segmentation/rules/print-rule.js';
import type { Bound, Leaf, SegmentDefinition, Span } from '../../segmentation/rules/rule.js';
import { leavesOf, VALUE_COLUMN } from '../../segmentation/rules/rule-leaves.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { LintProbe } from './lint-probes.js';
import type { LintFinding } from './lint-result.js';

/** `count`: numbers of events or days, of which there is no other unit; `days`: a length; `money`; `number`: of a property. */
type Unit = 'count' | 'days' | 'money' | 'number';

/** A number that a rule compares with. */
interface Threshold {
  readonly index: number;
  readonly span: Span;
  readonly words: string;
  readonly low: Bound | null;
  readonly high: Bound | null;
  readonly unit: Unit;
  /** The leaves of which one has the least values, and one the greatest; mostly the same. */
  readonly least: Leaf;
  readonly greatest: Leaf;
}

/** Of users with a value above 0, what it is. */
interface Observed {
  readonly users: number;
  readonly least: number;
  /** 1 % are below it, or 1 % above. */
  readonly low: number;
  readonly high: number;
  readonly most: number;
}

/** Fewer make no range. */
const LEAST_USERS = 20;
/** So many times beyond nearly all is no accident. */
const FAR = 10;
const TAIL = 0.01;
const COUNTED_FEATURES = ['frequency', 'orders', 'active_days', 'events', 'recency_score', 'frequency_score', 'monetary_score'];
const DAYS_IN: readonly (readonly [string, number])[] = [
  ['seconds', 86_400],
  ['minutes', 1440],
  ['hours', 24],
];
const MINOR = 100;

/** Numbers of rules that lie far from all that is observed, or that nobody reaches. Each leaf is looked at over all users. */
export async function findInThresholds(
  database: Database,
  plan: RulePlan,
  definitions: readonly SegmentDefinition[],
  probes: readonly LintProbe[],
): Promise<LintFinding[]> {
  const thresholds = [...thresholdsOf(definitions), ...thresholdsOfProbes(probes)];
  const leaves = [...new Set(thresholds.flatMap(({ least, greatest }) => [least, greatest]))];
  if (leaves.length === 0) return [];
  const [row] = await database.rows<Record<string, number | null>>(observedQuery(plan, leaves));
  const observedOf = (leaf: Leaf, name: keyof Observed): number => row?.[`${name}_${leaves.indexOf(leaf)}`] ?? 0;
  return thresholds.flatMap((threshold) => {
    const { least, greatest } = threshold;
    const users = observedOf(greatest, 'users');
    if (users < LEAST_USERS) return [];
    const observed = {
      users,
      least: observedOf(least, 'least'),
      low: observedOf(least, 'low'),
      high: observedOf(greatest, 'high'),
      most: observedOf(greatest, 'most'),
    };
    return judge(threshold, observed);
  });
}

function thresholdsOf(definitions: readonly SegmentDefinition[]): Threshold[] {
  return definitions.flatMap(({ rule }, index) =>
    leavesOf(rule).flatMap((leaf): Threshold[] => {
      const compared = comparedBy(leaf);
      return compared === undefined ? [] : [{ index, span: leaf.span, words: printRule(leaf), ...compared, least: leaf, greatest: leaf }];
    }),
  );
}

function comparedBy(leaf: Leaf): Pick<Threshold, 'low' | 'high' | 'unit'> | undefined {
  switch (leaf.kind) {
    case 'behaviour': {
      const { measure } = leaf.value;
      const unit = 'property' in measure && measure.kind !== 'distinct_values' ? unitOf(measure.property) : 'count';
      return { low: leaf.range.low, high: leaf.range.high, unit };
    }
    case 'idle':
      return { low: leaf.range.low, high: leaf.range.high, unit: leaf.of === 'days' ? 'days' : 'count' };
    case 'feature': {
      if (leaf.test.kind !== 'numbers') return undefined;
      const unit = leaf.column === 'monetary' ? 'money' : COUNTED_FEATURES.includes(leaf.column) ? 'count' : 'days';
      return { low: leaf.test.low, high: leaf.test.high, unit };
    }
    case 'property':
      return leaf.test.kind === 'numbers' && leaf.which !== 'any'
        ? { low: leaf.test.low, high: leaf.test.high, unit: 'number' }
        : undefined;
    default:
      return undefined;
  }
}

function thresholdsOfProbes(probes: readonly LintProbe[]): Threshold[] {
  return probes.flatMap((probe, place): Threshold[] => {
    const greatest = probes[place + 1];
    if (probe.kind !== 'extreme' || probe.end !== 'least' || greatest === undefined) return [];
    const { condition, index, low, high } = probe;
    const [least, most] = [probe.definition.rule, greatest.definition.rule].map((rule) => leavesOf(rule)[0]);
    if (least === undefined || most === undefined) return [];
    return [
      {
        index,
        span: condition.span,
        words: `where ${conditionText(condition)}`,
        low,
        high,
        unit: unitOf(condition.property),
        least,
        greatest: most,
      },
    ];
  });
}

const unitOf = (property: string): Unit => (property === VALUE_COLUMN ? 'money' : 'number');

/** `classified_users`, `users`, `rule_events` → of each leaf, in one row, what is observed of its number where that is above 0. */
function observedQuery(plan: RulePlan, leaves: readonly Leaf[]): Sql {
  const columns = leaves.flatMap((_, place) => {
    const number = ident(`number_${place}`);
    const above = sql`filter (where ${number} > 0)`;
    return [
      sql`count(*) ${above} as ${ident(`users_${place}`)}`,
      sql`min(${number}) ${above} as ${ident(`least_${place}`)}`,
      sql`quantile_disc(${number}, ${TAIL}) ${above} as ${ident(`low_${place}`)}`,
      sql`quantile_disc(${number}, ${1 - TAIL}) ${above} as ${ident(`high_${place}`)}`,
      sql`max(${number}) ${above} as ${ident(`most_${place}`)}`,
    ];
  });
  return sql`
select ${join(
    columns,
    sql`,
       `,
  )}
from (${leafNumbersQuery(plan, leaves)}) as leaf_numbers`;
}

function judge({ index, span, words, low, high, unit }: Threshold, observed: Observed): LintFinding[] {
  const found = (message: string, hint: string): LintFinding[] => [{ index, code: 'threshold-unit', span, message, hint }];
  const range = `it is ${shown(observed.least)} to ${shown(observed.most)} for the ${observed.users} users who have any`;
  for (const bound of [low, high]) {
    const value = Number(bound?.value ?? 0);
    if (value <= 0) continue;
    if (value >= FAR * observed.high)
      return found(
        `${words}: ${shown(value)} lies far above all that is observed: ${range}, for 99 % of them at most ${shown(observed.high)}`,
        hintOf(unit, value, observed),
      );
    if (isOfOtherUnits(unit) && !(value === 1 || (unit === 'money' && value < 1)) && FAR * value <= observed.low)
      return found(
        `${words}: ${shown(value)} lies far below all that is observed: ${range}, for 99 % of them at least ${shown(observed.low)}`,
        hintOf(unit, value, observed),
      );
    const isReached = bound?.isIncluded === true ? value <= observed.most : value < observed.most;
    if (bound === low && unit !== 'count' && !isReached) return found(`nobody reaches ${words}: ${range}`, hintOf(unit, value, observed));
  }
  return [];
}

/** Lengths are in days, whatever the files. */
const isOfOtherUnits = (unit: Unit): boolean => unit === 'money' || unit === 'number';

/** The same in another unit, where that lies among what is observed. */
function hintOf(unit: Unit, value: number, { least, most }: Observed): string {
  const isObserved = (other: number): boolean => other >= least && other <= most;
  const other = ((): string | undefined => {
    switch (unit) {
      case 'days': {
        const [name, size] = DAYS_IN.find(([, one]) => isObserved(value / one)) ?? [];
        return name === undefined || size === undefined ? undefined : `it counts days: ${shown(value)} ${name} are ${shown(value / size)}`;
      }
      case 'money':
        if (isObserved(value / MINOR)) return `if it is in minor units such as cents, ${shown(value / MINOR)}`;
        return isObserved(value * MINOR) ? `if the files are in minor units such as cents, ${shown(value * MINOR)}` : undefined;
      case 'number':
        if (most <= 1 && isObserved(value / MINOR)) return `the files have fractions: ${shown(value)} % are ${shown(value / MINOR)}`;
        if (value < 1 && isObserved(value * MINOR)) return `if the files are in percent, ${shown(value * MINOR)}`;
        return isObserved(value / MINOR) || isObserved(value / 1000) ? 'perhaps another unit, a hundredth or a thousandth' : undefined;
      default:
        return undefined;
    }
  })();
  return `Look at the unit${other === undefined ? ', and at whether the number is meant so' : `: ${other}`}.`;
}

/** At most four decimals, none at the end that say nothing. */
function shown(value: number): string {
  return Number(value.toFixed(4)).toString();
}
