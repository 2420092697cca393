import { findInMembers } from '../analysis/lint/data-findings.js';
import { makeProbes } from '../analysis/lint/lint-probes.js';
import type { LintData, LintFinding } from '../analysis/lint/lint-result.js';
import { findInWindows } from '../analysis/lint/window-findings.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import type { MessageData } from '../errors/messages.js';
import { didYouMean } from '../errors/nearest.js';
import { SegmentError } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { checkRulesAgainst } from '../segmentation/rules/check-segments.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf, mentionsOf } from '../segmentation/rules/rule-leaves.js';
import { type Sql, sql } from '../sql/sql.js';
import { dayNumber } from '../time/day.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { classifyFiles } from './classification.js';
import type { GivenCommand } from './command-line.js';
import type { CliIo } from './io.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** With more names than this, events are no list that somebody could have misspelled one of. */
const MOST_NAMES = 10_000;
/** It is said of the rules, with their places. */
const SAID_OTHERWISE = 'unknown_events';

interface Ruled {
  readonly definitions: readonly SegmentDefinition[];
  readonly rfmModel: RfmModel;
  readonly command: GivenCommand;
}

interface Linted {
  readonly data: LintData;
  readonly findings: readonly LintFinding[];
}

/** Classifies without writing anything, and says what is odd about own segments on these data: of those whose properties have no column nothing but that. */
export async function lintData(io: CliIo, settings: Settings, ruled: Ruled): Promise<Linted> {
  let definitions = ruled.definitions;
  let remnants: readonly SegmentDefinition[] = [];
  const unknown: LintFinding[] = [];
  const placed = (findings: readonly LintFinding[], among: readonly SegmentDefinition[]): LintFinding[] =>
    findings.map((finding) => ({ ...finding, index: ruled.definitions.findIndex(({ name }) => name === among[finding.index]?.name) }));
  for (;;) {
    try {
      const { data, findings } = await lintKnown(io, settings, { ...ruled, definitions, remnants });
      return { data, findings: [...unknown, ...placed(findings, definitions)] };
    } catch (error) {
      const missing = error instanceof SegmentError ? error.dataOf('rule-column-unknown') : undefined;
      const asking = [...definitions, ...remnants];
      const found = missing === undefined ? [] : findUnknownProperty(asking, missing);
      // What came from standard input is gone.
      if (missing === undefined || found.length === 0 || settings.inputs.includes('-')) throw error;
      unknown.push(...placed(found, asking));
      const broken = new Set(found.map(({ index }) => index));
      const whole = withoutThem(definitions, broken);
      remnants = asking.filter((_, index) => !whole.has(index)).flatMap((definition) => remnantOf(definition, missing.column));
      definitions = definitions.filter((_, index) => whole.has(index));
    }
  }
}

/** What else a rule asks for beside a property that there is not: nothing is counted of it, but its other properties are looked for. */
function remnantOf(definition: SegmentDefinition, column: string): SegmentDefinition[] {
  const leaves = leavesOf(definition.rule).filter(
    (leaf) => leaf.kind !== 'segment' && !mentionsOf(leaf).some(({ kind, name }) => kind !== 'event' && name === column),
  );
  return leaves.length === 0 ? [] : [{ ...definition, rule: { kind: 'any', rules: leaves, span: definition.span } }];
}

/** The places of definitions that are not among those left out, and refer to none of them. */
function withoutThem(definitions: readonly SegmentDefinition[], leftOut: ReadonlySet<number>): ReadonlySet<number> {
  const names = new Set([...leftOut].map((index) => definitions[index]?.name));
  const refers = ({ rule }: SegmentDefinition): boolean =>
    leavesOf(rule).some((leaf) => leaf.kind === 'segment' && names.has(leaf.segment));
  const further = [...definitions.keys()].filter((index) => !leftOut.has(index) && definitions.slice(index, index + 1).some(refers));
  if (further.length > 0) return withoutThem(definitions, new Set([...leftOut, ...further]));
  return new Set([...definitions.keys()].filter((index) => !leftOut.has(index)));
}

