import { type ClassifyResult, type RejectedRow, USER_UNIT, type Warning } from '../analysis/classify/classify-result.js';
import { hundredthsOfDecimal } from '../analysis/classify/decimal-edge.js';
import { unitOf } from '../analysis/classify/entity-unit.js';
import { type IdChecks, idChecksQuery } from '../analysis/classify/id-checks-query.js';
import { type PlanValue, planValuesQuery } from '../analysis/classify/plan-values-query.js';
import { rulesOff } from '../analysis/classify/rules-off.js';
import { summariseMembers } from '../analysis/classify/summarise.js';
import { summariseUsersFile } from '../analysis/classify/summarise-users-file.js';
import { findWarnings } from '../analysis/classify/warnings.js';
import { readOverlaps } from '../analysis/overlaps/overlaps.js';
import { segmentCombinationsQuery, segmentOverlapsQuery } from '../analysis/overlaps/overlaps-query.js';
import { proofDay, readProof } from '../analysis/proof/proof.js';
import { statusReturnsQuery } from '../analysis/proof/status-returns-query.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import type { EventShape } from '../events/event-shape.js';
import { checkRejects } from '../input/check-rejects.js';
import { currencyWord, distinctCurrencies } from '../input/currency.js';
import { findRejects } from '../input/find-rejects.js';
import { hasLostRows } from '../input/has-lost-rows.js';
import { type LoadedEvents, type RuleRequests, withoutEventId } from '../input/load-events.js';
import type { ChosenPreset } from '../input/presets/choose-preset.js';
import { findRepeatedIds, KEPT_EVENTS, type RepeatedIds, tiesOf } from '../input/remove-duplicates.js';
import type { HeadBound } from '../input/text/beginning.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { whileReadable } from '../input/while-readable.js';
import { buildMembers, createRelation } from '../membership/build-members.js';
import { buildRuleEvents } from '../membership/build-rule-events.js';
import type { FrozenScale, MemberSettings, Relation } from '../membership/member-relations.js';
import { type FrozenRun, type ManifestEdges, type ManifestInput, readManifest } from '../membership/publish/manifest.js';
import type { StatusesAt } from '../membership/statuses-at-query.js';
import { segmentationsOf } from '../segmentation/index.js';
import type { PlanProperty } from '../segmentation/paying/paying-query.js';
import { isMoneyDecisive, RFM_METRICS, type RfmMetric, type RfmModel } from '../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { planRules, type RulePlan } from '../segmentation/rules/rule-plan.js';
import { join, type Sql, sql } from '../sql/sql.js';
import { dayOfIso, isoOfDay } from '../time/day.js';
import { countedDay, type Pause, pausedDaysBetween } from '../time/pauses.js';
import { dayInZone } from '../time/zone-offsets.js';
import { buildEntityPeople, countPeople } from '../users/build-entity-people.js';
import { buildUserDays, decideValueRule, type UserDays, type UserDaysSettings } from '../users/build-user-days.js';
import { buildUserSessions } from '../users/build-user-sessions.js';
import { countMerged, type Merged } from '../users/count-merged.js';
import { type KnownUsers, keptKindsQuery } from '../users/known-users-query.js';
import { dayKindsQuery, userDaysQuery } from '../users/user-days-query.js';
import { type Ceiling, withCeiling } from '../users/with-ceiling.js';
import { checkPatterns } from './check-patterns.js';
import type { GivenCommand } from './command-line.js';
import { entityPeopleSettings } from './entity-people-settings.js';
import type { CliIo } from './io.js';
import { loadInputs } from './load-inputs.js';
import { type LoadedPeople, loadIdentities, loadPeople, type PreparedPeople, preparePeople } from './load-people.js';
import { manifestInputs } from './manifest-inputs.js';
import { memberWays } from './member-ways.js';
import { listPeopleFiles } from './people-files.js';
import { rejectBound } from './reject-bound.js';
import { checkAmounts, ruleRequests, ruleSettings } from './rule-settings.js';
import type { Session } from './session.js';
import { needsSessions, sessionSettings } from './session-settings.js';
import { sinceDay } from './since.js';
import { identitySummary, peopleNotes, summariseFilters } from './summarise-people.js';
import { findUnknownEvents } from './unknown-events.js';

