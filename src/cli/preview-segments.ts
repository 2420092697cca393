import type { Warning } from '../analysis/classify/classify-result.js';
import { previewRules } from '../analysis/preview/preview.js';
import type { PreviewResult } from '../analysis/preview/preview-result.js';
import type { Settings } from '../config/settings.js';
import { findInputs } from '../input/sources.js';
import { whileUnchanged } from '../input/unchanged-inputs.js';
import { buildRuleEvents } from '../membership/build-rule-events.js';
import { PREVIEW_REPORTERS } from '../report/reporters/index.js';
import { safeText } from '../report/safe-text.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf } from '../segmentation/rules/rule-leaves.js';
import { planRules, type RulePlan } from '../segmentation/rules/rule-plan.js';
import type { Sql } from '../sql/sql.js';
import { BaseCache, cacheFailure } from './base-cache.js';
import { type CacheFolder, openCacheFolder, usualCacheFolder } from './cache-folder.js';
import { checkPatterns } from './check-patterns.js';
import { classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import type { GivenCommand } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { loadRfmModel } from './load-rfm-model.js';
import { ownSegmentsOf } from './own-segments.js';
import { findPeopleFiles, listPeopleFiles } from './people-files.js';
import { presentWarnings } from './present-warnings.js';
import type { PreviewRequest } from './read-preview.js';
import { type EventFacts, eventFactsOf, hasColumns, type RuleBase, ruleFacts, useMembers, withEarlier } from './rule-base.js';
import { checkAmounts, ruleRequests, ruleSettings } from './rule-settings.js';
import { type Session, withSession } from './session.js';
import { sinceDay } from './since.js';
import { findUnknownRuleEvents } from './unknown-events.js';

interface Previewing {
  readonly io: CliIo;
  readonly session: Session;
  readonly settings: Settings;
  readonly rfmModel: RfmModel;
  /** Those to show, and those that they refer to. */
  readonly definitions: readonly SegmentDefinition[];
  readonly command: GivenCommand;
  readonly skippedFiles: number;
}

/** What rules are looked at with: `users`, `classified_users` and `rule_events` stand in the database. */
interface Ready {
  readonly base: RuleBase;
  readonly plan: RulePlan;
  readonly unknown: readonly Warning[];
  readonly isKept: boolean;
}

/** Shows step by step who the rules of own segments keep; what was read of the files is kept for the next time. */
export async function previewSegments(io: CliIo, { settings, named }: PreviewRequest, command: GivenCommand): Promise<void> {
  const startedAt = io.now().getTime();
  const rfmModel = loadRfmModel(settings.rfm, io.cwd);
  const all = ownSegmentsOf(settings, rfmModel);
  const shown = all.map(({ name }) => name).filter((name) => named?.has(name) ?? true);
  const { files: inputs, skippedFiles } = await findInputs(settings.inputs, io.cwd, sinceDay(settings));
  const people = await findPeopleFiles(settings, io.cwd);
  const folder = settings.cache ? findCacheFolder(io, settings) : undefined;
  let remark = typeof folder === 'string' ? `, without a cache: ${folder}` : '';
  const cache = typeof folder === 'string' ? undefined : folder?.path;
  await withSession(io, settings, { inputs, people, output: undefined, cache }, async (session) => {
    const previewing = { io, session, settings, rfmModel, definitions: neededFor(shown, all), command, skippedFiles };
    await checkPatterns(session.database, previewing.definitions, settings.segments);
    const { base, plan, unknown, isKept } = await readyWith(previewing, typeof folder === 'string' ? undefined : folder, (reason) => {
      remark = `, without a cache: ${reason}`;
    });
    if (isKept) remark = ', from the cache';
    session.progress.step('previewing');
    const segments = await previewRules(session.database, { plan, shown, examples: settings.examples });
    session.progress.stop();
    const { warnings, ...result } = base.result;
    show(io, settings, { ...result, segments });
    io.stderr.write(presentWarnings([...warnings, ...unknown]));
  });
  if (settings.quiet || settings.json) return;
  io.stderr.write(`took ${((io.now().getTime() - startedAt) / 1000).toFixed(1)} s${safeText(remark)}\n`);
}

/** The folder of the settings or of the system; a text says why there is none. */
function findCacheFolder({ env, cwd }: CliIo, { cacheDir, cacheSize }: Settings): CacheFolder | string {
  const place = cacheDir ?? usualCacheFolder(env, process.platform);
  return place === undefined ? 'the environment names no home; --cache-dir names a folder' : openCacheFolder(place, cwd, cacheSize);
}

/** From what an earlier run kept, or from the files. A cache that fails is as if it were not there. */
async function readyWith(previewing: Previewing, folder: CacheFolder | undefined, onFailure: (reason: string) => void): Promise<Ready> {
  if (folder === undefined) return readFiles(previewing, undefined, undefined);
  const { io, session, settings, rfmModel, definitions } = previewing;
  const cache = new BaseCache(io, folder, session, settings, rfmModel);
  try {
    const wanted = ruleRequests(definitions);
    session.progress.step('looking for changes');
    const files = [...session.inputs, ...listPeopleFiles(session.people)];
    const { kept, stale } = await whileUnchanged(files, () => cache.find((base) => hasColumns(base, wanted)));
    if (kept !== undefined) {
      try {
        await useMembers(session.database);
        return {
          base: kept.base,
          isKept: true,
          ...(await readRules(previewing, kept.events, kept.base.shape, kept.base.asOfDay, kept.base)),
        };
      } catch (error) {
        const reason = cacheFailure(error);
        if (reason === undefined) throw error;
        onFailure(reason);
        return await readFiles(previewing, undefined, undefined);
      }
    }
    return await readFiles(previewing, { cache, onFailure }, stale);
  } finally {
    cache.close();
  }
}

/** Classifies without own segments, and reads the events once more for their rules. */
async function readFiles(
  previewing: Previewing,
  keeping: { readonly cache: BaseCache; readonly onFailure: (reason: string) => void } | undefined,
  stale: RuleBase | undefined,
): Promise<Ready> {
  const { io, session, settings, rfmModel, definitions, command, skippedFiles } = previewing;
  const wanted = ruleRequests(definitions);
  let rules: Awaited<ReturnType<typeof readRules>> | undefined;
  let isKept = keeping !== undefined;
  const tryKeeping = async <T>(work: (cache: BaseCache) => Promise<T>): Promise<T | undefined> => {
    if (keeping === undefined || !isKept) return undefined;
    try {
      return await work(keeping.cache);
    } catch (error) {
      const reason = cacheFailure(error);
      if (reason === undefined) throw error;
      isKept = false;
      keeping.onFailure(reason);
      return undefined;
    }
  };
  const classification = await classifyFiles(io, session, {
    settings,
    rfmModel,
    keepDays: false,
    command,
    skippedFiles,
    ruleProperties: stale === undefined ? wanted : withEarlier(wanted, stale),
    readAgain: async (events, shape, asOfDay, loaded) => {
      const facts = eventFactsOf(loaded);
      const kept = await tryKeeping((cache) => cache.keepEvents(events, shape, facts));
      rules = await readRules(previewing, kept ?? events, shape, asOfDay, facts);
    },
  });
  if (rules === undefined) throw new Error('the events were not read');
  const { loaded, userDays, result } = classification;
  const { asOf, timezone, users, entity, warnings } = result;
  const base: RuleBase = {
    ...eventFactsOf(loaded),
    asOfDay: userDays.asOfDay,
    shape: userDays.shape,
    result: { asOf, timezone, users, entity, warnings },
  };
  await useMembers(session.database);
  await tryKeeping((cache) => cache.publish(base, userDays));
  return { base, isKept: false, ...rules };
}

/** Makes `rule_events` of the events that stayed. */
async function readRules(
  { session: { database }, settings, definitions }: Previewing,
  events: Sql,
  shape: RuleBase['shape'],
  asOfDay: number,
  facts: EventFacts,
): Promise<Pick<Ready, 'plan' | 'unknown'>> {
  checkAmounts(definitions, facts.hasAmounts);
  const found = ruleFacts(facts);
  const plan = planRules(definitions, ruleSettings(settings, found, asOfDay));
  if (plan.selectors.length > 0) await buildRuleEvents(database, events, shape, plan);
  const known = { eventNames: found.eventNames, events, hasEventColumn: facts.hasEventColumn };
  return { plan, unknown: await findUnknownRuleEvents(database, known, settings, definitions, plan) };
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

function show(io: CliIo, settings: Settings, result: PreviewResult): void {
  const reporter = PREVIEW_REPORTERS[settings.json ? 'json' : 'terminal'];
  if (settings.quiet && !settings.json) return;
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  io.stdout.write(reporter.render(result, options));
}
