import type { TransitionsReport } from '../analysis/transitions/transitions-result.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { findInputs } from '../input/sources.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { TRANSITIONS_REPORTERS } from '../report/reporters/index.js';
import { isMoneyDecisive } from '../segmentation/rfm/rfm-model.js';
import { sql } from '../sql/sql.js';
import { dayOfIso, isoOfDay } from '../time/day.js';
import { pausedDaysBetween } from '../time/pauses.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { findMovesBetween } from './moves-between.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Reads the files once, and prints who moved between two dates. */
export async function showTransitions(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const { from } = settings;
  if (from === undefined)
    return fail('missing-option', {
      option: '--from',
      command: 'segment transitions',
    });
  if (settings.to !== undefined && from >= settings.to) fail('from-not-before-to', { from, to: settings.to });
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({
    path: settings.rejects,
    inputs: read,
    inputPaths: settings.inputs,
    out: undefined,
    cwd: io.cwd,
  });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const dated = { ...settings, asOf: settings.to };
    const classification = await classifyFiles(io, session, {
      settings: dated,
      rfmModel,
      keepDays: true,
      command,
      skippedFiles,
    });
    session.progress.step('comparing dates');
    const report = await compareDates(session, classification, settings, from);
    session.progress.finish(classification.result.rows.total);
    show(io, report, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

async function compareDates(
  session: Session,
  classification: Classification,
  settings: Settings,
  from: string,
): Promise<TransitionsReport> {
  const { result, frozen, people, memberSettings } = classification;
  const { asOfDay: toDay, firstDay } = memberSettings;
  const fromDay = dayOfIso(from);
  if (fromDay === undefined) throw new Error(`${from} is no day`);
  if (fromDay >= toDay) fail('from-not-before-newest', { from, asOf: result.asOf });
  if (fromDay < firstDay) fail('nobody-before-from', { from, first: isoOfDay(firstDay) });
  const { moves, scale, notes } = await findMovesBetween(session.database, classification, settings, { fromDay, toDay });
  const [earlierFrom, earlierTo] = [yearBefore(fromDay), yearBefore(toDay)];
  const yearEarlier =
    earlierFrom !== undefined && earlierTo !== undefined && (await isReached(session, classification, earlierFrom))
      ? (
          await findMovesBetween(session.database, classification, settings, {
            fromDay: earlierFrom,
            toDay: earlierTo,
          })
        ).moves
      : null;
  return {
    ...moves,
    timezone: result.timezone,
    rows: result.rows,
    settingsHash: settingsHash(decisiveSettings('transitions', settings, memberSettings.rfmModel, frozen, people.prepared)),
    scale,
    yearEarlier,
    notes,
  };
}

/** Whether there is anything to compare as of that day. */
async function isReached(
  { database }: Session,
  { memberSettings: { firstDay, pauses, rfmModel } }: Classification,
  day: number,
): Promise<boolean> {
  if (day < firstDay || pausedDaysBetween(firstDay, day, pauses) > day - firstDay) return false;
  if (!isMoneyDecisive(rfmModel)) return true;
  const [row] = await database.rows<{ has_orders: boolean }>(sql`
    select coalesce(bool_or(order_rows > 0), false) as has_orders
    from user_days
    where user_id is not null
      and day <= ${day}`);
  return row?.has_orders === true;
}

/** The same day of the month a year earlier; of 29 February the 28th. */
function yearBefore(day: number): number | undefined {
  const [year = '', month = '', date = ''] = isoOfDay(day).split('-');
  const before = String(Number(year) - 1).padStart(4, '0');
  return dayOfIso(`${before}-${month}-${month === '02' && date === '29' ? '28' : date}`);
}

function show(io: CliIo, report: TransitionsReport, settings: Settings): void {
  const options = {
    width: reportWidth(io.stdout),
    colorLevel: resolveColor(io.stdout, settings, io.env),
    isUnicode: isUnicode(io.env),
    isDetailed: settings.movesDetail,
    output: null,
  };
  if (settings.json) io.stdout.write(TRANSITIONS_REPORTERS.json.render(report, options));
  else if (!settings.quiet) io.stdout.write(TRANSITIONS_REPORTERS.terminal.render(report, options));
}