/** Wherever rules ask for a property of that kind; properties of events are looked for first. */
function findUnknownProperty(
  definitions: readonly SegmentDefinition[],
  { column, nearest }: MessageData<'rule-column-unknown'>,
): LintFinding[] {
  const mentions = definitions.flatMap(({ rule }, index) =>
    leavesOf(rule)
      .flatMap(mentionsOf)
      .filter(({ kind, name }) => kind !== 'event' && name === column)
      .map((mention) => ({ ...mention, index })),
  );
  const kind = mentions.some((mention) => mention.kind === 'event_property') ? 'event_property' : 'user_property';
  return mentions
    .filter((mention) => mention.kind === kind)
    .map(({ index, span }) => ({
      index,
      code: 'unknown-property',
      span,
      message: `no column holds the property ${column}${didYouMean(nearest)}`,
      hint: 'Write the name as the files have it; segment inspect lists the properties.',
    }));
}

async function lintKnown(
  io: CliIo,
  settings: Settings,
  { definitions, remnants, rfmModel, command }: Ruled & { readonly remnants: readonly SegmentDefinition[] },
): Promise<Linted> {
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  const probes = makeProbes(definitions);
  let found: Linted | undefined;
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    let unknown: readonly LintFinding[] = [];
    const { result, rules } = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions: [...definitions, ...probes.map(({ definition }) => definition), ...remnants],
      keepDays: true,
      command,
      skippedFiles,
      readAgain: async (events, _shape, _asOfDay, loaded) => {
        unknown = await findUnknown(session.database, events, definitions, [...loaded.eventNames.keys()]);
      },
    });
    session.progress.step('looking over');
    const history = { firstDay: dayNumber(result.period.first), asOfDay: dayNumber(result.asOf), pauses: settings.pause };
    const findings = [
      ...unknown,
      ...findInWindows(definitions, history),
      ...(rules === undefined
        ? []
        : await findInMembers(session.database, { plan: rules, definitions, probes, sameParts: settings.sameShare })),
    ];
    session.progress.finish(result.rows.total);
    found = { data: { asOf: result.asOf, users: result.users }, findings };
    io.stderr.write(presentWarnings(result.warnings.filter(({ code }) => code !== SAID_OTHERWISE)));
  });
  if (found === undefined) throw new Error('the session has ended without a result');
  return found;
}

/** Events of rules that no row holds. The names of all events are listed where those of the heads of the files do not show all of them. */
async function findUnknown(
  database: Database,
  events: Sql,
  definitions: readonly SegmentDefinition[],
  inHeads: readonly string[],
): Promise<LintFinding[]> {
  const absent = (names: readonly string[]) =>
    checkRulesAgainst(definitions, { events: names, eventProperties: [], userProperties: [] }).filter(({ kind }) => kind === 'event');
  if (absent(inHeads).length === 0) return [];
  const rows = await database.rows<{ event: string }>(sql`
    select distinct event
    from (${events}) as all_events
    where event is not null
    order by event
    limit ${MOST_NAMES}`);
  if (rows.length === MOST_NAMES) return [];
  const missing = absent(rows.map(({ event }) => event));
  const mentions = definitions.flatMap(({ rule }) => leavesOf(rule).flatMap(mentionsOf)).filter(({ kind }) => kind === 'event');
  // Of several names for the same thing, one that occurs is enough.
  const needed = missing.filter(
    ({ span }) => mentions.filter((one) => one.span === span).length === missing.filter((one) => one.span === span).length,
  );
  return needed.map(({ index, span, name, nearest }) => ({
    index,
    code: 'unknown-event',
    span,
    message: `no row holds the event ${name}${didYouMean(nearest)}`,
    hint: 'Write the name as the files have it; segment inspect lists the events.',
  }));
}
