import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';
import { segmentFileName } from './publish/file-name.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { writeRows } from './write-rows.js';

export const SPLIT_COLUMNS = ['user_id', 'arm'] as const;

/** The files that `writeArmFiles` makes, for these arms. */
export function armFileNames(arms: readonly string[], format: string): string[] {
  return [`members.${format}`, ...arms.map((arm) => pathOf(arm, format))];
}

/**
 * Writes the table `split_users` into the folder's staging place: `members` with everybody and their arm, and one file of ids for each
 * arm, also for an empty one, in order of user_id. Fails with `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeArmFiles(
  database: Database,
  folder: OutputFolder,
  { arms, ...form }: { readonly arms: readonly string[]; readonly format: 'csv' | 'jsonl'; readonly spreadsheetSafe: boolean },
): Promise<PublishedFile[]> {
  const written = [
    await writeRows(database, folder, {
      ...form,
      name: `members.${form.format}`,
      columns: SPLIT_COLUMNS,
      query: (cells) => sql`select ${cells} from split_users order by user_id`,
    }),
  ];
  for (const arm of arms) {
    written.push(
      await writeRows(database, folder, {
        ...form,
        name: pathOf(arm, form.format),
        columns: ['user_id'],
        query: (cells) => sql`select ${cells} from split_users where arm = ${arm} order by user_id`,
      }),
    );
  }
  return written;
}

function pathOf(arm: string, format: string): string {
  return `arms/${segmentFileName(arm, format)}`;
}
