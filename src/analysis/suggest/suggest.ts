import type { Database } from '../../engine/database.js';
import type { MemberSettings } from '../../membership/member-relations.js';
import type { StatusesAt } from '../../membership/statuses-at-query.js';
import { RFM_METRICS, type RfmMetric } from '../../segmentation/rfm/rfm-model.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { SpellCount } from '../../statistics/kaplan-meier.js';
import { isoOfDay } from '../../time/day.js';
import { countedDay, dayOfCounted } from '../../time/pauses.js';
import type { Edges, RfmSummary } from '../classify/classify-result.js';
import { borderCasesQuery } from './border-cases-query.js';
import { type CandidateFindings, type CandidatePlans, findCandidates, noCandidates } from './candidates/find-candidates.js';
import { eventDaysQuery, eventNamesQuery } from './event-names-query.js';
import { findBreaks, LEAST_BROKEN_USERS, type MetricBreaks, type MetricValue } from './find-breaks.js';
import { idleSpellsQuery } from './idle-spells-query.js';
import { type EventNameCount, judgeEvents } from './judge-events.js';
import { metricValuesQuery } from './metric-values-query.js';
import { measureRecovery } from './recovery/recovery-curve.js';
import { recoverySpellsQuery, type TransactionNames, transactionInstantsQuery } from './recovery/recovery-queries.js';
import { measureReturns, type ReturnCurve } from './return-curve.js';
import {
  type BorderCase,
  type ChurnBorder,
  type DormantBorder,
  idleRatios,
  presentBorders,
  separateChurned,
  separateDormant,
} from './separate-borders.js';
import type { BorderFindings, SuggestedValue, SuggestResult, UsualIntervals } from './suggest-result.js';

export interface SuggestSettings {
  /** What the members were built with. */
  readonly members: Omit<MemberSettings, 'basis'>;
  /** Without the paused days. */
  readonly historyDays: number;
  readonly rfm: RfmSummary;
  /** Fewer than this share come back beyond a churn border. */
  readonly below: number;
  /** Whose events are in `all_rule_events`; undefined where the history is too short. */
  readonly candidates: CandidatePlans | undefined;
  /** What `transaction_instants` are of, and the latest instant of the files in microseconds; undefined where none are kept. */
  readonly transactions: { readonly names: TransactionNames; readonly endsAt: number } | undefined;
  /** Whether `event_days` was kept: there is a column of events. */
  readonly hasEventNames: boolean;
  /** Which events carried value as of an earlier day. */
  readonly shapeAt: (day: number) => Promise<Pick<StatusesAt, 'shape' | 'otherRuleKinds'>>;
}

/** Upper ends of the bars of usual intervals, in days. */
const INTERVAL_STEPS = [1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 180, 365];

/** `user_days`, `user_gaps`, `users`, `members` of a classification → thresholds that the data speak for, and what they say. */
export async function suggest(database: Database, settings: SuggestSettings): Promise<SuggestResult> {
  const { members, historyDays, below, rfm } = settings;
  const returns = measureReturns(await readSpells(database), historyDays, below);
  const found = await findBorders(database, settings, returns);
  return {
    returns,
    intervals: await readIntervals(database),
    borders: found?.borders ?? null,
    breaks: await breakMetrics(database, members, rfm),
    basis: rfm.basis,
    values: found?.values ?? [],
    events: settings.hasEventNames ? await readEventNames(database, settings, returns.within) : null,
    candidates: await readCandidates(database, settings.candidates),
    recovery: await readRecovery(database, settings.transactions),
  };
}

/** Keeps which events users had on which days, from one more pass. */
export async function keepEventDays(database: Database, events: Sql, settings: Parameters<typeof eventDaysQuery>[1]): Promise<void> {
  await database.run(sql`create or replace temp table event_days as ${eventDaysQuery(events, settings)}`);
}

/** Keeps when transactions were started and completed, from one more pass; returns the latest instant of any event, in microseconds. */
export async function keepTransactions(
  database: Database,
  events: Sql,
  settings: Parameters<typeof transactionInstantsQuery>[1],
): Promise<number> {
  await database.run(sql`create or replace temp table transaction_instants as ${transactionInstantsQuery(events, settings)}`);
  const [row] = await database.rows<{ ends_at: number }>(sql`
    select max(epoch_us(occurred_at)) as ends_at
    from (${events}) as all_events
    where day <= ${settings.asOfDay}`);
  return row?.ends_at ?? 0;
}

async function readRecovery(database: Database, transactions: SuggestSettings['transactions']): Promise<SuggestResult['recovery']> {
  if (transactions === undefined) return null;
  return measureRecovery(await database.rows<SpellCount>(recoverySpellsQuery(transactions.endsAt)), transactions.names);
}

async function readCandidates(database: Database, plans: CandidatePlans | undefined): Promise<CandidateFindings> {
  if (plans === undefined) return noCandidates('short_history');
  await database.createView('classified_users', sql`select user_id from members`);
  return findCandidates(database, plans);
}

async function readEventNames(database: Database, { members }: SuggestSettings, within: number): Promise<SuggestResult['events']> {
  const rows = await database.rows<Omit<EventNameCount, 'lonelyDays'> & { lonely_days: number }>(eventNamesQuery(members.asOfDay, within));
  const [count] = await database.rows<{ users: number }>(sql`select count(*) as users from users`);
  const counts = rows.map(({ lonely_days: lonelyDays, ...row }) => ({ ...row, lonelyDays }));
  return { within, ...judgeEvents(counts, count?.users ?? 0, members.shape.valueRule) };
}

