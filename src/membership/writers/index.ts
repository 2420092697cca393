import { arrow } from './arrow.js';
import { csv } from './csv.js';
import { jsonl } from './jsonl.js';
import { parquet } from './parquet.js';
import type { Writer } from './writer.js';

/** The formats of members and segment files; each name is also the ending of the files. */
export const WRITERS = { csv, parquet, arrow, jsonl } as const satisfies Readonly<Record<string, Writer>>;

export type MemberFormat = keyof typeof WRITERS;
