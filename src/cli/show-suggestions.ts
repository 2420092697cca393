import type { CandidatePlans } from '../analysis/suggest/candidates/find-candidates.js';
import type { EventHint } from '../analysis/suggest/judge-events.js';
import { keepEventDays, keepTransactions, suggest } from '../analysis/suggest/suggest.js';
import type { SuggestReport } from '../analysis/suggest/suggest-result.js';
import { keyOf, type OptionName } from '../config/options.js';
import type { ListPatch } from '../config/patch-config.js';
import type { Settings } from '../config/settings.js';
import { CHURN_EVENTS, PASSIVE_EVENTS } from '../events/event-roles.js';
import { findInputs } from '../input/sources.js';
import { settingsHash } from '../membership/publish/manifest.js';
import { SUGGEST_REPORTERS } from '../report/reporters/index.js';
import { safeText } from '../report/safe-text.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { isFitText } from '../segmentation/rules/words.js';
import { keepCandidateEvents } from './candidate-rules.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, type ClassificationOptions, classifyFiles, shapeAt } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { decisiveSettings } from './decisive-settings.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { findTransactionNames } from './transaction-names.js';
import { type Suggestions, type WrittenConfig, writeSuggestions } from './write-suggestions.js';

/** Reads the files once, prints the thresholds that they speak for, and with --write puts them into the config file. */
export async function showSuggestions(
  io: CliIo,
  settings: Settings,
  { configFile, command }: { readonly configFile: string | undefined; readonly command: GivenCommand },
): Promise<void> {
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    let candidates: CandidatePlans | undefined;
    let transactions: Found['transactions'];
    const readAgain: ClassificationOptions['readAgain'] = async (events, shape, asOfDay, loaded) => {
      await keepEventDays(session.database, events, { shape, asOfDay, sinceDay: sinceDay(settings) });
      candidates = await keepCandidateEvents(session.database, settings, { events, shape, asOfDay, loaded });
      const names = await findTransactionNames(session.database);
      transactions = names && { names, endsAt: await keepTransactions(session.database, events, { shape, names, asOfDay }) };
    };
    const classification = await classifyFiles(io, session, { settings, rfmModel, keepDays: true, command, skippedFiles, readAgain });
    session.progress.step('looking for thresholds');
    const report = await makeReport(session, classification, { settings, rfmModel, candidates, transactions });
    session.progress.finish(classification.result.rows.total);
    const written = settings.writeConfig
      ? await writeSuggestions(suggestionsOf(report, settings), { configFile, isForced: settings.replaceValues, cwd: io.cwd })
      : undefined;
    show(io, report, settings);
    if (written !== undefined) sayWritten(io, written, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

/** What is known when the report is made, besides the classification. */
interface Found {
  readonly settings: Settings;
  readonly rfmModel: RfmModel;
  readonly candidates: CandidatePlans | undefined;
  readonly transactions: Parameters<typeof suggest>[1]['transactions'];
}

async function makeReport(
  { database }: Pick<Session, 'database'>,
  { loaded, memberSettings, frozen, people, result, kept }: Classification,
  { settings, rfmModel, candidates, transactions }: Found,
): Promise<SuggestReport> {
  const found = await suggest(database, {
    members: memberSettings,
    historyDays: result.historyDays,
    rfm: result.rfm,
    candidates,
    transactions,
    hasEventNames: loaded.mapping.columns.event !== null,
    below: settings.returnBelow / 100,
    shapeAt: (day) => shapeAt(database, memberSettings.shape, day, kept),
  });
  const { asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses } = result;
  const { users, currency, populationGaps, frozenFrom } = result;
  return {
    ...found,
    ...{ asOf, asOfChosen, timezone, historyDays, rows, files, since, badAmounts, entity, filters, pauses },
    ...{ users, currency, populationGaps, frozenFrom },
    settingsHash: settingsHash(decisiveSettings('suggest', settings, rfmModel, frozen, people.prepared)),
  };
}

const ROLE_OPTIONS = { churn_event: 'churnEvent', passive_event: 'passiveEvent', value_event: 'valueEvent' } as const satisfies Readonly<
  Record<EventHint, OptionName>
>;

/** Values and segments as they are; names of events beside those that count already, as a list stands in place of them. */
function suggestionsOf({ values, events, candidates }: SuggestReport, settings: Settings): Suggestions {
  const names = events?.names ?? [];
  const known = {
    churn_event: CHURN_EVENTS,
    passive_event: PASSIVE_EVENTS,
    value_event: names.filter(({ roles }) => roles.includes('value')).map(({ name }) => name),
  };
  const lists = Object.entries(ROLE_OPTIONS).flatMap(([hint, option]): ListPatch[] => {
    const hinted = names.filter((one) => one.hint === hint && isFitText(one.name)).map(({ name }) => name);
    return hinted.length === 0 ? [] : [{ key: keyOf(option), values: [...(settings[option] ?? known[hint as EventHint]), ...hinted] }];
  });
  return { values, lists, segments: candidates.candidates };
}

function show(io: CliIo, report: SuggestReport, settings: Settings): void {
  const reporter = SUGGEST_REPORTERS[settings.json ? 'json' : settings.suggestReporter];
  if (settings.quiet && reporter === SUGGEST_REPORTERS.terminal) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(report, options));
}

/** Beside a report for machines, what was written is said on stderr. */
function sayWritten(io: CliIo, { file, isNew, changes }: WrittenConfig, settings: Settings): void {
  const head =
    changes.length === 0 ? `${file} stays as it is: there is nothing to put into it.` : `${file} was ${isNew ? 'made' : 'changed'}:`;
  const lines = changes.flatMap(({ removed, added }) => [...(removed === undefined ? [] : [`- ${removed}`]), `+ ${added}`]);
  const text = `${[head, ...lines].map(safeText).join('\n')}\n`;
  const isTerminal = !settings.json && settings.suggestReporter === 'terminal';
  if (isTerminal && !settings.quiet) io.stdout.write(`\n${text}`);
  else if (!settings.quiet) io.stderr.write(text);
}
