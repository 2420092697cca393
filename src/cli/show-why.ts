import type { ClassifyResult } from '../analysis/classify/classify-result.js';
import { type CausedFlow, countCauses } from '../analysis/transitions/count-causes.js';
import { flowsQuery, pairsQuery } from '../analysis/transitions/pairs-query.js';
import type { Flow } from '../analysis/transitions/transitions-result.js';
import { keyOf } from '../config/options.js';
import { resolveSettings, type Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { findRepeatedIds, tiesOf } from '../input/remove-duplicates.js';
import { findInputFiles } from '../input/sources.js';
import { storedEvents } from '../input/stored-events.js';
import { WHY_REPORTERS } from '../report/reporters/index.js';
import { segmentationsOf } from '../segmentation/index.js';
import { DEFAULT_RFM_MODEL } from '../segmentation/rfm/models/index.js';
import { ownName } from '../segmentation/rules/own-name.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import { ident, type Sql, sql } from '../sql/sql.js';
import { countRowsUpTo } from '../state/count-rows.js';
import { findStored, type KeptInput } from '../state/event-store.js';
import { inOrderOfDate } from '../state/retained-runs.js';
import { ledgerDifference, pointerAfter } from '../state/run-ledger.js';
import { type StateSurvey, type SurveyedRun, surveyState } from '../state/survey-state.js';
import type { WhyReport, WhySize } from '../state/why-result.js';
import { dayNumber } from '../time/day.js';
import { classifyFiles, type KeptEvents } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { openRuns, runsInOrder } from './diff-runs.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { listedRun } from './listed-run.js';
import { movedSegmentation } from './moved-segmentation.js';
import { frozenManifest, type OldOnNew, oldOnNew } from './old-settings.js';
import { publishedSegments } from './published-segments.js';
import type { GivenLayers } from './read-settings.js';
import { type Session, withSession } from './session.js';
import { settingDifferences } from './setting-differences.js';
import { compareMemberships, loadMembership, type Membership, modelOf } from './show-folder-moves.js';

/** The two runs of a word such as `last~1..last`; of one run, the one before it and it; by default the last two. */
function namedRuns(word: string | undefined, survey: StateSurvey): [SurveyedRun, SurveyedRun] {
  const [first, last, ...more] = (word ?? 'last~1..last').split('..');
  if (more.length > 0 || first === undefined || first === '' || last === '') fail('why-word', { word: word ?? '' });
  if (last !== undefined) return runsInOrder(survey, [first, last]);
  const byDate = inOrderOfDate(survey.pointer.runs);
  const { id } = runsInOrder(survey, [byDate[0]?.id ?? first, first])[1].run;
  return runsInOrder(survey, [byDate[byDate.findIndex((run) => run.id === id) - 1]?.id ?? first, id]);
}

/**
 * Says what changed between two runs: data, definitions, or people. Where definitions differ, the settings of the earlier run are run on the data
 * of the later one; nothing is locked or written. Errors: `why-word`, `why-one-run`, those of `surveyState`, `runsInOrder` and `openRuns`.
 */
export async function showWhy(io: CliIo, { layers }: GivenLayers, word: string | undefined, command: GivenCommand): Promise<void> {
  const settings = resolveSettings('why', layers, io.now());
  const base = resolveSettings('run', layers, io.now());
  const survey = await surveyState(settings.state, io.cwd);
  if (word === undefined && survey.pointer.runs.length < 2)
    fail('why-one-run', { directory: settings.state, runs: survey.pointer.runs.length });
  const report = await why(io, { settings, base, command }, survey, namedRuns(word, survey));
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  if (settings.json) io.stdout.write(WHY_REPORTERS.json.render(report, options));
  else if (!settings.quiet) io.stdout.write(WHY_REPORTERS.terminal.render(report, options));
}

interface Asked {
  readonly settings: Settings;
  readonly base: Settings;
  readonly command: GivenCommand;
}

async function why(
  io: CliIo,
  { settings, base, command }: Asked,
  survey: StateSurvey,
  [before, after]: readonly [SurveyedRun, SurveyedRun],
): Promise<WhyReport> {
  const { directory } = survey;
  const memberships = await openRuns(survey, [before, after], io.cwd);
  const [earlier, later] = memberships;
  const definitions = settingDifferences(earlier.settings, later.settings);
  const [pointerBefore, pointerNow] = [pointerAfter(directory, before.run.id), pointerAfter(directory, after.run.id)];
  const way =
    definitions.length === 0
      ? undefined
      : await oldOnNew({
          stateDirectory: directory,
          cwd: io.cwd,
          command,
          base,
          before: { id: before.run.id, kept: before.kept, settings: earlier.settings },
          after: { id: after.run.id, asOf: after.run.asOf, kept: after.kept, settings: later.settings },
          ledger: pointerNow,
        });
  const told = way === undefined || 'untold' in way ? undefined : way;
  const kept = (pointerNow?.inputs ?? []).map((input) => findStored(directory, { folder: input.folder, hasEvents: true }));
  const stored = kept.every((one) => one !== undefined) && kept.length > 0 ? kept : undefined;
  const isReadAlike = way === undefined || told?.kept !== undefined;
  const access = {
    inputs: told?.files ?? [],
    people: told?.people ?? {},
    members: [
      ...memberships.map(({ input }) => input),
      ...(await findInputFiles(
        (stored ?? []).map(({ path }) => path),
        io.cwd,
      )),
    ],
    output: undefined,
  };
  return withSession(io, { ...settings, maxExpand: base.maxExpand }, access, async (session) => {
    const { database, progress } = session;
    progress.step('reading members');
    const own = { earlier: [...publishedSegments(earlier.settings).keys()], later: [...publishedSegments(later.settings).keys()] };
    await loadMembership(session, base, earlier, { table: 'members_before', marks: own.earlier });
    await loadMembership(session, base, later, { table: 'members_now', marks: own.later });
    const middle = told && (await membersByOldSettings(io, session, told, earlier, command));
    await database.run(
      sql`create or replace temp table members_after as select * from ${middle === undefined ? sql`members_now` : sql`members`} order by user_id`,
    );
    const pair = [
      earlier,
      middle === undefined ? later : { ...later, ...middle, settings: earlier.settings, summary: earlier.summary },
    ] as const;
    progress.step('comparing runs');
    const status = await causesOf(database, 'status', pair);
    const sizes = [
      ...(await sizesOf(database, { pair, own, hasMiddle: middle !== undefined, isTold: way === undefined || told !== undefined, status })),
    ];
    return {
      state: settings.state,
      before: listedRun(before),
      after: listedRun(after),
      data: {
        files: pointerBefore && pointerNow ? ledgerDifference(pointerBefore.inputs, pointerNow.inputs) : null,
        rowsBefore: before.run.rows,
        rowsAfter: after.run.rows,
        lateRows: stored !== undefined && isReadAlike ? await lateRows(database, before, stored, dedupDaysOf(after, base)) : null,
      },
      definitions,
      untold: way !== undefined && 'untold' in way ? way.untold : null,
      people: peopleOf(status),
      byDefinitions:
        way === undefined ? { moved: 0, entered: 0, left: 0 } : middle === undefined ? null : await movedByDefinitions(database),
      sizes,
    };
  });
}

/** Classifies the data of the later run by the settings of the earlier one, as the table `members`. */
async function membersByOldSettings(
  io: CliIo,
  session: Session,
  { old, kept }: OldOnNew,
  earlier: Membership,
  command: GivenCommand,
): Promise<Pick<Membership, 'populationGaps' | 'edges'>> {
  const { database, spoolDirectory } = session;
  const { definitions, rfmModel, settings } = old;
  const freeze = settings.freeze && frozenManifest(earlier.settings, spoolDirectory);
  const load =
    kept &&
    (async (people: object): Promise<KeptEvents> => {
      const files = kept.inputs.flatMap(({ folder }) => kept.stored.get(folder) ?? []);
      const loaded = storedEvents(files, { hasIdentity: '--identity' in people });
      const events = loaded.eventsQuery({ isIdentified: true, hasNamedPaths: false, isWhole: false });
      return {
        loaded,
        inputs: kept.inputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
        rejects: files.flatMap(({ rejects }) => rejects),
        repeated: loaded.hasEventId ? await findRepeatedIds(database, events, tiesOf(loaded.shape), settings.dedupDays) : undefined,
        days: undefined,
        names: undefined,
        checkEvents: async () => {},
      };
    });
  const { result } = await classifyFiles(io, session, {
    settings: { ...settings, freeze },
    rfmModel,
    definitions,
    keepDays: false,
    command,
    load,
  });
  return { populationGaps: result.populationGaps, edges: edgesOf(result) };
}

function edgesOf({ rfm: { edges } }: ClassifyResult): Membership['edges'] {
  return edges === null ? null : { recency_days: edges.recencyDays, frequency: edges.frequency, monetary: edges.monetary };
}

/** Who moved in a segmentation from `members_before` to `members_after`, by cause. */
async function causesOf(database: Database, segmentation: string, pair: readonly [Membership, Membership]): Promise<CausedFlow[]> {
  const moved = movedSegmentation(segmentation, modelOf(pair[0]) ?? DEFAULT_RFM_MODEL);
  const asked = { movesSegmentation: moved.name, spreadsheetSafe: false, holdout: undefined, salt: undefined };
  await compareMemberships(database, asked, { moved, holdout: undefined }, pair);
  return countCauses(database);
}

/** Rows of days up to the earlier date that count: those that are kept now, less those that were there. */
async function lateRows(
  database: Database,
  { run, summary }: SurveyedRun,
  stored: readonly KeptInput[],
  dedupDays: number,
): Promise<number | null> {
  const rows = summary['rows'];
  if (typeof rows !== 'object' || rows === null) return null;
  const ofDays = ['used', 'filtered', 'before_since'].map((key) => (rows as Readonly<Record<string, unknown>>)[key] ?? 0);
  const were = ofDays.reduce<number>((sum, count) => sum + Number(count), 0);
  // A column that is only called `id` is one of event ids where no value repeats.
  const hasIds = stored.some(({ facts }) => facts.hasEventId && facts.mapping.bareEventId === undefined);
  return (await countRowsUpTo(database, stored, { day: dayNumber(run.asOf), within: hasIds ? dedupDays : undefined })) - were;
}

function dedupDaysOf({ kept }: SurveyedRun, { dedupDays }: Settings): number {
  const days = kept?.settings.options[keyOf('dedupDays')];
  return typeof days === 'number' ? days : dedupDays;
}

/** Only moves and entrances have a cause: who left did so as rows or the people there are changed. */
function isData({ change, cause }: CausedFlow): boolean {
  return cause === 'late_data' || change === 'left';
}

function peopleOf(flows: readonly CausedFlow[]): WhyReport['people'] {
  const users = (is: (flow: CausedFlow) => boolean): number => flows.reduce((sum, flow) => (is(flow) ? sum + flow.users : sum), 0);
  const moved = (cause: CausedFlow['cause']) => users((flow) => flow.change === 'moved' && flow.cause === cause);
  return {
    user: moved('user'),
    late_data: moved('late_data'),
    threshold: moved('threshold'),
    entered: users(({ change, cause }) => change === 'entered' && cause !== 'late_data'),
    entered_late: users(({ change, cause }) => change === 'entered' && cause === 'late_data'),
    left: users(({ change }) => change === 'left'),
  };
}

interface SizesAsked {
  readonly pair: readonly [Membership, Membership];
  readonly own: { readonly earlier: readonly string[]; readonly later: readonly string[] };
  /** Whether `members_after` is of the earlier settings, and `members_now` of the later ones. */
  readonly hasMiddle: boolean;
  readonly isTold: boolean;
  readonly status: readonly CausedFlow[];
}

/** Everybody, statuses, RFM segments and own segments, each with what changed its size. */
async function sizesOf(database: Database, { pair, own, hasMiddle, isTold, status }: SizesAsked): Promise<WhySize[]> {
  const now = hasMiddle ? sql`members_now` : sql`members_after`;
  const count = async (members: Sql, column: Sql): Promise<ReadonlyMap<string, number>> => {
    const rows = await database.rows<{ segment: string; users: number }>(sql`
      select ${column} as segment,
             count(*) as users
      from ${members}
      where ${column} is not null
      group by segment
      order by segment`);
    return new Map(rows.map(({ segment, users }) => [segment, users]));
  };
  const part = (
    segmentation: string | null,
    segment: string,
    flows: readonly CausedFlow[],
    [before, after]: readonly [number, number],
  ): WhySize => {
    if (!isTold) return { segmentation, segment, before, data: null, people: null, definitions: null, after };
    const users = (is: (flow: CausedFlow) => boolean): number => flows.reduce((sum, flow) => (is(flow) ? sum + flow.users : sum), 0);
    const isFrom = ({ change, from }: Flow): boolean => change !== 'entered' && (segmentation === null || from === segment);
    const isTo = ({ change, to }: Flow): boolean => change !== 'left' && (segmentation === null || to === segment);
    if (users(isFrom) !== before) throw new Error(`${segment} has ${before} users and moves of ${users(isFrom)}`);
    const byOld = users(isTo);
    const data = users((flow) => isData(flow) && isTo(flow)) - users((flow) => isData(flow) && isFrom(flow));
    return { segmentation, segment, before, data, people: byOld - before - data, definitions: after - byOld, after };
  };
  const parts = async (name: string, column: Sql, flows: readonly CausedFlow[]): Promise<WhySize[]> => {
    const [were, are] = [await count(sql`members_before`, column), await count(now, column)];
    const known = segmentationsOf(modelOf(pair[1]) ?? DEFAULT_RFM_MODEL).find((one) => one.name === name)?.segments ?? [];
    const found = new Set([...were.keys(), ...are.keys(), ...flows.flatMap(({ from, to }) => [from, to].filter((end) => end !== null))]);
    const inOrder = known.map((segment) => segment.name).filter((segment) => found.has(segment));
    const others = [...found].filter((segment) => !inOrder.includes(segment)).sort();
    return [...inOrder, ...others].map((segment) => part(name, segment, flows, [were.get(segment) ?? 0, are.get(segment) ?? 0]));
  };
  const everybody = sql`'everybody'`;
  const all = [await count(sql`members_before`, everybody), await count(now, everybody)].map((users) => users.get('everybody') ?? 0);
  const sizes = [
    part(null, 'everybody', status, [all[0] ?? 0, all[1] ?? 0]),
    ...(await parts('status', sql`status`, status)),
    ...(await parts('rfm', sql`rfm_segment`, await causesOf(database, 'rfm', pair))),
  ];
  for (const name of new Set([...own.later, ...own.earlier])) {
    // A segment that a run does not have is nobody's there.
    const sized = async (members: Sql, names: readonly string[]): Promise<number> =>
      names.includes(name) ? ((await count(members, sql`case when ${ident(name)} then ${name} end`)).get(name) ?? 0) : 0;
    const isInBoth = own.earlier.includes(name) && (hasMiddle || own.later.includes(name));
    const flows = isInBoth && isTold ? await causesOf(database, ownName(name), pair) : [];
    sizes.push(part(OWN_SEGMENTATION, name, flows, [await sized(sql`members_before`, own.earlier), await sized(now, own.later)]));
  }
  return sizes;
}

/** Users of another status by the later definitions than by the earlier ones, on the same data. */
async function movedByDefinitions(database: Database): Promise<NonNullable<WhyReport['byDefinitions']>> {
  const rows = (members: Sql): Sql => sql`(
      select user_id,
             status as segment
      from ${members}
    )`;
  const flows = await database.rows<Flow>(flowsQuery(sql`(${pairsQuery(rows(sql`members_after`), rows(sql`members_now`))}) as pairs`));
  const users = (change: Flow['change']): number => flows.reduce((sum, flow) => (flow.change === change ? sum + flow.users : sum), 0);
  return { moved: users('moved'), entered: users('entered'), left: users('left') };
}
