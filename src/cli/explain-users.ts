import { explainStatus, explainUser } from '../analysis/explain/explain.js';
import type { ExplainResult } from '../analysis/explain/explain-result.js';
import type { Settings } from '../config/settings.js';
import { findInputs } from '../input/sources.js';
import { EXPLAIN_REPORTERS } from '../report/reporters/index.js';
import { furtherName } from '../segmentation/further.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { parseSubject, type Subject } from './parse-subject.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';

/** Classifies without writing anything, and prints why one user, or a few of a status, are where they are. */
export async function explainUsers(io: CliIo, settings: Settings, command: GivenCommand): Promise<void> {
  const subject = parseSubject(settings, command);
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const definitions = ownSegmentsOf(settings, rfmModel);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const read = [...inputs, ...listPeopleFiles(people)];
  checkRejectsPath({ path: settings.rejects, inputs: read, inputPaths: settings.inputs, out: undefined, cwd: io.cwd });
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, { settings, rfmModel, definitions, keepDays: true, command, skippedFiles });
    session.progress.step('explaining');
    const result = await explain(session, classification, subject, settings);
    session.progress.finish(classification.result.rows.total);
    show(io, result, settings);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

function explain(
  { database }: Session,
  { result, userDays, known, rules }: Classification,
  subject: Subject,
  { set: parameters, by }: Settings,
): Promise<ExplainResult> {
  const settings = { summary: result, parameters, shape: userDays.shape, known, further: by.map(furtherName), rules };
  return subject.kind === 'user' ? explainUser(database, settings, subject.userId) : explainStatus(database, settings, subject.status);
}

function show(io: CliIo, result: ExplainResult, settings: Settings): void {
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  if (settings.json) io.stdout.write(EXPLAIN_REPORTERS.json.render(result, options));
  else if (!settings.quiet) io.stdout.write(EXPLAIN_REPORTERS.terminal.render(result, options));
}
