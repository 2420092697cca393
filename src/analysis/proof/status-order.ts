import type { StatusName } from '../../segmentation/status/status.js';
import type { ParameterName, StatusParameters } from '../../segmentation/status/status-parameters.js';
import { newcombeInterval } from '../../statistics/proportions.js';
import type { Proof, StatusReturn } from './proof.js';

/** Statuses in the wrong order: more came back of those who should have been gone. */
export interface WrongOrder {
  readonly further: StatusReturn;
  readonly nearer: StatusReturn;
  /** The border of the further status, and where it stands; undefined when most came back after a churn event, which no border decides. */
  readonly border: { readonly parameter: ParameterName; readonly value: number } | undefined;
}

/** Who is further away must not come back more often. The first pair of a status that is wrong is told. */
const ORDER: readonly { readonly further: StatusName; readonly nearer: readonly StatusName[]; readonly border: ParameterName }[] = [
  { further: 'churned', nearer: ['active', 'dormant'], border: 'churned.multiple' },
  { further: 'dormant', nearer: ['active'], border: 'dormant.multiple' },
];
/** Of the interval of a difference: so high that a nightly run is not wrong once a quarter. */
const CONFIDENCE = 0.99;
/** With fewer in one of the statuses nothing is told. */
const LEAST_USERS = 20;

/** The pairs of statuses whose returns are in the wrong order beyond chance (both have 20 users, and Newcombe's interval of the difference lies above zero). */
export function findWrongOrder({ statuses }: Proof, parameters: StatusParameters): WrongOrder[] {
  const of = (name: StatusName): StatusReturn | undefined => statuses.find(({ status }) => status === name);
  return ORDER.flatMap(({ further: name, nearer: names, border }) => {
    const further = of(name);
    const nearer = names.map(of).find((status) => further !== undefined && status !== undefined && comesBackMore(further, status));
    if (further === undefined || nearer === undefined) return [];
    const isByEvent = 2 * further.returnedLeavers > further.returned;
    return [{ further, nearer, border: isByEvent ? undefined : { parameter: border, value: parameters[border] } }];
  });
}

function comesBackMore(further: StatusReturn, nearer: StatusReturn): boolean {
  if (further.users < LEAST_USERS || nearer.users < LEAST_USERS) return false;
  const [a, b] = [further, nearer].map(({ returned, users }) => ({ hits: returned, n: users }));
  return a !== undefined && b !== undefined && newcombeInterval(a, b, CONFIDENCE).low > 0;
}
