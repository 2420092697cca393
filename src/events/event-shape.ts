import { ident, type Sql, sql } from '../sql/sql.js';

/**
 * Which events carry value (PRODUCT §1): the named ones (`--value-event`), the purchase- and
 * refund-like ones only, or those and every event with an amount.
 */
export type ValueRule = 'named' | 'purchases' | 'amounts';

/** How orders are told apart: by `order_id` and, without one, by instant; or every row is an order. */
export type OrderKey = 'order' | 'row';

/**
 * The parts of the `events` relation that differ between inputs. Its columns are `user_id` VARCHAR
 * (null: none), `occurred_at` TIMESTAMP in UTC (null: rejected), `day` INTEGER in the report zone, `event`
 * VARCHAR, `roles` INTEGER (bits of ROLE), `amount` DECIMAL(38, s), `amount_problem` VARCHAR, `order_id`
 * VARCHAR, and `property_0 …` VARCHAR for the kept properties.
 */
export interface EventShape {
  readonly valueRule: ValueRule;
  readonly orderKey: OrderKey;
  /** Whether `order_id` is a real column; without one it is null everywhere. */
  readonly hasOrderId: boolean;
  /** Whether a name can occur that must be kept: of churn, of risk, or one that may mean churn. */
  readonly hasMarkedEvents: boolean;
  /** Whether an event of a subscription or a trial can occur. */
  readonly hasPlanEvents: boolean;
  /** Whether a `currency` column must be watched for a second currency. */
  readonly hasCurrency: boolean;
  readonly propertyCount: number;
  /** Whether `alias` holds the id that a row came with, where an identity map made it another. */
  readonly hasAliases: boolean;
  /** Whether `is_filtered` marks rows that do not count. */
  readonly hasFilter: boolean;
}

/** Column of the i-th kept property. */
export const propertyColumn = (index: number): Sql => ident(`property_${index}`);

/** Column of the i-th property of a users file. */
export const userPropertyColumn = (index: number): Sql => ident(`user_property_${index}`);

/** Where a property of a row of `users` stands: the `index`-th of the events, or of the users file. */
export interface PropertyPlace {
  readonly of: 'events' | 'users';
  readonly index: number;
}

/** The value of a property in a row of `users`: the latest of the events, or the one of the users file; null without any. */
export function propertyValue({ of, index }: PropertyPlace): Sql {
  return of === 'users' ? sql`nullif(${userPropertyColumn(index)}, '')` : sql`${propertyColumn(index)}.value`;
}
