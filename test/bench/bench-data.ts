import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, nodeProgram } from './measure.js';

export interface BenchData {
  readonly folder: string;
  readonly csv: string;
  /** The same rows. */
  readonly parquet: string;
  /** The same rows, an object a line, amounts as numbers and empty cells left out. */
  readonly jsonl: string;
  /** The same rows in the same types as the Parquet file. */
  readonly arrow: string;
  /** The same rows as CSV, one of a hundred twice. */
  readonly repeatedCsv: string;
  /** A folder of the same rows in a CSV file for each day. */
  readonly days: string;
  /** The file for runs with little memory. */
  readonly largest: string;
}

export const SEGMENT = fileURLToPath(new URL('../../bin/segment.js', import.meta.url));

const LARGEST_EVENTS = 50_000_000;
/** Measured on a demo of the shape shop over 365 days. */
const EVENTS_PER_USER = 23.35;

/** Makes what is missing in the folder; a file that has its name is complete. */
export async function makeBenchData(folder: string, events: number, isFull: boolean, tell: (text: string) => void): Promise<BenchData> {
  mkdirSync(folder, { recursive: true });
  const make = async (name: string, write: (path: string) => readonly string[]): Promise<string> => {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    tell(`making ${path}`);
    const part = join(folder, `part-${name}`);
    await measure(nodeProgram(...write(part)), join(folder, 'usage.json'));
    renameSync(part, path);
    return path;
  };
  const demo = (rows: number, extension: string): Promise<string> =>
    make(`shop-${rows}.${extension}`, (part) => [
      SEGMENT,
      'demo',
      '--users',
      String(Math.round(rows / EVENTS_PER_USER)),
      '--out',
      part,
      '--force',
      '--quiet',
    ]);
  const csv = await demo(events, 'csv');
  const parquet = await demo(events, 'parquet');
  const jsonl = await make(`shop-${events}.jsonl`, (part) => [script('csv-to-jsonl.mjs'), csv, part]);
  const arrow = await make(`shop-${events}.arrow`, (part) => [script('parquet-to-arrow.mjs'), parquet, part]);
  const repeatedCsv = await make(`shop-${events}-repeated.csv`, (part) => [script('repeat-rows.mjs'), csv, part]);
  const days = await make(`shop-${events}-days`, (part) => [script('split-days.mjs'), parquet, part]);
  const largest = isFull ? await demo(LARGEST_EVENTS, 'parquet') : parquet;
  return { folder, csv, parquet, jsonl, arrow, repeatedCsv, days, largest };
}

/** The path of a script beside this file. */
export function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
