import type { Database } from '../../engine/database.js';
import { type EventRoles, rolesOf } from '../../events/event-roles.js';
import type { ValueRule } from '../../events/event-shape.js';
import { normaliseName } from '../../events/normalise-name.js';
import { ROLE } from '../../events/role-bits.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { EventRole, EventRoleFinding, EventRoleReason, InspectedEvent } from './inspect-result.js';
import { NAMED_ROLES, type NamedRole } from './named-roles.js';

/** How roles are told here. */
export interface RoleRules {
  readonly roles: EventRoles;
  readonly valueRule: ValueRule;
  readonly hasEventColumn: boolean;
  /** The roles whose names a flag gives. */
  readonly flagged: ReadonlySet<NamedRole | 'value'>;
}

interface EventCount {
  readonly name: string | null;
  readonly events: number;
  readonly users: number;
  readonly amounts: number;
  readonly negative: number;
}

/** More are counted, not listed. */
const LISTED = 1000;

/** The events by name with their counts, reach and roles, most frequent first, and how many names there are. */
export async function inspectEvents(
  database: Database,
  usedEvents: Sql,
  users: number,
  rules: RoleRules,
): Promise<{ readonly events: readonly InspectedEvent[]; readonly names: number }> {
  const counts = await database.rows<EventCount & { names: number }>(eventCountsQuery(usedEvents));
  return {
    names: counts[0]?.names ?? 0,
    events: counts.map((count) => ({
      name: count.name,
      events: count.events,
      users: count.users,
      reach: users === 0 ? 0 : count.users / users,
      amounts: count.amounts,
      roles: eventRoleFindings(count, rules),
      mayMeanChurn: count.name !== null && (rolesOf(count.name, rules.roles) & ROLE.hint) !== 0,
    })),
  };
}

/** Earliest and latest instant of the used events, UTC; undefined when there is none. */
export async function eventSpan(database: Database, usedEvents: Sql): Promise<{ first: string; last: string } | undefined> {
  const [span] = await database.rows<{ first: string | null; last: string | null }>(sql`
    select min(occurred_at)::varchar as first,
           max(occurred_at)::varchar as last
    from (${usedEvents}) as used_events`);
  return span?.first == null || span.last === null ? undefined : { first: span.first, last: span.last };
}

function eventCountsQuery(usedEvents: Sql): Sql {
  return sql`
with used_events as (${usedEvents}),
     event_counts as (
    select event as name,
           count(*) as events,
           count(distinct user_id) as users,
           count(amount) as amounts,
           count(*) filter (where amount < 0) as negative
    from used_events
    group by event
)
select name,
       events,
       users,
       amounts,
       negative,
       count(*) over () as names
from event_counts
order by events desc, name nulls last
limit ${LISTED}`;
}

/** Every role an event plays, and why (PRODUCT §1). */
export function eventRoleFindings({ name, events, amounts, negative }: EventCount, rules: RoleRules): EventRoleFinding[] {
  const bits = name === null ? 0 : rolesOf(name, rules.roles);
  const found: EventRoleFinding[] = [];
  const add = (role: EventRole, reason: EventRoleReason): void => void found.push({ role, reason });
  const reasonOf = ({ role, names }: (typeof NAMED_ROLES)[number]): EventRoleReason => {
    if (!rules.hasEventColumn) return 'no_event_column';
    if (rules.flagged.has(role)) return 'flag';
    return (names as readonly string[]).includes(normaliseName(name ?? '')) ? 'list' : 'preset';
  };
  for (const one of NAMED_ROLES) if ((bits & one.bit) !== 0) add(one.role, reasonOf(one));
  const value = valueReason(bits, amounts, rules, found);
  if (value !== undefined) add('value', value);
  const isByAmount = value !== undefined && (bits & ROLE.refund) === 0 && negative > 0;
  if (isByAmount) add('refund', 'negative_amount');
  const refunds = value === undefined ? 0 : (bits & ROLE.refund) !== 0 ? events : negative;
  if ((bits & (ROLE.passive | ROLE.churn)) === 0 && refunds < events) add('activity', 'default');
  return found;
}

function valueReason(
  bits: number,
  amounts: number,
  { valueRule, flagged }: RoleRules,
  found: readonly EventRoleFinding[],
): EventRoleReason | undefined {
  const asA = (role: EventRole): EventRoleReason | undefined => found.find((one) => one.role === role)?.reason;
  if ((bits & ROLE.refund) !== 0) return asA('refund');
  if (valueRule === 'named') return (bits & ROLE.named) === 0 ? undefined : flagged.has('value') ? 'flag' : 'preset';
  if ((bits & ROLE.purchase) !== 0) return asA('purchase');
  return valueRule === 'amounts' && amounts > 0 ? 'amount' : undefined;
}
