import type { EventShape } from '../events/event-shape.js';
import { engagementEdgeQuery } from '../segmentation/engagement/engagement-query.js';
import type { PlanProperty } from '../segmentation/paying/paying-query.js';
import { propertyValuesName, propertyValuesQuery } from '../segmentation/property/property-query.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { frozenEdgesQuery, type RfmBasis, rfmEdgesQuery } from '../segmentation/rfm/rfm-query.js';
import { ownSegmentsQuery } from '../segmentation/rules/own-segments-query.js';
import type { RulePlan } from '../segmentation/rules/rule-plan.js';
import type { StatusParameters } from '../segmentation/status/status-parameters.js';
import { ORDER_DAY_SHARE, parameter, type StatusSettings } from '../segmentation/status/status-query.js';
import { statusWindows } from '../segmentation/status/status-windows.js';
import { valueEdgesQuery } from '../segmentation/value-tier/value-tier-query.js';
import { quantilesQuery } from '../sql/quantile-query.js';
import { param, type Sql, sql } from '../sql/sql.js';
import { countedDay, type Pause } from '../time/pauses.js';
import { entitySizesQuery } from '../users/entity-people-query.js';
import { type KnownUsers, knownUsersQuery } from '../users/known-users-query.js';
import { frozenGapsQuery, populationGapsQuery } from '../users/population-gaps-query.js';
import { statusUsersQuery, userGapsQuery, usersQuery } from '../users/users-query.js';
import { type FurtherColumn, type KeptColumn, membersQuery, membersWithSegmentsQuery } from './members-query.js';

/** One named step from user days to members, as a person reads it. */
export interface Relation {
  readonly name: string;
  readonly comment: string;
  readonly query: Sql;
}

/** Population gaps and RFM edges of an earlier run, taken in place of measured ones (`--freeze`). */
export interface FrozenScale {
  readonly gaps: { readonly p50: number; readonly p75: number; readonly p90: number; readonly users: number };
  /** In hundredths of a day, of an order, of the smallest unit of money; null where nobody was scored. */
  readonly edges: {
    readonly recency: readonly bigint[] | null;
    readonly frequency: readonly bigint[] | null;
    readonly monetary: readonly bigint[] | null;
  };
  readonly isFrequencySplit: boolean;
}

export interface MemberSettings {
  readonly asOfDay: number;
  /** Day of the earliest used event. */
  readonly firstDay: number;
  /** Merged. */
  readonly pauses: readonly Pause[];
  readonly lookbackDays: number | 'all';
  readonly scoring: 'auto' | 'quantile';
  readonly rfmModel: RfmModel;
  readonly basis: RfmBasis;
  readonly parameters: StatusParameters;
  readonly moneyScale: number;
  readonly shape: EventShape;
  /** Days that `visitor` looks at. */
  readonly visitorDays: number;
  readonly plan: PlanProperty | undefined;
  readonly further: readonly FurtherColumn[];
  /** Values of a property that are segments, at most. */
  readonly maxValues: number;
  readonly kept: readonly KeptColumn[];
  /** Whether `entity_people` says who belongs to an entity. */
  readonly hasPeople: boolean;
  readonly frozen: FrozenScale | undefined;
  /** The people of a users file, who stand in `listed_users`. */
  readonly known?: KnownUsers | undefined;
  /** Own segments; what they ask of events stands in `rule_events`. */
  readonly rules?: RulePlan | undefined;
}

const asOfDay = (settings: Pick<MemberSettings, 'asOfDay'>): Sql => param('as_of_day', settings.asOfDay);

/** What the status rules count days from: the days themselves, or with pauses their counted numbers. */
export function statusDays({
  asOfDay,
  firstDay,
  pauses,
}: Pick<MemberSettings, 'asOfDay' | 'firstDay' | 'pauses'>): Pick<StatusSettings, 'countedAsOfDay' | 'countedFirstDay' | 'pauses'> {
  const counted = (name: string, day: number): Sql =>
    pauses.length === 0 ? param(name, day) : param(`counted_${name}`, countedDay(day, pauses));
  return { countedAsOfDay: counted('as_of_day', asOfDay), countedFirstDay: counted('first_day', firstDay), pauses };
}

