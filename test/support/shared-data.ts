import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { OracleColumns } from '../oracle/read-events.js';

const ROOT = new URL('../../../shared/data/', import.meta.url);

/** Whether the folder of real data stands beside this project; tests that need it are skipped by name without it. */
export const hasSharedData = existsSync(ROOT);

export function sharedFile(name: string): string {
  return fileURLToPath(new URL(name, ROOT));
}

/** A reference table of the shared data, by the value of one of its columns. */
export function referenceTable(name: string, key: string): Map<string, Record<string, string>> {
  const rows: Record<string, string>[] = parse(readFileSync(sharedFile(name), 'utf8'), { columns: true, bom: true });
  return new Map(rows.map((row) => [row[key] ?? '', row]));
}

interface SharedExport {
  file: string;
  columns: OracleColumns;
}

/** The exports, with the columns a run without flags has to find. */
export const EXPORTS = {
  cdnowSample: { file: 'cdnow/cdnow_sample.csv', columns: { user: 'customer_id', time: 'date', amount: 'dollar_value' } },
  cdnowMaster: { file: 'cdnow/cdnow_master.csv', columns: { user: 'customer_id', time: 'date', amount: 'dollar_value' } },
  rfmOrders: { file: 'rfm-orders/rfm_data_orders.csv', columns: { user: 'customer_id', time: 'order_date', amount: 'revenue' } },
  rees46: {
    file: 'rees46-head/2019-Oct-head.csv',
    columns: { user: 'user_id', time: 'event_time', event: 'event_type', amount: 'price', sessionId: 'user_session' },
  },
  ecom: {
    file: 'retentioneering-ecom/ecom.csv',
    columns: { user: 'user_id', time: 'timestamp', event: 'event', sessionId: 'session_id' },
  },
} as const satisfies Record<string, SharedExport>;