async function readSpells(database: Database): Promise<Parameters<typeof measureReturns>[0]> {
  const rows = await database.rows<{
    length: number;
    ended_users: number;
    open_users: number;
    ended_spells: number;
    open_spells: number;
  }>(idleSpellsQuery());
  return {
    ofUsers: rows.map(({ length, ended_users: ended, open_users: open }) => ({ length, ended, open })),
    ofSpells: rows.map(({ length, ended_spells: ended, open_spells: open }) => ({ length, ended, open })),
  };
}

async function readIntervals(database: Database): Promise<UsualIntervals> {
  const rows = await database.rows<{ days: number; users: number }>(sql`
    select ceil(usual_interval_days)::bigint as days,
           count(*) as users
    from members
    join users using (user_id)
    where users.gaps > 0
    group by ceil(usual_interval_days)
    order by days`);
  const last = rows.at(-1)?.days ?? 0;
  const steps = [...INTERVAL_STEPS.filter((_, index) => index === 0 || (INTERVAL_STEPS[index - 1] ?? 0) < last)];
  if (last > (steps.at(-1) ?? 0)) steps.push(last);
  return {
    users: rows.reduce((sum, { users }) => sum + users, 0),
    counts: steps.map((upTo, index) => ({
      upTo,
      users: rows.reduce((sum, { days, users }) => (days <= upTo && days > (steps[index - 1] ?? -1) ? sum + users : sum), 0),
    })),
  };
}

/** The borders as of the last day that left `within` days to come back in. */
async function findBorders(
  database: Database,
  { members, below, shapeAt }: SuggestSettings,
  returns: ReturnCurve,
): Promise<{ readonly borders: BorderFindings; readonly values: readonly SuggestedValue[] } | undefined> {
  const { within, window, points } = returns;
  if (points.length === 0) return undefined;
  const day = dayOfCounted(countedDay(members.asOfDay, members.pauses) - within + 1, members.pauses) - 1;
  const shape = await shapeAt(day);
  const casesWith = (parameters: StatusParameters): Promise<BorderCase[]> => readCases(database, members, { ...shape, parameters, day });
  const cases = await casesWith(members.parameters);
  const dormant = separateDormant(cases, members.parameters);
  const churned = separateChurned(cases, members.parameters, { below, window: 'days' in window ? window.days : undefined });
  const values = valuesOf(dormant, churned, members.parameters);
  const parameters = { ...members.parameters, ...Object.fromEntries(values.map(({ parameter, value }) => [parameter, value])) };
  return {
    borders: {
      asOf: isoOfDay(day),
      within,
      ratios: idleRatios(cases),
      dormant,
      churned,
      present: presentBorders(cases),
      suggested: values.length === 0 ? null : presentBorders(await casesWith(parameters)),
    },
    values,
  };
}

async function readCases(
  database: Database,
  { firstDay, pauses, known }: SuggestSettings['members'],
  at: Pick<StatusesAt, 'shape' | 'otherRuleKinds' | 'parameters' | 'day'>,
): Promise<BorderCase[]> {
  const rows = await database.rows<{ border: string; limit_value: number; users: number; returned: number }>(
    borderCasesQuery({ name: 'earlier', firstDay, pauses, known, ...at }),
  );
  return rows.map(({ limit_value: limitValue, ...row }) => ({ ...row, limitValue }));
}

/** Of the dormant border one parameter at most, the one that gains most: each was tried with the others as they stand. */
function valuesOf(dormant: readonly DormantBorder[], churned: ChurnBorder, parameters: StatusParameters): SuggestedValue[] {
  const gain = ({ best, present }: DormantBorder): number => best.separation - present.separation;
  const better = dormant.filter(({ verdict }) => verdict === 'better').sort((a, b) => gain(b) - gain(a))[0];
  const values: SuggestedValue[] = [];
  if (better !== undefined) values.push({ parameter: better.parameter, present: parameters[better.parameter], value: better.best.value });
  if (churned.parameter !== null && churned.value !== null)
    values.push({ parameter: churned.parameter, present: parameters[churned.parameter], value: churned.value });
  return values;
}

async function breakMetrics(
  database: Database,
  { moneyScale, rfmModel }: SuggestSettings['members'],
  { basis, edges }: RfmSummary,
): Promise<MetricBreaks[]> {
  const breaks: MetricBreaks[] = [];
  for (const metric of RFM_METRICS) {
    if (metric === 'monetary' && basis === 'activity') continue;
    const rows = await database.rows<Omit<MetricValue, 'halfUsers'> & { half_users: number }>(metricValuesQuery(metric, moneyScale));
    const values = rows.map(({ half_users: halfUsers, ...row }) => ({ ...row, halfUsers }));
    if (values.reduce((sum, { users }) => sum + users, 0) < LEAST_BROKEN_USERS) continue;
    breaks.push(findBreaks(metric, values, { scores: rfmModel.scales[metric].scores, edgesInUse: edges && edgesOf(edges, metric) }));
  }
  return breaks;
}

function edgesOf({ recencyDays, frequency, monetary }: Edges, metric: RfmMetric): readonly string[] | null {
  return { recency: recencyDays, frequency, monetary }[metric];
}
