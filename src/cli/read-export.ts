import { flagOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import type { WrittenExport } from '../config/parse-exports.js';
import { resolveSettings, type Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { Destination } from '../membership/destinations/destination.js';
import { DESTINATIONS } from '../membership/destinations/index.js';
import type { MemberCondition } from '../membership/list-query.js';
import type { JsonObject } from '../membership/publish/canonical-json.js';
import { type PublishedMembers, readPublishedMembers } from '../membership/publish/published-members.js';
import { furtherName, parseFurther } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import { DEFAULT_RFM_MODEL } from '../segmentation/rfm/models/index.js';
import { OWN_SEGMENTATION } from '../segmentation/rules/rule.js';
import type { CliIo } from './io.js';
import { publishedFolder } from './moved-folders.js';
import { type AudienceCondition, type ListedWays, parseAudience, parseListArguments } from './parse-conditions.js';
import { readConditions } from './read-listing.js';
import { type Flags, flagLayer, readLayers, readSettings } from './read-settings.js';

/** What an export was asked for. */
export interface AskedExport {
  readonly settings: Settings;
  /** The earlier run whose members are taken; undefined: exports of events. */
  readonly published: PublishedMembers | undefined;
  readonly tools: readonly AskedTool[];
  /** All of them hold for every audience. */
  readonly conditions: readonly MemberCondition[];
  /** As they were given. */
  readonly conditionTexts: readonly string[];
  /** The options that the command line and the environment give. */
  readonly typed: readonly OptionName[];
}

/** A tool, and what a config file says of its files alone. */
export interface AskedTool {
  readonly destination: Destination;
  readonly own: WrittenExport;
  /** Each once; none: one audience of everybody. */
  readonly audiences: readonly AudienceCondition[];
}

/**
 * Errors: `missing-option`, `export-folder-options`, `export-folder-alone`, those of `parseListArguments`, `parseAudience` and
 * `readPublishedMembers`.
 */
export async function readExport(given: readonly string[], flags: Flags, io: CliIo): Promise<AskedExport> {
  const { layers } = await readLayers('export', flags, io, []);
  const { export: to, audience } = resolveSettings('export', layers, io.now());
  if (to === undefined) return fail('missing-option', { option: '--to', command: 'segment export' });
  const { ways, ...found } = await findPeople(given, flags, io);
  const tools = askedTools(to, audience, ways);
  return { ...found, tools, typed: layers.slice(0, 2).flatMap((layer) => [...layer.keys()]) };
}

/** The tools that were asked for, in their order, with their audiences; `audience` counts in place of what each names itself. */
export function askedTools(to: readonly WrittenExport[], audience: readonly string[] | undefined, ways: ListedWays): AskedTool[] {
  return DESTINATIONS.flatMap((destination) => {
    const own = to.find(({ name }) => name === destination.name);
    return own === undefined ? [] : [{ destination, own, audiences: audiencesOf(audience ?? own.segments, ways) }];
  });
}

function audiencesOf(texts: readonly string[], ways: ListedWays): readonly AudienceCondition[] {
  const audiences = texts.map((text) => parseAudience(text, ways));
  return audiences.filter(({ text }, index) => audiences.findIndex((other) => other.text === text) === index);
}

type Found = Omit<AskedExport, 'tools' | 'typed'> & { readonly ways: ListedWays };

async function findPeople(given: readonly string[], flags: Flags, io: CliIo): Promise<Found> {
  const folders = given.filter((argument) => publishedFolder(argument, io.cwd) !== undefined);
  const [named] = folders;
  if (named === undefined) {
    const { files, conditions, texts, ways } = await readConditions('export', given, flags, io);
    const settings = await readSettings('export', flags, io, files);
    return { settings, published: undefined, conditions, conditionTexts: texts, ways };
  }
  const directory = publishedFolder(named, io.cwd) ?? named;
  refuseOptions(directory, [...flagLayer('export', flags, []).keys()]);
  const published = await readPublishedMembers(directory);
  const ways = waysOfRun(published);
  const { files, conditions } = parseListArguments(
    given.filter((argument) => argument !== named),
    ways,
    io.cwd,
  );
  const [file] = files;
  if (file !== undefined) fail('export-folder-alone', { directory, file });
  return {
    settings: await readSettings('export', flags, io, [named]),
    published,
    conditions,
    conditionTexts: given.filter((argument) => argument !== named),
    ways,
  };
}

/** What decided on the members stands in the folder. Error: `export-folder-options`. */
function refuseOptions(directory: string, typed: readonly OptionName[]): void {
  const ofRun = optionsOf('export').filter((name) => name === 'keep' || ['read', 'decide'].includes(optionOf(name).group));
  const people: readonly OptionName[] = ['where', 'only', 'exclude', 'since'];
  const options = typed.filter((name) => name !== 'inputs' && (ofRun.includes(name) || people.includes(name)));
  if (options.length > 0) fail('export-folder-options', { directory, options: options.map(flagOf) });
}

/** The segmentations of a run, by its summary. */
function waysOfRun({ summary, settings }: PublishedMembers): ListedWays {
  const sizes = (summary['segmentations'] ?? {}) as JsonObject;
  const usual = segmentationsOf(DEFAULT_RFM_MODEL);
  const segmentations = Object.entries(sizes).flatMap(([name, segments]) => {
    if (name === OWN_SEGMENTATION || typeof segments !== 'object' || segments === null) return [];
    const found = Object.entries(segments)
      .filter(([, size]) => typeof size === 'object')
      .map(([segment]) => ({ name: segment }));
    return [{ name, column: usual.find((one) => one.name === name)?.column ?? name, segments: found }];
  });
  const listOf = (key: string): readonly unknown[] => (Array.isArray(settings[key]) ? settings[key] : []);
  const own = listOf('segments').flatMap((segment) => {
    const name = (segment as JsonObject | null)?.['name'];
    return typeof name === 'string' ? [name] : [];
  });
  const kept = listOf('keep').filter((name) => typeof name === 'string');
  const isFurther = ({ name }: { readonly name: string }): boolean => !usual.some((one) => one.name === name);
  return {
    segmentations: segmentations.filter((one) => !isFurther(one)),
    further: segmentations.filter(isFurther).flatMap(({ name }) => {
      const further = parseFurther(name);
      return further === undefined || furtherName(further) !== name ? [] : [further];
    }),
    own,
    kept,
    hasPeople: typeof settings['entity'] === 'string',
  };
}
