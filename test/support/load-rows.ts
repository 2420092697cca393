import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { type LoadedEvents, type LoadOptions, loadEvents } from '../../src/input/load-events.js';
import { findInputFiles } from '../../src/input/sources.js';
import { sql } from '../../src/sql/sql.js';
import { loadZoneOffsets } from '../../src/time/zone-offsets.js';

export interface LoadedRow {
  readonly user: string | null;
  /** In UTC, `2024-01-01 00:00:00`; null for a rejected time. */
  readonly at: string | null;
  readonly event: string;
  readonly amount: string | null;
}

/** The `events` relation over files, read as `segment classify` does, by user and time. */
export async function loadRows(
  inputs: readonly string[],
  options: Partial<LoadOptions> & { readonly timezone?: string } = {},
): Promise<{ readonly rows: readonly LoadedRow[]; readonly loaded: LoadedEvents }> {
  const spool = await mkdtemp(join(tmpdir(), 'segment-load-'));
  const files = await findInputFiles(inputs, tmpdir());
  const database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 2 ** 29,
    tempDirectory: spool,
    allowedPaths: files.map(({ path }) => path),
    allowedDirectories: [spool],
  });
  try {
    const { timezone, ...others } = options;
    const loaded = await loadEvents(database, files, {
      columns: {},
      timeFormat: undefined,
      zone: loadZoneOffsets(timezone ?? 'UTC'),
      encoding: undefined,
      delimiter: undefined,
      decimal: undefined,
      currency: undefined,
      maxExpand: 200,
      spoolDirectory: spool,
      hasEntity: false,
      properties: [],
      preset: undefined,
      roleFlags: {},
      command: 'segment classify FILES',
      commandWithoutColumns: 'segment classify FILES',
      ...others,
    });
    const rows = await database.rows<LoadedRow>(sql`
      select user_id as "user",
             occurred_at::varchar as "at",
             event,
             amount::varchar as amount
      from (${loaded.eventsQuery({ isIdentified: false, hasNamedPaths: false, isWhole: false })}) as events
      order by "user" nulls first, "at", event, amount`);
    return { rows, loaded };
  } finally {
    database.close();
    await rm(spool, { recursive: true, force: true });
  }
}
