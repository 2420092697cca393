import { existsSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { freeName } from '../analysis/suggest/candidates/candidate-atoms.js';
import type { CandidateSegment } from '../analysis/suggest/candidates/find-candidates.js';
import type { SuggestedValue } from '../analysis/suggest/suggest-result.js';
import { CONFIG_NAME } from '../config/find-config-file.js';
import { parseConfigFile } from '../config/parse-config-file.js';
import { type ChangedLine, type ListPatch, patchLists, patchParameters, patchSegments, type SegmentPatch } from '../config/patch-config.js';
import { readConfigFile } from '../config/read-config-file.js';
import { fail } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import { FILE_OPERATIONS, writeNewFile } from '../membership/publish/file-operations.js';
import { descriptionOf, goalOf } from '../report/suggest/candidate-texts.js';
import { printRule } from '../segmentation/rules/print-rule.js';

const MODE = 0o644;

/** What became of the config file: its name, and the lines that changed; none where it said so already. */
export interface WrittenConfig {
  readonly file: string;
  readonly isNew: boolean;
  readonly changes: readonly ChangedLine[];
}

/** What is to stand in a config file. */
export interface Suggestions {
  readonly values: readonly SuggestedValue[];
  /** Names of events by the key that says what they are. */
  readonly lists: readonly ListPatch[];
  readonly segments: readonly CandidateSegment[];
}

/**
 * Puts values below `set:`, names of events and segments into the config file that is in use (undefined: none, one is made in `cwd`). What stands there
 * otherwise is replaced only by force; a segment takes a name that is free, and is left out where one there has its rule. Errors: `suggest-value-set`, `suggest-unwritable`.
 */
export async function writeSuggestions(
  { values, lists, segments }: Suggestions,
  { configFile, isForced, cwd }: { readonly configFile: string | undefined; readonly isForced: boolean; readonly cwd: string },
): Promise<WrittenConfig> {
  const file = configFile ?? CONFIG_NAME;
  const named = resolve(cwd, file);
  const isNew = !existsSync(named);
  const before = isNew ? '' : readConfigFile(named, file);
  const replaced = [
    ...patchParameters(before, values).replaced.map(({ parameter, value, ...given }) => ({
      ...given,
      key: parameter,
      value: String(value),
    })),
    ...patchLists(before, lists).replaced.map(({ values: wanted, ...given }) => ({ ...given, value: `[${wanted.join(', ')}]` })),
  ];
  if (replaced.length > 0 && !isForced) fail('suggest-value-set', { file, given: replaced });
  const withLists = patchLists(before, lists);
  const withValues = patchParameters(withLists.text, values);
  const withSegments = patchSegments(withValues.text, newSegments(before, segments));
  const changes = [...withLists.changes, ...withValues.changes, ...withSegments.changes];
  if (changes.length > 0) await replaceFile(isNew ? named : realpathSync(named), withSegments.text, file);
  return { file, isNew, changes };
}

/** Those whose rule no segment of the file has, under names that none has. */
function newSegments(text: string, candidates: readonly CandidateSegment[]): SegmentPatch[] {
  const given = (parseConfigFile(text, CONFIG_NAME, String).layer.get('segments') ?? []).flatMap(({ segments = [] }) => segments);
  const rules = new Set(given.flatMap(({ definition }) => (definition === undefined ? [] : [printRule(definition.rule)])));
  const taken = new Set(given.map(({ name }) => name));
  return candidates
    .filter(({ text: rule }) => !rules.has(rule))
    .map((candidate) => {
      const name = freeName(candidate.name, taken);
      taken.add(name);
      return { name, description: descriptionOf(candidate), goal: goalOf(candidate), where: candidate.text };
    });
}

/** Written beside its place and put there: never half. */
async function replaceFile(path: string, text: string, file: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    const mode = existsSync(path) ? statSync(path).mode & 0o777 : MODE;
    await writeNewFile(FILE_OPERATIONS, aside, text, mode);
    FILE_OPERATIONS.rename(aside, path);
  } catch (error) {
    try {
      unlinkSync(aside);
    } catch {
      // It was not made, or is in its place.
    }
    fail('suggest-unwritable', { file, reason: systemReason(error) }, { cause: error });
  }
}
