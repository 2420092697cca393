import { summariseMembers } from '../analysis/classify/summarise.js';
import type { Holdout } from '../analysis/split/holdout.js';
import { markHoldout } from '../analysis/transitions/mark-holdout.js';
import type { TransitionsReport } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { CONTAINER, findInputs } from '../input/sources.js';
import { type PseudonymKey, withPseudonyms } from '../membership/pseudonyms.js';
import { type ManifestDraft, settingsHash } from '../membership/publish/manifest.js';
import type { OutputFolder, PublishedFile } from '../membership/publish/output-folder.js';
import { writeMoveFiles } from '../membership/write-move-files.js';
import { segmentationsOf } from '../segmentation/index.js';
import { isMoneyDecisive } from '../segmentation/rfm/rfm-model.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import type { ScriptStep } from '../sql/render-script.js';
import { sql } from '../sql/sql.js';
import { dayNumber, isoOfDay, monthsBefore } from '../time/day.js';
import { pausedDaysBetween } from '../time/pauses.js';
import { askedHoldout } from './asked-holdout.js';
import { askedSegments, withSegments } from './asked-segments.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { checkTempDir } from './check-temp-dir.js';
import type { Classification } from './classification.js';
import { classifyBothDates } from './classify-both-dates.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import type { CliIo } from './io.js';
import { loadRfmModel } from './load-rfm-model.js';
import { manifestInputs } from './manifest-inputs.js';
import { type MovedSegmentation, movedSegmentation } from './moved-segmentation.js';
import { findMovesBetween } from './moves-between.js';
import { openMovesFolder, publishMoves, showMoves } from './moves-output.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { scriptOf, writeScript } from './print-script.js';
import { readPseudonymKey } from './read-pseudonym-key.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Reads the files once, prints who moved between two dates, and publishes the files of them where a folder is named. */
export async function showTransitions(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const { from } = settings;
  if (from === undefined)
    return fail('missing-option', {
      option: '--from',
      command: 'segment transitions',
    });
  if (settings.to !== undefined && from >= settings.to) fail('from-not-before-to', { from, to: settings.to });
  const holdout = askedHoldout(settings);
  const { key, warnings } = readPseudonymKey(io, settings);
  io.stderr.write(presentWarnings(warnings));
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = askedSegments(settings, settings.movesSegmentation, rfmModel, command);
  const moved = movedSegmentation(settings.movesSegmentation, rfmModel);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  const out = settings.movesOut;
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out, cwd: io.cwd });
  checkTempDir(settings.tempDir, out, io.cwd);
  // From here on a signal must not end the process before the lock and the staging folder are gone.
  const offInterrupt = io.onInterrupt(() => {});
  let folder: OutputFolder | undefined;
  try {
    // The files too: a link in an input folder may lead to the output.
    const paths = [...settings.inputs, ...read.filter(({ format }) => format !== CONTAINER.stdin).map(({ name }) => name)];
    folder = await openMovesFolder(io, settings, paths, moved.segments);
    await withSession(io, settings, { inputs, people, output: folder }, async (session) => {
      const started = io.now().getTime();
      const classification = await classifyBothDates(io, session, { settings, rfmModel, moved, definitions, from, command, skippedFiles });
      session.progress.step('comparing dates');
      const { report, steps, staged } = await compareDates(session, classification, settings, {
        moved,
        definitions,
        from,
        holdout,
        folder,
        pseudonymKey: key,
      });
      const files =
        folder &&
        staged &&
        (await publish(io, session, folder, classification, {
          report,
          settings,
          definitions,
          staged,
          started,
          pseudonyms: key?.fingerprint,
        }));
      session.progress.finish(classification.result.rows.total);
      if (settings.movesSql) {
        const read = { ...settings, by: moved.further };
        writeScript(io, scriptOf(classification, read, command.whole, { steps, result: 'moves', hasDatedRules: true }));
      } else showMoves(io, report, settings, out === undefined || files === undefined ? null : { directory: out, files });
      io.stderr.write(presentWarnings(classification.result.warnings));
    });
  } finally {
    await folder?.discard();
    offInterrupt();
  }
}

/** Files that are written but not published, and the scale of the later date. */
interface Staged {
  readonly files: readonly PublishedFile[];
  readonly scale: Pick<ManifestDraft, 'population_gaps' | 'edges'>;
}

