import { scanRecords } from './scan-records.js';
import type { TextFile } from './text-file.js';

/**
 * The fields of the first `limit` records after the header, whatever their number; reads no further. Records whose fields cannot be
 * told (text after a closing quote, too long) are left out.
 */
export async function readHead(file: TextFile, limit: number): Promise<string[][]> {
  const head: string[][] = [];
  if (limit <= 0) return head;
  for await (const records of scanRecords(file)) {
    for (const record of records) {
      if (record.problem === 'text-after-quote' || record.problem === 'line-too-long') continue;
      head.push([...record.fields]);
      if (head.length === limit) return head;
    }
  }
  return head;
}
