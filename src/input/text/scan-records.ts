import { readTextChunks } from './read-text-chunks.js';
import { RecordScanner, type ScannedRecord } from './record-scanner.js';
import type { TextFile } from './text-file.js';

export type { ScannedRecord } from './record-scanner.js';

const BATCH_RECORDS = 2048;
/** All records of a chunk stand in memory at once. */
const CHUNK_BYTES = 256 * 1024;

/** Every record after the header, if there is one, read as DuckDB's strict mode reads it, in batches of up to 2,048; blank lines are none. */
export async function* scanRecords(file: TextFile, chunkBytes = CHUNK_BYTES): AsyncGenerator<readonly ScannedRecord[]> {
  const { delimiter, hasNul } = file;
  const scanner = new RecordScanner({ delimiter, hasNul, fieldCount: file.header.length });
  let isBody = file.headerLine === 0;
  for await (const records of scanChunks(file, scanner, chunkBytes)) {
    let from = 0;
    if (!isBody) {
      from = records.findIndex((record) => record.line >= file.headerLine) + 1;
      isBody = from > 0;
      if (!isBody) continue;
    }
    for (; from < records.length; from += BATCH_RECORDS) yield records.slice(from, from + BATCH_RECORDS);
  }
}

async function* scanChunks(file: TextFile, scanner: RecordScanner, chunkBytes: number): AsyncGenerator<readonly ScannedRecord[]> {
  for await (const chunk of readTextChunks(file.readPath, chunkBytes)) yield scanner.push(chunk, false);
  yield scanner.push(Buffer.alloc(0), true);
}
