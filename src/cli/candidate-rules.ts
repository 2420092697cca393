import { atomDefinitions, CANDIDATE_DAYS, makeAtoms, type PropertyValue } from '../analysis/suggest/candidates/candidate-atoms.js';
import { activityNamesQuery, propertyValuesQuery } from '../analysis/suggest/candidates/candidate-queries.js';
import type { CandidatePlans } from '../analysis/suggest/candidates/find-candidates.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import type { EventShape, PropertyPlace } from '../events/event-shape.js';
import type { LoadedEvents } from '../input/load-events.js';
import { buildRuleEvents } from '../membership/build-rule-events.js';
import { planRules, type RulePlan } from '../segmentation/rules/rule-plan.js';
import { type Sql, sql } from '../sql/sql.js';
import { countedDay, dayOfCounted } from '../time/pauses.js';
import { memberWays } from './member-ways.js';
import { ruleSettings } from './rule-settings.js';

const MOST_NAMES = 10;
const MOST_VALUES = 6;

/** What a pass over the events is made with. */
interface Pass {
  readonly events: Sql;
  readonly shape: EventShape;
  readonly asOfDay: number;
  readonly loaded: LoadedEvents;
}

/**
 * `event_days`, `user_days` → the conditions that candidate segments are made of, and in `all_rule_events`, after one more pass, the events
 * that they look at. Undefined where the history does not hold two times the days they look back.
 */
export async function keepCandidateEvents(database: Database, settings: Settings, pass: Pass): Promise<CandidatePlans | undefined> {
  const { events, shape, asOfDay, loaded } = pass;
  const dayBefore = (day: number): number => dayOfCounted(countedDay(day, settings.pause) - CANDIDATE_DAYS + 1, settings.pause) - 1;
  const earlierDay = dayBefore(asOfDay);
  const sinceDay = dayBefore(earlierDay);
  const [row] = await database.rows<{ first: number | null }>(sql`
    select min(day) as first
    from user_days
    where user_id is not null
      and day <= ${asOfDay}`);
  if (row?.first == null || row.first > sinceDay + 1) return undefined;
  const names = await database.rows<{ name: string; often: number; is_activity: boolean }>(
    activityNamesQuery(sinceDay, earlierDay, MOST_NAMES),
  );
  const { further } = memberWays(settings, loaded, []);
  const properties = new Map<string, PropertyPlace>(
    further.flatMap((one) => (one.kind === 'property' ? [[one.column, one.property] as const] : [])),
  );
  const values: PropertyValue[] = [];
  for (const [property, place] of properties) {
    const found = await database.rows<{ value: string }>(propertyValuesQuery(events, shape, place, MOST_VALUES));
    values.push(...found.map(({ value }) => ({ property, value })));
  }
  const atoms = makeAtoms(
    names.map(({ name, often, is_activity: isActivity }) => ({ name, often, isActivity })),
    values,
  );
  const definitions = atomDefinitions(atoms);
  const planAt = (day: number): RulePlan =>
    planRules(definitions, {
      ...ruleSettings(settings, loaded, day),
      userProperty: (name) => {
        const place = properties.get(name);
        if (place === undefined) throw new RangeError(`${name} is not carried along`);
        return place;
      },
    });
  // The value of a property may be of long ago.
  const recent = properties.size > 0 ? events : sql`select * from (${events}) as all_events where day > ${sinceDay}`;
  await buildRuleEvents(database, recent, shape, planAt(asOfDay));
  await database.run(sql`alter table rule_events rename to all_rule_events`);
  return { atoms, planAt, earlierDay, asOfDay };
}
