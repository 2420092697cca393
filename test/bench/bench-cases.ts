import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineMemoryLimit } from '../../src/cli/memory-limit.js';
import { type BenchData, SEGMENT, script } from './bench-data.js';
import { NIGHT_GOALS, nightCases } from './bench-nights.js';
import { benchSegments, SEGMENT_COUNT } from './bench-segments.js';
import { nodeProgram, type Program } from './measure.js';

export interface BenchCase {
  readonly name: string;
  readonly what: string;
  /** Runs a round: more for what is over in a moment, 1 by default. */
  readonly repeats?: number;
  /** Measured in one round only, without a warm-up. */
  readonly isSlow?: boolean;
  /** Why it cannot run here. */
  readonly missing?: string;
  /** Makes what the runs begin with, once. */
  readonly prepare?: () => Promise<void>;
  /** `folder` is empty and private to the run. */
  readonly program: (folder: string) => Program;
}

/** A quotient that has a goal: of two cases in one round (of the first less another one), or of a case's peak memory and its limit. */
export type BenchGoal =
  | { readonly of: string; readonly less?: string; readonly to: string; readonly by: 'cpuSeconds' | 'wallSeconds'; readonly most: number }
  | { readonly of: string; readonly limitMegabytes: number; readonly most: number };

const FIXTURE = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const OWN_SEGMENTS = fileURLToPath(new URL('../../fixtures/own-segments.yaml', import.meta.url));
const START_REPEATS = 10;
const SMALL_LIMIT_MEGABYTES = 512;
const DEFAULT_LIMIT_MEGABYTES = Math.round(machineMemoryLimit() / 1e6);
const MEMORY_MARGIN_MEGABYTES = 250;

export function benchCases(data: BenchData, python: string): BenchCase[] {
  const classify = (folder: string, file: string, ...flags: readonly string[]): Program =>
    nodeProgram(SEGMENT, 'classify', file, '--out', join(folder, 'segments'), '--quiet', ...flags);
  const withoutIds = ['--event-id-column', 'none'];
  const trend = (file: string, ...flags: readonly string[]): Program =>
    nodeProgram(SEGMENT, 'trend', file, '--every', 'week', '--periods', '12', '--json', ...withoutIds, ...flags);
  const preview = (cacheDir: string): Program =>
    nodeProgram(SEGMENT, 'preview', data.csv, '--config', OWN_SEGMENTS, '--cache-dir', cacheDir, '--json', '--progress', 'none');
  const pandas = findPandas(python);
  return [
    { name: 'scan', what: 'bare typed read_csv of the needed columns', program: () => nodeProgram(script('scan.mjs'), data.csv) },
    {
      name: 'hand',
      what: 'hand-written script, the same files',
      program: (folder) => nodeProgram(script('hand-written.mjs'), data.csv, folder),
    },
    { name: 'classify-csv', what: 'classify, CSV', program: (folder) => classify(folder, data.csv, ...withoutIds) },
    {
      name: 'classify-csv-unproven',
      what: 'classify, CSV, --no-proof',
      program: (folder) => classify(folder, data.csv, ...withoutIds, '--no-proof'),
    },
    { name: 'scan-parquet', what: 'bare read_parquet of the needed columns', program: () => nodeProgram(script('scan.mjs'), data.parquet) },
    {
      name: 'hand-parquet',
      what: 'hand-written script, Parquet',
      program: (folder) => nodeProgram(script('hand-written.mjs'), data.parquet, folder),
    },
    { name: 'classify-parquet', what: 'classify, Parquet', program: (folder) => classify(folder, data.parquet, ...withoutIds) },
    { name: 'classify-csv-event-ids', what: 'classify, CSV, event ids compared', program: (folder) => classify(folder, data.csv) },
    { name: 'classify-jsonl', what: 'classify, JSON Lines', program: (folder) => classify(folder, data.jsonl, ...withoutIds) },
    { name: 'classify-arrow', what: 'classify, Arrow', program: (folder) => classify(folder, data.arrow, ...withoutIds) },
    {
      name: 'classify-csv-repeated',
      what: 'classify, CSV, 1 % of the rows twice',
      program: (folder) => classify(folder, data.repeatedCsv),
    },
    { name: 'preview-first', what: 'preview, CSV, nothing in the cache', program: (folder) => preview(join(folder, 'cache')) },
    // The warm-up fills it.
    { name: 'preview-second', what: 'preview, CSV, from the cache', program: () => preview(join(data.folder, 'cache')) },
    { name: 'trend-csv', what: 'trend of statuses, 12 weeks, CSV', program: () => trend(data.csv) },
    { name: 'trend-parquet', what: 'trend of statuses, 12 weeks, Parquet', program: () => trend(data.parquet) },
    { name: 'trend-csv-rfm', what: 'trend of RFM, 12 weeks, CSV', program: () => trend(data.csv, '--segmentation', 'rfm') },
    {
      name: 'classify-512MB',
      what: `classify, largest Parquet, --memory-limit ${SMALL_LIMIT_MEGABYTES}MB`,
      program: (folder) => classify(folder, data.largest, ...withoutIds, '--memory-limit', `${SMALL_LIMIT_MEGABYTES}MB`),
    },
    {
      name: 'hand-segments',
      what: `hand-written script: ${SEGMENT_COUNT} own segments only`,
      program: (folder) => nodeProgram(script('hand-segments.mjs'), data.csv, folder),
    },
    {
      name: 'own-segments',
      what: `classify, CSV, with ${SEGMENT_COUNT} own segments of 3 leaves`,
      program: (folder) => classify(folder, data.csv, ...withoutIds, '--config', writeSegments(folder)),
    },
    {
      name: 'hand-compare',
      what: 'hand-written script: the metrics of paid and free users',
      program: (folder) => nodeProgram(script('hand-compare.mjs'), data.csv, folder),
    },
    {
      name: 'compare',
      what: 'compare, CSV, paid against free users',
      program: () => nodeProgram(SEGMENT, 'compare', data.csv, '--by', 'paying', ...withoutIds, '--progress', 'none'),
    },
    ...nightCases(data),
    { name: 'node', what: 'node -e 0', repeats: START_REPEATS, program: () => nodeProgram('-e', '0') },
    { name: 'help', what: 'segment --help', repeats: START_REPEATS, program: () => nodeProgram(SEGMENT, '--help') },
    {
      name: 'classify-fixture',
      what: 'classify fixtures/shop.csv',
      repeats: START_REPEATS,
      program: (folder) => classify(folder, FIXTURE),
    },
    {
      name: 'csv-parse',
      what: 'peer: csv-parse, RFM only',
      isSlow: true,
      program: (folder) => nodeProgram(script('peers/csv-parse-rfm.mjs'), data.csv, join(folder, 'rfm.csv')),
    },
    {
      name: 'pandas',
      what: `peer: ${pandas.version ?? 'pandas'}, RFM only`,
      isSlow: true,
      ...(pandas.version === undefined ? { missing: 'pandas absent' } : {}),
      program: (folder) => ({ command: python, args: [script('peers/pandas_rfm.py'), data.csv, join(folder, 'rfm.csv')] }),
    },
  ];
}

