import type { ClassifyResult } from '../analysis/classify/classify-result.js';
import type { Database } from '../engine/database.js';
import { type EventShape, type PropertyPlace, propertyColumn, userPropertyColumn } from '../events/event-shape.js';
import type { LoadedEvents, RuleRequests } from '../input/load-events.js';
import type { PropertyRequest } from '../input/properties.js';
import { join, type Sql, sql } from '../sql/sql.js';

/**
 * What rules of own segments are decided upon, whatever they say: plain values, which a file can hold. Beside it stand the relations
 * `users`, `classified_users` and the events that stayed, a row each.
 */
export interface RuleBase extends EventFacts {
  readonly asOfDay: number;
  readonly shape: EventShape;
  readonly result: Pick<ClassifyResult, 'asOf' | 'timezone' | 'users' | 'entity' | 'warnings'>;
}

/** What the reading of files tells rules. */
export interface EventFacts {
  readonly hasAmounts: boolean;
  readonly hasEventColumn: boolean;
  /** Events of the heads of the files, and how often. */
  readonly eventNames: readonly (readonly [name: string, count: number])[];
  /** Where the columns stand that rules may name. */
  readonly ofEvents: readonly (readonly [name: string, column: 'amount' | number])[];
  readonly ofUsers: readonly (readonly [name: string, place: PropertyPlace])[];
}

/** What is read of files that rules may ask for. */
export function eventFactsOf({ mapping, eventNames, ruleColumns }: LoadedEvents): EventFacts {
  return {
    hasAmounts: mapping.columns.value !== null,
    hasEventColumn: mapping.columns.event !== null,
    eventNames: [...eventNames],
    ofEvents: [...ruleColumns.ofEvents],
    ofUsers: [...ruleColumns.ofUsers],
  };
}

/** The same as what rules are planned with. */
export function ruleFacts({ eventNames, ofEvents, ofUsers }: EventFacts): Pick<LoadedEvents, 'ruleColumns' | 'eventNames'> {
  return { eventNames: new Map(eventNames), ruleColumns: { ofEvents: new Map(ofEvents), ofUsers: new Map(ofUsers) } };
}

/** Whether the columns that rules name were all read. */
export function hasColumns({ ofEvents, ofUsers }: EventFacts, wanted: RuleRequests): boolean {
  const isIn = (requests: readonly PropertyRequest[], found: readonly (readonly [string, unknown])[]): boolean =>
    requests.every(({ name }) => found.some(([known]) => known === name));
  return isIn(wanted.ofEvents, ofEvents) && isIn(wanted.ofUsers, ofUsers);
}

/** Columns that rules name, with those that others named before, which may be named again. */
export function withEarlier(wanted: RuleRequests, { ofEvents, ofUsers }: EventFacts): RuleRequests {
  const both = (requests: readonly PropertyRequest[], found: readonly (readonly [string, unknown])[]): PropertyRequest[] => [
    ...requests,
    ...found.flatMap(([name]) => (requests.some((one) => one.name === name) ? [] : [{ option: 'an earlier rule', name }])),
  ];
  return { ofEvents: both(wanted.ofEvents, ofEvents), ofUsers: both(wanted.ofUsers, ofUsers) };
}

/** The events that stayed → what rules can ask of them, under the same names. */
export function baseEventsQuery(events: Sql, shape: EventShape, { ofEvents, ofUsers }: EventFacts): Sql {
  const ofRows = ofEvents.flatMap(([, column]) => (column === 'amount' ? [] : [column]));
  const ofPeople = ofUsers.flatMap(([, { of, index }]) => (of === 'events' ? [index] : []));
  const columns = [
    sql`user_id`,
    sql`occurred_at`,
    sql`day`,
    sql`event`,
    sql`roles`,
    sql`amount`,
    // They decide on orders and problems, which rules do not ask for.
    sql`null::varchar as amount_problem`,
    sql`null::varchar as order_id`,
    ...(shape.hasFilter ? [sql`is_filtered`] : []),
    ...[...new Set([...ofRows, ...ofPeople])].map(propertyColumn),
  ];
  return sql`
select ${join(columns)}
from (${events}) as events`;
}

/** `users` → what rules can ask of them besides the columns of members. */
export function baseUsersQuery({ ofUsers }: EventFacts): Sql {
  const indexes = ofUsers.flatMap(([, { of, index }]) => (of === 'users' ? [index] : []));
  return sql`
select ${join([sql`user_id`, sql`first_day`, ...[...new Set(indexes)].map(userPropertyColumn)])}
from users
order by user_id`;
}

/** Lets the members of a classification without own segments be what rules look at. */
export async function useMembers(database: Database): Promise<void> {
  await database.createView('classified_users', sql`select * from members`);
}
