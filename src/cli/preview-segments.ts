import { previewRules } from '../analysis/preview/preview.js';
import type { PreviewResult } from '../analysis/preview/preview-result.js';
import { findInputs } from '../input/sources.js';
import { PREVIEW_REPORTERS } from '../report/reporters/index.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf } from '../segmentation/rules/rule-leaves.js';
import { classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import type { PreviewRequest } from './read-preview.js';
import { withSession } from './session.js';
import { sinceDay } from './since.js';

/** Classifies without writing anything, and shows step by step who the rules of own segments keep. */
export async function previewSegments(io: CliIo, { settings, named }: PreviewRequest, command: GivenCommand): Promise<void> {
  const startedAt = io.now().getTime();
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const all = ownSegmentsOf(settings, rfmModel);
  const shown = all.map(({ name }) => name).filter((name) => named?.has(name) ?? true);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  await withSession(io, settings, { inputs, people, output: undefined }, async (session) => {
    const { result, rules } = await classifyFiles(io, session, {
      settings,
      rfmModel,
      definitions: neededFor(shown, all),
      keepDays: true,
      command,
      skippedFiles,
    });
    if (rules === undefined) throw new Error('there are own segments');
    session.progress.step('previewing');
    const segments = await previewRules(session.database, { plan: rules, shown, examples: settings.examples });
    session.progress.stop();
    const { asOf, timezone, users, entity } = result;
    show(io, settings, { asOf, timezone, users, entity, segments });
    io.stderr.write(presentWarnings(result.warnings));
  });
  if (!settings.quiet && !settings.json) io.stderr.write(`took ${((io.now().getTime() - startedAt) / 1000).toFixed(1)} s\n`);
}

/** Segments with those that they refer to, in the order of all. */
function neededFor(names: readonly string[], all: readonly SegmentDefinition[]): SegmentDefinition[] {
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const definition = all.find((one) => one.name === name);
    for (const leaf of definition === undefined ? [] : leavesOf(definition.rule)) if (leaf.kind === 'segment') add(leaf.segment);
  };
  for (const name of names) add(name);
  return all.filter(({ name }) => needed.has(name));
}

function show(io: CliIo, settings: PreviewRequest['settings'], result: PreviewResult): void {
  const reporter = PREVIEW_REPORTERS[settings.json ? 'json' : 'terminal'];
  if (settings.quiet && !settings.json) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(result, options));
}
