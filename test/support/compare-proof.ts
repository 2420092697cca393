import { expect } from 'vitest';
import { dayOfIso, isoOfDay } from '../oracle/calendar.js';
import { classify, type OracleAnswer, type OracleEvent, type OraclePeople, type OracleSettings } from '../oracle/oracle.js';

interface ProvenSummary {
  readonly proof: {
    readonly as_of: string;
    readonly days: number;
    readonly statuses: Readonly<Record<string, { users: number; returned: number }>>;
  } | null;
  readonly segmentations: { readonly status: Readonly<Record<string, { returned_30d: number | null }>> };
}

/** The statuses that users were compared by, with `came back` or `stayed away`. */
export const provenStatuses = new Set<string>();

/** The day before the last 30 days, paused ones not counted. */
export function dayBeforeLast30(asOf: string, pauses: OracleSettings['pauses'] = []): string {
  let day = dayOfIso(asOf);
  for (let counted = 0; counted < 30; day -= 1) {
    const iso = isoOfDay(day);
    if (!pauses.some(({ first, last }) => first <= iso && iso <= last)) counted += 1;
  }
  return isoOfDay(day);
}

/** Compares the proof of a summary with the statuses that the oracle gives as of the earlier day, and who was last seen after it. */
export function expectSameProof(
  summary: string,
  answer: OracleAnswer,
  events: readonly OracleEvent[],
  settings: OracleSettings,
  people?: OraclePeople,
): void {
  const { proof, segmentations } = JSON.parse(summary) as ProvenSummary;
  const returns = returnsByOracle(answer, events, settings, people);
  for (const proven of provenIn(returns)) provenStatuses.add(proven);
  expect(proof && { as_of: proof.as_of, statuses: proof.statuses }).toEqual(returns ?? null);
  for (const [status, { returned_30d }] of Object.entries(segmentations.status)) {
    const found = returns?.statuses[status];
    if (found === undefined || found.users === 0) expect(returned_30d).toBe(null);
    else expect(returned_30d).toBeCloseTo(found.returned / found.users, 6);
  }
}

type Returns = Pick<NonNullable<ProvenSummary['proof']>, 'as_of' | 'statuses'>;

/** What a comparison adds to `provenStatuses`, by the oracle alone. */
export function provenByOracle(answer: OracleAnswer, events: readonly OracleEvent[], settings: OracleSettings): string[] {
  return provenIn(returnsByOracle(answer, events, settings));
}

function provenIn(returns: Returns | undefined): string[] {
  return Object.entries(returns?.statuses ?? {}).flatMap(([name, { users, returned }]) => [
    ...(returned > 0 ? [`${name} came back`] : []),
    ...(returned < users ? [`${name} stayed away`] : []),
  ]);
}

function returnsByOracle(
  answer: OracleAnswer,
  events: readonly OracleEvent[],
  settings: OracleSettings,
  people?: OraclePeople,
): Returns | undefined {
  if (answer.historyDays < 120) return undefined;
  const asOf = dayBeforeLast30(answer.asOf, settings.pauses);
  // Its own gaps, whatever the run was given.
  const { frozen: _frozen, ...own } = settings;
  const earlier = classify([...events], { ...own, asOf }, people);
  if (earlier.users.length === 0) return undefined;
  const lastSeen = new Map(answer.users.map(({ user_id, last_seen }) => [user_id, last_seen]));
  const names = 'new active loyal occasional reactivated at_risk dormant churned never_active'.split(' ');
  const statuses = Object.fromEntries(
    names.map((name) => {
      const users = earlier.users.filter(({ status }) => status === name);
      const returned = users.filter(({ user_id }) => (lastSeen.get(user_id) ?? '') > asOf).length;
      return [name, { users: users.length, returned }];
    }),
  );
  return { as_of: asOf, statuses };
}