export interface ClassificationOptions {
  readonly settings: Settings;
  readonly rfmModel: RfmModel;
  /** Leaves `user_days` and `user_gaps` in place for later questions. */
  readonly keepDays: boolean;
  /** Also looks who of each status of 30 days earlier came back, where the history allows. */
  readonly hasProof?: boolean;
  /** Also looks how own segments overlap; there are some. */
  readonly hasOverlaps?: boolean;
  /** For complete commands in hints. */
  readonly command: GivenCommand;
  /** How many files were not opened, as they lie in folders of days before the first one that counts. */
  readonly skippedFiles?: number;
  /** Whether what is said about ids names none of them. */
  readonly hidesIds?: boolean;
  /** Where the beginnings of the files will do, how much of each is read. */
  readonly head?: HeadBound | undefined;
  /** Gives the events in place of the files of the session, once the people's files are known. */
  readonly load?: ((people: PreparedPeople) => Promise<KeptEvents>) | undefined;
  /** Own segments, which refer only to each other; they become columns of `members`. */
  readonly definitions?: readonly SegmentDefinition[] | undefined;
  /** Columns that rules name which are decided later: they are read along. */
  readonly ruleProperties?: RuleRequests | undefined;
  /** The last day of the window in which sessions are looked at for `engagement`, where it is an earlier one than the as-of day. */
  readonly sessionsAsOfDay?: number | undefined;
  /** Whether all columns of the users file are carried along, also those that nobody asked for. */
  readonly hasEveryUserColumn?: boolean | undefined;
  /** One more pass over the events that stayed, each once, with their `session_id` where files have one. */
  readonly readAgain?: ((events: Sql, shape: EventShape, asOfDay: number, loaded: LoadedEvents) => Promise<void>) | undefined;
}

/** Events that were kept when their files were loaded. */
export interface KeptEvents {
  readonly loaded: LoadedEvents;
  readonly inputs: readonly ManifestInput[];
  /** The first ones of each file. */
  readonly rejects: readonly RejectedRow[];
  /** Of the events those that stand on several rows; undefined where none does. */
  readonly repeated: RepeatedIds | undefined;
  /** Their days, but for those of `repeated`, by the rule that `loaded` expects; undefined where they have to be counted from the events. */
  readonly days: Sql | undefined;
  /** How many of them there are, but for those of `repeated`: `day`, `event`, `rows`; none where there are too many names, undefined where nobody counted. */
  readonly names: Sql | undefined;
  /** Has to be called before the events themselves are read: all of them, or those that are still kept. */
  readonly checkEvents: (needsAll: boolean) => Promise<void>;
}

/** A classification that stands in the database as the table `members`, and what there is to say about it. */
export interface Classification {
  readonly loaded: LoadedEvents;
  /** The files that were read, with those of people. */
  readonly inputs: readonly ManifestInput[];
  readonly people: LoadedPeople;
  readonly userDays: UserDays;
  /** Of `day_kinds`, what filters leave. */
  readonly kept: Sql | undefined;
  readonly known: KnownUsers | undefined;
  /** The used events: those of `loaded` without repetitions, up to the as-of day. */
  readonly usedEvents: Sql;
  /** How many of them have which name: `event`, `rows`. */
  readonly usedNames: Sql;
  readonly relations: readonly Relation[];
  /** Own segments as SQL; undefined without any. */
  readonly rules: RulePlan | undefined;
  /** What `members` was built with, for building it again as of another day. */
  readonly memberSettings: Omit<MemberSettings, 'basis'>;
  /** Whether rows that repeat an event id were looked at one by one. */
  readonly hasDuplicates: boolean;
  /** Whether files had to be read whole. */
  readonly isWhole: boolean;
  /** What `--freeze` took from an earlier run. */
  readonly frozen: FrozenRun | undefined;
  readonly result: ClassifyResult;
}