/** `user_days` → `user_gaps` → `users`: what the basis of RFM is decided on, or only what a status is. */
export function userRelations(settings: Omit<MemberSettings, 'basis'>, content: 'all' | 'status' = 'all'): Relation[] {
  const { parameters, shape, known } = settings;
  const firstDay = settings.lookbackDays === 'all' ? settings.firstDay : settings.asOfDay - settings.lookbackDays + 1;
  const days = { ...statusDays(settings), asOfDay: asOfDay(settings), lookbackFirstDay: param('lookback_first_day', firstDay) };
  const windows = statusWindows(days, parameters);
  return [
    {
      name: 'user_gaps',
      comment: 'the days up to the as-of day, each with the gap to the previous active day',
      query: userGapsQuery(asOfDay(settings), settings.pauses),
    },
    ...(known === undefined
      ? []
      : [
          {
            name: 'known_users',
            comment: 'the people of the users file, with sign-ups up to the as-of day',
            query: knownUsersQuery(asOfDay(settings), known),
          },
        ]),
    {
      name: 'users',
      comment: 'one row a user: activity, cadence, orders and money',
      query: content === 'all' ? usersQuery(windows, shape, known) : statusUsersQuery(windows, sql`user_gaps`, shape, known),
    },
  ];
}

/** What the rules of the statuses take besides relations. */
export function statusSettings(settings: Omit<MemberSettings, 'basis'>): StatusSettings {
  return { ...statusDays(settings), parameters: settings.parameters, hasSignups: settings.known !== undefined };
}

/** `users` → the population's scale → `members`. */
export function memberRelations(settings: MemberSettings): Relation[] {
  const { parameters, frozen, moneyScale, basis, scoring, rfmModel: model } = settings;
  const status = statusSettings(settings);
  const ways = { ...settings, visitorDays: param('visitor_days', settings.visitorDays) };
  const rfm = { asOfDay: asOfDay(settings), basis, scoring, model, moneyScale };
  return [
    {
      name: 'population_gaps',
      comment: 'P50, P75 and P90 of the gaps between active days, each user counting once',
      query: frozen
        ? frozenGapsQuery(frozen.gaps)
        : populationGapsQuery({
            minUsers: parameter(parameters, 'population.min_users'),
            defaultGap: parameter(parameters, 'population.default'),
          }),
    },
    {
      name: 'order_day_quantile',
      comment: 'the 60 % quantile of order days in the last 365 days, in hundredths, over users with one',
      query: quantilesQuery(sql`select order_days as value from users where order_days > 0`, [ORDER_DAY_SHARE]),
    },
    {
      name: 'rfm_edges',
      comment: 'cut points of recency, frequency and money, in hundredths',
      query: frozen ? frozenEdgesQuery(model, frozen.edges, frozen.isFrequencySplit) : rfmEdgesQuery(rfm),
    },
    {
      name: 'value_edges',
      comment: '50, 80 and 95 % quantiles of money over users with an order in the lookback, in hundredths',
      query: valueEdgesQuery(moneyScale),
    },
    ...settings.further.flatMap((further) => furtherRelation(further, settings)),
    ...(settings.hasPeople ? [{ name: 'entity_sizes', comment: 'how many people each entity has', query: entitySizesQuery() }] : []),
    ...membersOf(settings.rules, settings, membersQuery(status, rfm, ways, settings.rules === undefined)),
  ];
}

/** `members` as they are, or with own segments, which may ask for any other column of them. */
function membersOf(rules: RulePlan | undefined, ways: Pick<MemberSettings, 'further' | 'hasPeople' | 'kept'>, query: Sql): Relation[] {
  const comment = 'one row a user, sorted by user_id';
  if (rules === undefined) return [{ name: 'members', comment, query }];
  return [
    { name: 'classified_users', comment: 'one row a user: all but own segments', query },
    { name: 'own_segments', comment: 'one row a user: who is in which own segment', query: ownSegmentsQuery(rules) },
    {
      name: 'members',
      comment,
      query: membersWithSegmentsQuery(
        ways,
        rules.segments.map(({ definition }) => definition.name),
      ),
    },
  ];
}

/** What a further segmentation is decided with, besides own segments. */
function furtherRelation(further: FurtherColumn, { maxValues }: MemberSettings): Relation[] {
  switch (further.kind) {
    case 'engagement':
      return [
        {
          name: 'engagement_edge',
          comment: '80 % quantile of session time over users active in the window, in hundredths of a microsecond',
          query: engagementEdgeQuery(),
        },
      ];
    case 'property':
      return [
        {
          name: propertyValuesName(further.place),
          comment: 'the most frequent latest values of a property, which are its segments',
          query: propertyValuesQuery(further.property, maxValues),
        },
      ];
    case 'first_match':
      return [];
  }
}
