import { join, list, type Sql, sql } from '../sql/sql.js';
import { lowerCase, normaliseName } from './normalise-name.js';
import { ROLE } from './role-bits.js';

/** Names that play a role, normalised (PRODUCT §1). The lists are complete. */
export const PASSIVE_EVENTS = [
  'email_sent',
  'email_delivered',
  'email_bounced',
  'push_sent',
  'push_delivered',
  'notification_sent',
  'notification_received',
  'sms_sent',
  'campaign_sent',
  'message_sent',
] as const;

export const CHURN_EVENTS = [
  'uninstall',
  'app_uninstalled',
  'app_remove',
  'app_removed',
  'account_closed',
  'account_deleted',
  'subscription_cancelled',
  'subscription_canceled',
  'subscription_expired',
] as const;

export const PURCHASE_EVENTS = [
  'purchase',
  'purchased',
  'order',
  'order_completed',
  'order_placed',
  'checkout_completed',
  'charged',
  'transaction',
  'payment',
  'payment_succeeded',
  'payment_done',
  'buy',
  'sale',
  'in_app_purchase',
  'subscription_renewed',
] as const;

export const REFUND_EVENTS = ['refund', 'refunded', 'return', 'returned', 'order_refunded', 'chargeback'] as const;

/** A subscription that begins, or goes on. */
export const START_EVENTS = [
  'subscription_started',
  'subscription_created',
  'subscription_activated',
  'subscription_reactivated',
  'subscription_renewed',
] as const;

/** A subscription that ends, or will. */
export const CANCEL_EVENTS = ['subscription_cancelled', 'subscription_canceled', 'subscription_expired', 'subscription_ended'] as const;

export const TRIAL_EVENTS = ['trial_started', 'free_trial_started', 'subscription_trial_started'] as const;

/** A trial that is over, however it ended. */
export const TRIAL_END_EVENTS = ['trial_ended', 'trial_expired', 'trial_converted', 'trial_cancelled', 'trial_canceled'] as const;

/** What every row of an input without an event column is. */
export const ORDER_EXPORT_EVENT = 'purchase';

/** Words inside a name that may mean churn: suggested with their counts, never assumed. */
export const CHURN_HINTS = ['cancel', 'unsubscribe', 'downgrade', 'uninstall', 'delete', 'deactivate', 'churn', 'close'] as const;
const CHURN_HINT = CHURN_HINTS.join('|');

export interface EventRoleFlags {
  /** Undefined keeps the built-in list; an empty list switches the role off. */
  readonly passiveEvents?: readonly string[] | undefined;
  readonly churnEvents?: readonly string[] | undefined;
  readonly riskEvents?: readonly string[] | undefined;
  readonly valueEvents?: readonly string[] | undefined;
  readonly startEvents?: readonly string[] | undefined;
  readonly cancelEvents?: readonly string[] | undefined;
  readonly trialEvents?: readonly string[] | undefined;
  readonly trialEndEvents?: readonly string[] | undefined;
}

/** Which names play a role, as role bits: by normalised name, and the names of `isMatchedAsWritten` as they are written. */
export interface EventRoles {
  readonly normalised: ReadonlyMap<string, number>;
  readonly written: ReadonlyMap<string, number>;
  /** Whether other names that may mean churn are to be pointed out: not when the user said that none does. */
  readonly hasHints: boolean;
}

/** Names that play a role in one tool's exports, beside those that play it everywhere. */
export interface FurtherRoles {
  readonly passive?: readonly string[] | undefined;
  readonly churn?: readonly string[] | undefined;
  readonly purchase?: readonly string[] | undefined;
  readonly refund?: readonly string[] | undefined;
  readonly start?: readonly string[] | undefined;
  readonly cancel?: readonly string[] | undefined;
}

/** The roles of all names that have one. A flag replaces the further names of its role like the built-in ones. */
export function eventRoles(flags: EventRoleFlags, further: FurtherRoles = {}): EventRoles {
  const normalised = new Map<string, number>();
  const written = new Map<string, number>();
  const give = (names: readonly string[], bit: number): void => {
    for (const name of names) {
      const [roles, key] = isMatchedAsWritten(name) ? [written, name] : [normalised, normaliseName(name)];
      roles.set(key, (roles.get(key) ?? 0) | bit);
    }
  };
  give(flags.passiveEvents ?? [...PASSIVE_EVENTS, ...(further.passive ?? [])], ROLE.passive);
  give(flags.churnEvents ?? [...CHURN_EVENTS, ...(further.churn ?? [])], ROLE.churn);
  give([...PURCHASE_EVENTS, ...(further.purchase ?? [])], ROLE.purchase);
  give([...REFUND_EVENTS, ...(further.refund ?? [])], ROLE.refund);
  give(flags.riskEvents ?? [], ROLE.risk);
  give(flags.valueEvents ?? [], ROLE.named);
  give(flags.startEvents ?? [...START_EVENTS, ...(further.start ?? [])], ROLE.start);
  give(flags.cancelEvents ?? [...CANCEL_EVENTS, ...(further.cancel ?? [])], ROLE.cancel);
  give(flags.trialEvents ?? TRIAL_EVENTS, ROLE.trial);
  give(flags.trialEndEvents ?? TRIAL_END_EVENTS, ROLE.trialEnd);
  return { normalised, written, hasHints: flags.churnEvents === undefined || flags.churnEvents.length > 0 };
}