const LISTED_REJECTS = 20;
/** More than a message says. */
const LISTED_PLANS = 1000;
const DAY_MS = 86_400_000;
/** Edges are kept in hundredths of the unit they cut. */
const EDGE_DECIMALS = 2;
/** Decimals of money at most (PRODUCT §2). */
const MOST_MONEY_SCALE = 10;
/** The engine compares edges as 128-bit integers. */
const LARGEST_EDGE = 2n ** 127n - 1n;

/** Reads the files, decides as-of and value rule, and builds `members`: the way from files to membership. */
export async function classifyFiles(io: CliIo, session: Session, options: ClassificationOptions): Promise<Classification> {
  const { database, inputs, progress } = session;
  const { settings, rfmModel, definitions = [] } = options;
  const frozenRun = settings.freeze === undefined ? undefined : readManifest(settings.freeze);
  const files = [...inputs, ...listPeopleFiles(session.people)];
  const {
    loaded,
    inputs: read,
    people,
    merged,
    kept,
    repeated,
    isWhole,
    userDays,
    rows,
    rejects,
    unknownEvents,
    names,
  } = await whileUnchanged(files, () => whileReadable(database, files, () => readEvents(io, session, options)));
  if (userDays.period === undefined) {
    fail(rows.total === 0 ? 'no-events' : 'nobody-before-as-of', {
      files: read.map(({ name }) => name),
      asOf: isoOfDay(userDays.asOfDay),
      since: settings.since,
      rows,
    });
  }
  refuseSeveralCurrencies(loaded, userDays);
  if (loaded.mapping.columns.value === null) refuseWithoutMoney(rfmModel, 'amounts');
  const { pausedDays, historyDays } = countHistory(userDays.period.first, userDays.asOfDay, settings.pause);
  progress.step('classifying');
  const frozen = frozenRun && frozenScale(frozenRun, settings.freeze ?? '', rfmModel, loaded.moneyScale);
  const moneyScale = frozen?.moneyScale ?? loaded.moneyScale;
  const known = people.users && { propertyCount: loaded.userProperties.length, filter: people.filter };
  const scale = {
    asOfDay: userDays.asOfDay,
    pauses: settings.pause,
    firstDay: userDays.period.first,
    lookbackDays: settings.lookback,
    scoring: settings.scoring,
    rfmModel,
    parameters: settings.set,
    moneyScale,
    shape: userDays.shape,
    ...memberWays(settings, loaded, definitions),
    frozen: frozen?.scale,
    known,
  };
  const proven = options.hasProof === true ? proofDay(historyDays, userDays.asOfDay, settings.pause) : undefined;
  const rules = definitions.length === 0 ? undefined : planRules(definitions, ruleSettings(settings, loaded, userDays.asOfDay));
  const { basis, relations } = await buildMembers(
    database,
    { ...scale, rules },
    {
      keepDays: options.keepDays,
      ofDays: proven === undefined ? [] : [await proofRelation(database, scale, proven, kept)],
    },
  );
  const proof = proven === undefined ? undefined : await readProof(database, proven);
  const ownNames = definitions.map(({ name }) => name);
  const overlapping = options.hasOverlaps === true ? overlapRelations(ownNames) : [];
  for (const relation of overlapping) await createRelation(database, relation);
  if (basis === 'activity') refuseWithoutMoney(rfmModel, 'orders');
  if (frozen !== undefined && frozen.basis !== basis)
    fail('frozen-basis', { path: settings.freeze ?? '', frozen: frozen.basis, found: basis });
  const members = await summariseMembers(database, {
    basis,
    lookbackDays: settings.lookback,
    moneyScale,
    rfmModel,
    segmentations: segmentationsOf(rfmModel),
    further: scale.further,
    own: definitions,
  });
  const filters = await summariseFilters(database, people);
  if (filters !== undefined && members.users === 0) fail('nobody-left', { filters: filters.words });
  const [ids] = await database.rows<IdChecks>(idChecksQuery());
  if (ids === undefined) throw new Error('the checks have one row');
  const usersFile =
    people.users &&
    (await summariseUsersFile(database, {
      ...people.users,
      file: people.users.side.file.source.name,
      isFiltered: known?.filter !== undefined,
    }));
  const entity =
    settings.entity === undefined
      ? undefined
      : {
          column: loaded.mapping.columns.user ?? '',
          unit: unitOf(loaded.mapping.columns.user ?? ''),
          peopleColumn: loaded.mapping.columns.person,
          people: loaded.mapping.columns.person === null ? undefined : await countPeople(database),
        };
  const signups = usersFile && { known: members.users - usersFile.withoutSignup, users: members.users, unit: entity?.unit ?? USER_UNIT };
  const off = rulesOff(historyDays, members.populationGaps.p50, settings.set, signups);
  const asOf = isoOfDay(userDays.asOfDay);
  const { columns } = loaded.mapping;
  const counting = { repeated, userDays, isWhole, isFiltered: kept !== undefined, sinceDay: sinceDay(settings) };
  const used = usedRows(loaded, counting, names);
  const since = settings.since === undefined ? undefined : { day: settings.since, skippedFiles: options.skippedFiles ?? 0 };
  return {
    loaded,
    inputs: read,
    people,
    userDays,
    kept,
    known,
    usedEvents: used.events,
    usedNames: used.names,
    relations: [...relations, ...overlapping],
    rules,
    memberSettings: scale,
    hasDuplicates: repeated !== undefined,
    isWhole,
    frozen: frozenRun,
    result: {
      asOf,
      asOfChosen: settings.asOf === undefined ? 'newest event' : 'given',
      timezone: settings.timezone,
      historyDays,
      pausedDays,
      pauses: settings.pause.map(({ first, last }) => ({ first: isoOfDay(first), last: isoOfDay(last) })),
      since,
      files: inputs.length,
      rows,
      badAmounts: userDays.counts.badAmounts,
      users: members.users,
      singleDayShare: members.singleDayShare,
      period: { first: isoOfDay(userDays.period.first), last: isoOfDay(userDays.period.last) },
      valueTotal: members.valueTotal,
      currency: loaded.currency,
      columns: { ...columns, user: columns.user ?? '', time: columns.time ?? '', refunded: loaded.mapping.refunded },
      preset: loaded.preset && presetOfResult(loaded.preset),
      entity,
      usersFile,
      identity: identitySummary(people.identity, merged),
      filters,
      givenBy: settings.givenBy,
      frozenFrom: settings.freeze,
      populationGaps: members.populationGaps,
      parameters: settings.set,
      rulesOff: off,
      segmentations: members.segmentations,
      rfm: members.rfm,
      statusByRfm: members.statusByRfm,
      proof,
      overlaps: overlapping.length === 0 ? undefined : await readOverlaps(database, ownNames),
      rejects,
      warnings: findWarnings({
        ...userDays.counts,
        churnHints: userDays.churnHints,
        rows,
        hasAmounts: columns.value !== null,
        moneyScale: loaded.moneyScale,
        currency: loaded.currency,
        asOf,
        since,
        setAsideFrom: userDays.setAsideFrom === undefined ? undefined : isoOfDay(userDays.setAsideFrom),
        completeDayBefore: userDays.completeDayBefore === undefined ? undefined : isoOfDay(userDays.completeDayBefore),
        unit: entity?.unit ?? USER_UNIT,
        ids: options.hidesIds === true ? withoutIds(ids) : ids,
        members,
        parameters: settings.set,
        pausedDays,
        pauses: settings.pause.length,
        rulesOff: off,
        proof,
        usersFile,
        identity: identitySummary(people.identity, merged),
        filters,
        plan: await planOfResult(database, settings, scale.plan),
        isSpreadsheetSafe: settings.spreadsheetSafe,
        notes: [...loaded.notes, ...peopleNotes(people), ...unknownEvents],
      }),
    },
  };
}