async function stage(
  { database, progress }: Session,
  folder: OutputFolder,
  { memberSettings, result }: Classification,
  { spreadsheetSafe, holdout }: Settings,
  segments: readonly string[],
  pseudonymKey: PseudonymKey | undefined,
): Promise<Staged> {
  progress.step('writing files');
  const { moneyScale, rfmModel, lookbackDays } = memberSettings;
  const files = await withPseudonyms(database, pseudonymKey, ['moves'], () =>
    writeMoveFiles(database, folder, { segments, spreadsheetSafe, hasHoldout: holdout !== undefined }),
  );
  const { basis } = result.rfm;
  const segmentations = segmentationsOf(rfmModel);
  const { populationGaps, rfm } = await summariseMembers(database, {
    basis,
    lookbackDays,
    moneyScale,
    rfmModel,
    segmentations,
    further: [],
  });
  const edges = rfm.edges && { recency_days: rfm.edges.recencyDays, frequency: rfm.edges.frequency, monetary: rfm.edges.monetary };
  return { files, scale: { population_gaps: populationGaps, edges } };
}

function publish(
  io: CliIo,
  { signal }: Session,
  folder: OutputFolder,
  { loaded, people, frozen, result }: Classification,
  {
    report,
    settings,
    definitions,
    staged: { files, scale },
    started,
    pseudonyms,
  }: {
    readonly report: TransitionsReport;
    readonly settings: Settings;
    readonly definitions: readonly SegmentDefinition[];
    readonly staged: Staged;
    readonly started: number;
    readonly pseudonyms: string | undefined;
  },
): Promise<number> {
  const manifest = {
    as_of: result.asOf,
    as_of_chosen: result.asOfChosen,
    timezone: result.timezone,
    settings: decisiveSettings('transitions', withSegments(settings, definitions), result.rfm.model, frozen, people.prepared),
    ...scale,
    inputs: manifestInputs([...loaded.readings, ...Object.values(people.prepared)]),
    started,
    pseudonyms,
  };
  return publishMoves(io, signal, folder, report, { files, manifest });
}

async function compareDates(
  session: Session,
  classification: Classification,
  settings: Settings,
  {
    moved,
    definitions,
    from,
    holdout,
    folder,
    pseudonymKey,
  }: {
    readonly moved: MovedSegmentation;
    readonly definitions: readonly SegmentDefinition[];
    readonly from: string;
    readonly holdout: Holdout | undefined;
    readonly folder: OutputFolder | undefined;
    readonly pseudonymKey: PseudonymKey | undefined;
  },
): Promise<{ readonly report: TransitionsReport; readonly steps: readonly ScriptStep[]; readonly staged: Staged | undefined }> {
  const { result, frozen, people, memberSettings } = classification;
  const { asOfDay: toDay, firstDay } = memberSettings;
  const fromDay = dayNumber(from);
  if (fromDay >= toDay) fail('from-not-before-newest', { from, asOf: result.asOf });
  if (fromDay < firstDay) fail('nobody-before-from', { from, first: isoOfDay(firstDay) });
  const { moves, scale, notes, steps } = await findMovesBetween(session.database, classification, settings, {
    moved,
    definitions,
    fromDay,
    toDay,
  });
  const segments = moves.segments.filter((segment) => segment !== null);
  const heldOut = holdout && (await markHoldout(session.database, holdout, segments));
  // What follows makes the tables anew.
  const staged = folder && (await stage(session, folder, classification, settings, segments, pseudonymKey));
  const [earlierFrom, earlierTo] = [monthsBefore(fromDay, 12), monthsBefore(toDay, 12)];
  const yearEarlier = (await isReached(
    session,
    classification,
    earlierFrom,
    settings.freeze !== undefined && result.rfm.basis === 'orders',
  ))
    ? (
        await findMovesBetween(session.database, classification, settings, {
          moved,
          definitions,
          fromDay: earlierFrom,
          toDay: earlierTo,
        })
      ).moves
    : null;
  const hash = settingsHash(
    decisiveSettings('transitions', withSegments(settings, definitions), memberSettings.rfmModel, frozen, people.prepared),
  );
  return {
    report: {
      ...moves,
      timezone: result.timezone,
      entity: result.entity,
      rows: result.rows,
      filters: result.filters,
      settingsHash: hash,
      scale,
      holdout: heldOut,
      yearEarlier,
      notes,
    },
    steps,
    staged,
  };
}

/** Whether there is anything to compare as of that day. */
async function isReached(
  { database }: Session,
  { memberSettings: { firstDay, pauses, rfmModel } }: Classification,
  day: number,
  needsOrders: boolean,
): Promise<boolean> {
  if (day < firstDay || pausedDaysBetween(firstDay, day, pauses) > day - firstDay) return false;
  if (!needsOrders && !isMoneyDecisive(rfmModel)) return true;
  const [row] = await database.rows<{ has_orders: boolean }>(sql`
    select coalesce(bool_or(order_rows > 0), false) as has_orders
    from user_days
    where user_id is not null
      and day <= ${day}`);
  return row?.has_orders === true;
}