/** Which given names mean which bits, of any kind. */
export interface NameBits {
  readonly normalised: ReadonlyMap<string, bigint>;
  readonly written: ReadonlyMap<string, bigint>;
}

/** Given names and their bits; names that are compared as one have all of theirs. */
export function nameBits(given: readonly { readonly name: string; readonly bits: bigint }[]): NameBits {
  const normalised = new Map<string, bigint>();
  const written = new Map<string, bigint>();
  for (const { name, bits } of given) {
    const [known, key] = isMatchedAsWritten(name) ? [written, name] : [normalised, normaliseName(name)];
    known.set(key, (known.get(key) ?? 0n) | bits);
  }
  return { normalised, written };
}

/** Whether a name that a flag gives means the event. */
export function isSameEvent(given: string, event: string): boolean {
  return isMatchedAsWritten(given) ? event === given : normaliseName(event) === normaliseName(given);
}

/** The role bits of an event name. */
export function rolesOf(name: string, { normalised, written, hasHints }: EventRoles): number {
  const normal = normaliseName(name);
  const bits = (normalised.get(normal) ?? 0) | (written.get(name) ?? 0);
  return bits === 0 && hasHints && new RegExp(CHURN_HINT).test(normal) ? ROLE.hint : bits;
}

/** Whether a name that `marked_event` keeps can occur. */
export function canMarkEvents(hasEventColumn: boolean, roles: EventRoles): boolean {
  const { normalised, written, hasHints } = roles;
  const bits = hasEventColumn ? [...normalised.values(), ...written.values()] : [rolesOf(ORDER_EXPORT_EVENT, roles)];
  return (hasEventColumn && hasHints) || bits.some((bit) => (bit & (ROLE.churn | ROLE.risk)) !== 0);
}

/** Names that other letters or digits than a–z and 0–9 tell apart: normalised, all words of another script would be one name. */
function isMatchedAsWritten(name: string): boolean {
  return normaliseName(name) === '' || /[\p{L}\p{N}\p{M}]/u.test(lowerCase(name).replaceAll(/[a-z0-9]/g, ''));
}

/**
 * The role bits of an event name as INTEGER. Names seen in the head are compared for equality, most
 * frequent first; only a name the head did not show is normalised and looked up, so the regular
 * expression stays off the common rows. `list_position` and not `in (…)`: DuckDB turns long IN lists
 * inside CASE into joins that run for every row.
 */
export function rolesQuery(event: Sql, roles: EventRoles, namesInHead: readonly string[]): Sql {
  const known = namesInHead.map((name) => sql`when ${event} = ${name} then ${rolesOf(name, roles)}`);
  const normalised = normalisedName(event);
  const byNormalised = lookUp(normalised, roles.normalised);
  const bits = roles.written.size === 0 ? byNormalised : sql`${byNormalised} | ${lookUp(event, roles.written)}`;
  const hint = sql`case when regexp_matches(${normalised}, ${CHURN_HINT}) then ${ROLE.hint} else 0 end`;
  const looked = roles.hasHints ? sql`coalesce(nullif(${bits}, 0), ${hint})` : bits;
  const branches = known.reduce((left, right) => sql`${left} ${right}`, sql`when ${event} is null then 0`);
  return sql`case ${branches} else ${looked} end`;
}

/** The bits of an event name as BIGINT, 0 for a null one; in the way of `rolesQuery`. */
export function nameBitsQuery(event: Sql, { normalised, written }: NameBits, namesInHead: readonly string[]): Sql {
  const known = namesInHead.map((name) => {
    const bits = (normalised.get(normaliseName(name)) ?? 0n) | (written.get(name) ?? 0n);
    return sql`when ${event} = ${name} then ${bits}`;
  });
  const parts = [
    ...(normalised.size === 0 ? [] : [lookUp(normalisedName(event), normalised)]),
    ...(written.size === 0 ? [] : [lookUp(event, written)]),
  ];
  if (parts.length === 0) return sql`${0n}`;
  return sql`case when ${event} is null then ${0n} ${join(known, sql` `)} else ${join(parts, sql` | `)} end`;
}

function normalisedName(event: Sql): Sql {
  return sql`trim(regexp_replace(lower(${event}), '[^a-z0-9]+', '_', 'g'), '_')`;
}

function lookUp(name: Sql, roles: ReadonlyMap<string, number | bigint>): Sql {
  return sql`coalesce(${list([...roles.values()])}[list_position(${list([...roles.keys()])}, ${name})], 0)`;
}