/** How the own segments of these names overlap: one look at the members. */
function overlapRelations(names: readonly string[]): Relation[] {
  return [
    {
      name: 'segment_combinations',
      comment: 'the own segments that users are in together',
      query: segmentCombinationsQuery(names),
    },
    {
      name: 'segment_overlaps',
      comment: 'how many users of each own segment are in each other one too',
      query: segmentOverlapsQuery(),
    },
  ];
}

/** Who of each earlier status came back. */
async function proofRelation(
  database: Database,
  { firstDay, pauses, parameters, shape, known }: Omit<MemberSettings, 'basis'>,
  day: number,
  kept: Sql | undefined,
): Promise<Relation> {
  const earlier = { name: 'earlier', day, firstDay, pauses, parameters, known, ...(await shapeAt(database, shape, day, kept)) };
  return {
    name: 'status_returns',
    comment: 'who had which status at the end of the day before the last 30 days, by the gaps of that day, and who came back since',
    query: statusReturnsQuery(earlier),
  };
}

/**
 * Which events carry value as of an earlier day, and where that is not as of now, the table that the days are made of again. `kept` are the day
 * kinds that filters leave.
 */
export async function shapeAt(
  database: Database,
  shape: EventShape,
  day: number,
  kept: Sql | undefined,
): Promise<Pick<StatusesAt, 'shape' | 'otherRuleKinds'>> {
  // Without purchases now there were none then, and without other amounts the rules are one.
  if (shape.valueRule !== 'purchases') return { shape };
  const everyDay = kept === undefined ? sql`user_days` : sql`(${userDaysQuery(shape, [])}) as every_day`;
  const valueRule = await decideValueRule(database, day, everyDay);
  if (valueRule === 'purchases') return { shape };
  return { shape: { ...shape, valueRule }, otherRuleKinds: kept === undefined ? sql`day_kinds` : sql`kept_kinds` };
}