export const BENCH_GOALS: readonly BenchGoal[] = [
  { of: 'classify-csv', to: 'scan', by: 'cpuSeconds', most: 2.5 },
  { of: 'classify-csv', to: 'classify-csv-unproven', by: 'cpuSeconds', most: 1.15 },
  { of: 'classify-csv', to: 'hand', by: 'cpuSeconds', most: 1.2 },
  { of: 'classify-parquet', to: 'classify-csv', by: 'cpuSeconds', most: 0.65 },
  { of: 'classify-jsonl', to: 'classify-csv', by: 'cpuSeconds', most: 2 },
  { of: 'classify-arrow', to: 'classify-csv', by: 'cpuSeconds', most: 6 },
  { of: 'classify-csv-event-ids', to: 'classify-csv', by: 'cpuSeconds', most: 1.6 },
  { of: 'classify-csv-repeated', to: 'classify-csv', by: 'cpuSeconds', most: 2.5 },
  { of: 'trend-csv', to: 'classify-csv', by: 'cpuSeconds', most: 4 },
  { of: 'trend-parquet', to: 'classify-parquet', by: 'cpuSeconds', most: 4 },
  { of: 'trend-csv-rfm', to: 'classify-csv', by: 'cpuSeconds', most: 4 },
  { of: 'own-segments', to: 'classify-csv', by: 'cpuSeconds', most: 2.5 },
  { of: 'own-segments', to: 'hand-segments', by: 'cpuSeconds', most: 2.5 },
  { of: 'classify-csv', limitMegabytes: DEFAULT_LIMIT_MEGABYTES, most: DEFAULT_LIMIT_MEGABYTES + MEMORY_MARGIN_MEGABYTES },
  { of: 'classify-512MB', limitMegabytes: SMALL_LIMIT_MEGABYTES, most: SMALL_LIMIT_MEGABYTES + MEMORY_MARGIN_MEGABYTES },
  { of: 'compare', to: 'hand-compare', by: 'cpuSeconds', most: 3 },
  { of: 'preview-second', to: 'preview-first', by: 'cpuSeconds', most: 0.4 },
  { of: 'preview-second', to: 'preview-first', by: 'wallSeconds', most: 0.4 },
  ...NIGHT_GOALS,
  { of: 'help', to: 'node', by: 'wallSeconds', most: 1.3 },
  { of: 'classify-fixture', to: 'node', by: 'wallSeconds', most: 10 },
];

/** A folder for one run, empty. */
export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function writeSegments(folder: string): string {
  const path = join(folder, 'segment.yaml');
  writeFileSync(path, benchSegments());
  return path;
}

function findPandas(python: string): { readonly version?: string } {
  const question = 'import pandas, platform; print("pandas " + pandas.__version__ + ", Python " + platform.python_version())';
  const { status, stdout } = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  return status === 0 ? { version: stdout.trim() } : {};
}