/** A model whose segments hang on money means nothing where there is none. Error: `rfm-without-money`. */
export function refuseWithoutMoney(model: RfmModel, missing: 'orders' | 'amounts'): void {
  if (isMoneyDecisive(model)) fail('rfm-without-money', { model: model.name, missing });
}

/** The days of the history that count, and those that do not. Error: `all-days-paused`. */
export function countHistory(
  firstDay: number,
  asOfDay: number,
  pauses: readonly Pause[],
): { readonly pausedDays: number; readonly historyDays: number } {
  const pausedDays = pausedDaysBetween(firstDay, asOfDay, pauses);
  if (pausedDays > asOfDay - firstDay) fail('all-days-paused', { first: isoOfDay(firstDay), asOf: isoOfDay(asOfDay) });
  return { pausedDays, historyDays: countedDay(asOfDay, pauses) - countedDay(firstDay, pauses) + 1 };
}

/** What the values of the plan column count as, when there is one. */
async function planOfResult(
  database: Database,
  { planColumn }: Settings,
  plan: PlanProperty | undefined,
): Promise<{ readonly column: string; readonly values: readonly PlanValue[] } | undefined> {
  if (planColumn === undefined || plan === undefined) return undefined;
  return { column: planColumn, values: await database.rows<PlanValue>(planValuesQuery(plan, LISTED_PLANS)) };
}

/** Rows of a user who is kept, on a day up to the as-of day; of those that repeat an event id, the one that stays. */
function usedRows(
  loaded: LoadedEvents,
  {
    repeated,
    userDays,
    isWhole,
    isFiltered,
    sinceDay: firstDay,
  }: ReadDays & { readonly isFiltered: boolean; readonly sinceDay: number | undefined },
  countedNames: Sql | undefined,
): { readonly events: Sql; readonly names: Sql } {
  const { asOfDay, ceiling: limit } = userDays;
  const reading = { hasNamedPaths: false, isWhole };
  const onDays = (rows: Sql): Sql => (limit === undefined ? rows : withCeiling(rows, limit));
  const alone = onDays(repeated === undefined ? loaded.eventsQuery({ ...reading, isIdentified: false }) : repeated.once);
  const once = repeated === undefined ? alone : sql`${alone} union all by name ${KEPT_EVENTS}`;
  const isSince = firstDay === undefined ? sql`true` : sql`day >= ${firstDay}`;
  const isOnDay = sql`${isSince} and day <= ${asOfDay}`;
  const keeping = isFiltered ? sql`user_id in (select user_id from users)` : sql`user_id is not null`;
  const usedOf = (events: Sql): Sql => sql`select * from (${events}) as once_events where ${keeping} and ${isOnDay}`;
  const namesOf = (events: Sql): Sql => sql`select event, 1 as rows from (${usedOf(events)}) as used_events`;
  const events = usedOf(once);
  // What was counted by day and name says nothing of users, nor of the hours of the last possible day.
  if (countedNames === undefined || isFiltered) return { events, names: namesOf(once) };
  const isWholeDay = limit === undefined ? sql`true` : sql`day < ${limit.day}`;
  const names = [
    sql`select event, rows from (${countedNames}) as counted_names where ${isOnDay} and ${isWholeDay}`,
    ...(limit === undefined ? [] : [namesOf(sql`select * from (${alone}) as last_events where day >= ${limit.day}`)]),
    ...(repeated === undefined ? [] : [namesOf(KEPT_EVENTS)]),
  ];
  return { events, names: join(names, sql` union all `) };
}

function presetOfResult({ preset, evidence, isNamed }: ChosenPreset): ClassifyResult['preset'] {
  return { name: preset.name, title: preset.title, evidence, isNamed, unverified: preset.unverified };
}

interface ReadDays {
  readonly isWhole: boolean;
  readonly repeated: RepeatedIds | undefined;
  readonly userDays: UserDays;
}

interface ReadEvents extends ReadDays {
  readonly loaded: LoadedEvents;
  readonly inputs: readonly ManifestInput[];
  readonly people: LoadedPeople;
  readonly merged: Merged | undefined;
  readonly kept: Sql | undefined;
  readonly rows: ClassifyResult['rows'];
  readonly rejects: readonly RejectedRow[];
  readonly unknownEvents: readonly Warning[];
  readonly names: Sql | undefined;
}

/** Every pass over the files: afterwards nothing reads them any more. */
async function readEvents(io: CliIo, session: Session, options: ClassificationOptions): Promise<ReadEvents> {
  const { settings, command, head, definitions = [], ruleProperties, hasEveryUserColumn } = options;
  const { database, inputs, progress } = session;
  progress.step('checking files');
  await checkPatterns(database, definitions, settings.segments);
  const prepared = await preparePeople(session, settings);
  const identity = await loadIdentities(session, prepared, settings);
  const fromState = await options.load?.(prepared);
  let loaded =
    fromState?.loaded ??
    (await loadInputs(session, settings, command, prepared, {
      head,
      ruleProperties: ruleProperties ?? ruleRequests(definitions),
      hasEveryUserColumn,
    }));
  checkAmounts(definitions, loaded.mapping.columns.value !== null);
  const people = await loadPeople(session, prepared, identity, loaded, { settings, command: command.whole });
  const kept = people.filter && keptKindsQuery(people.filter, loaded.shape);
  const bytes = inputs.reduce((sum, { size }) => sum + size, 0);
  let countedDays = fromState?.days;
  let names = fromState?.names;
  const readDays = async (isWhole: boolean): Promise<ReadDays> => {
    const reading = { hasNamedPaths: false, isWhole };
    if (loaded.hasEventId) progress.step('comparing event ids', bytes);
    let repeated =
      fromState === undefined && loaded.hasEventId
        ? await findRepeatedIds(database, loaded.eventsQuery({ ...reading, isIdentified: true }), tiesOf(loaded.shape))
        : fromState?.repeated;
    if (repeated !== undefined && loaded.mapping.bareEventId !== undefined) {
      // What was counted leaves the rows out that then count after all.
      const { all } = repeated;
      const shape = { ...loaded.shape, valueRule: loaded.expectedRule };
      countedDays = countedDays && sql`(${countedDays}) union all by name (${dayKindsQuery(all, shape)})`;
      names = names && sql`${names} union all select day, event, 1 as rows from (${all}) as repeated_rows where user_id is not null`;
      repeated = undefined;
      loaded = withoutEventId(loaded);
    }
    const hasSessions = needsSessions(settings, loaded) || (options.readAgain !== undefined && loaded.mapping.columns.session !== null);
    const userDays = await buildUserDays(database, {
      events: repeated?.once ?? loaded.eventsQuery({ ...reading, isIdentified: false, hasSessions }),
      repeated,
      shape: loaded.shape,
      expectedRule: loaded.expectedRule,
      pauses: settings.pause,
      asOfDay: settings.asOf === undefined ? undefined : dayOfIso(settings.asOf),
      sinceDay: sinceDay(settings),
      ceiling: ceiling(io.now(), settings.timezone),
      onEvents: onEvents(database, loaded, options),
      beforePass: async (needsAll) => {
        progress.step('reading', bytes);
        await fromState?.checkEvents(needsAll);
      },
      countedDays,
      kept,
    });
    return { isWhole, repeated, userDays };
  };
  let days = await readDays(false);
  if (await hasLostRows(database, loaded, rowCount(days.userDays))) days = await readDays(true);
  const settled = await settleRows(session, loaded, days.userDays, settings, fromState?.rejects);
  const merged =
    identity &&
    (await countMerged(database, {
      aliases: identity.counts.aliases,
      repeated: days.repeated?.all,
      asOfDay: days.userDays.asOfDay,
      hasPeople: loaded.mapping.columns.person !== null,
    }));
  const rules = planRules(definitions, ruleSettings(settings, loaded, days.userDays.asOfDay));
  return {
    loaded,
    inputs: [...(fromState?.inputs ?? manifestInputs(loaded.readings)), ...manifestInputs(Object.values(people.prepared))],
    people,
    merged,
    kept,
    ...days,
    ...settled,
    unknownEvents: await findUnknownEvents(database, loaded, settings, definitions, rules, names),
    names,
  };
}

/** What has to look at every event that stayed, in one more pass. */
function onEvents(
  database: Database,
  loaded: LoadedEvents,
  { settings, readAgain, sessionsAsOfDay, definitions = [] }: ClassificationOptions,
): UserDaysSettings['onEvents'] {
  const hasEngagement = settings.by.some(({ kind }) => kind === 'engagement');
  const hasPeople = loaded.mapping.columns.person !== null;
  // Which events rules are about is the same as of every day.
  const hasRules = planRules(definitions, ruleSettings(settings, loaded, 0)).selectors.length > 0;
  if (!hasEngagement && !hasPeople && !hasRules && readAgain === undefined) return undefined;
  return async (events, shape, asOfDay) => {
    if (hasEngagement) await buildUserSessions(database, events, shape, sessionSettings(settings, loaded, sessionsAsOfDay ?? asOfDay));
    if (hasPeople) await buildEntityPeople(database, events, entityPeopleSettings(settings, loaded, asOfDay));
    if (hasRules) await buildRuleEvents(database, events, shape, planRules(definitions, ruleSettings(settings, loaded, asOfDay)));
    await readAgain?.(events, shape, asOfDay, loaded);
  };
}

/** How many rows the files gave. */
function rowCount({ counts }: UserDays): number {
  return (
    counts.used +
    (counts.filtered ?? 0) +
    (counts.beforeSince ?? 0) +
    counts.afterAsOf +
    counts.withoutUser +
    counts.rejectedTimes +
    counts.duplicate
  );
}

/** A second currency that first appears after the head of a file. */
function refuseSeveralCurrencies({ mapping }: LoadedEvents, { currencyWords }: UserDays): void {
  const words = currencyWords.map((word) => currencyWord(word) ?? word);
  const currencies = distinctCurrencies(words);
  if (currencies.length <= 1) return;
  // Codes first: the hint names the first one, and only a code can be chosen.
  const codes = currencies.filter((code) => currencyWord(code) !== undefined);
  const others = currencies.filter((code) => currencyWord(code) === undefined);
  fail('currencies-in-column', { column: mapping.columns.currency ?? '', currencies: [...codes, ...others] });
}

/** The row counts, refused when too many rows or amounts are unreadable; lists the first rejects. */
async function settleRows(
  { database, spoolDirectory, signal }: Session,
  loaded: LoadedEvents,
  userDays: UserDays,
  settings: Settings,
  known: readonly RejectedRow[] | undefined,
): Promise<{ readonly rows: ClassifyResult['rows']; readonly rejects: readonly RejectedRow[] }> {
  const { counts } = userDays;
  const unlike = loaded.records - rowCount(userDays);
  if (unlike < 0) throw new Error(`${-unlike} more rows than records`);
  const rejected = unlike + counts.rejectedTimes;
  const { used, afterAsOf, beforeSince, withoutUser, duplicate, filtered } = counts;
  const rows = { total: loaded.records, used, rejected, duplicate, filtered, afterAsOf, beforeSince, withoutUser };
  const rejects =
    rejected === 0 && settings.rejects === undefined
      ? []
      : (known?.slice(0, LISTED_REJECTS) ??
        (await findRejects(database, loaded, {
          count: rejected,
          listed: LISTED_REJECTS,
          path: settings.rejects,
          spoolDirectory,
          signal,
        })));
  checkRejects(rows, counts.badAmounts, rejectBound(settings), rejects);
  return { rows, rejects };
}

/** The clock and a day: no later event can become the as-of date (PRODUCT §1). */
function ceiling(now: Date, timezone: string): Ceiling {
  const limit = new Date(now.getTime() + DAY_MS);
  return { instant: limit.toISOString().slice(0, -1), day: dayInZone(limit, timezone) };
}

interface Frozen {
  readonly scale: FrozenScale;
  /** Decimals of money that hold both the frozen edges and the amounts of this input. */
  readonly moneyScale: number;
  readonly basis: RfmBasis;
}

function frozenScale({ populationGaps, edges }: FrozenRun, path: string, model: RfmModel, inputScale: number): Frozen {
  refuseOtherScales(edges, path, model);
  const decimals = Math.max(0, ...(edges.monetary ?? []).map((edge) => edge.split('.')[1]?.length ?? 0));
  const moneyScale = Math.max(inputScale, Math.min(decimals - EDGE_DECIMALS, MOST_MONEY_SCALE));
  const units = (texts: readonly string[] | null, scale: number): bigint[] | null =>
    texts === null
      ? null
      : texts.map((text) => edgeUnits(text, scale) ?? fail('frozen-edge', { edge: text, decimals: scale + EDGE_DECIMALS }));
  return {
    moneyScale,
    basis: edges.monetary === null ? 'activity' : 'orders',
    scale: {
      gaps: populationGaps,
      edges: { recency: units(edges.recency_days, 0), frequency: units(edges.frequency, 0), monetary: units(edges.monetary, moneyScale) },
      // The manifest does not say whether these edges were cut among repeat buyers, and this input's share of one-time buyers is another.
      isFrequencySplit: false,
    },
  };
}

/** Frozen edges must make the scores that the model has, and be its own cut points where it has them. */
function refuseOtherScales(edges: ManifestEdges, path: string, model: RfmModel): void {
  const frozen: Record<RfmMetric, readonly string[] | null> = {
    recency: edges.recency_days,
    frequency: edges.frequency,
    monetary: edges.monetary,
  };
  for (const metric of RFM_METRICS) {
    const { scores, edges: own } = model.scales[metric];
    const found = frozen[metric];
    if (found === null) continue;
    const isOwn =
      own === null || (own.length === found.length && own.every((edge, index) => edge === hundredthsOfDecimal(found[index] ?? '')));
    if (found.length !== scores - 1 || !isOwn) fail('frozen-model', { path, metric, frozen: found, model: model.name, scores });
  }
}

/** The edge in hundredths of a unit; undefined when it is none that a run can have written. */
function edgeUnits(text: string, scale: number): bigint | undefined {
  const units = hundredthsOfDecimal(text, scale);
  return units !== undefined && units > -LARGEST_EDGE && units < LARGEST_EDGE ? units : undefined;
}

/** What was found about ids, without naming one. */
function withoutIds(ids: IdChecks): IdChecks {
  return { ...ids, dominant: ids.dominant === null ? null : '' };
}
