import { join as joinPath } from 'node:path';
import type { Database } from '../engine/database.js';
import { type Sql, sql } from '../sql/sql.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { segmentPaths, writeError } from './write-members.js';
import { WRITERS } from './writers/index.js';

const MOVE_COLUMNS = ['user_id', 'from_segment', 'to_segment', 'change', 'reason_before', 'reason_after', 'flipped', 'cause'] as const;

/** The files that `writeMoveFiles` makes, for a segmentation of these segments. */
export function moveFileNames(segments: readonly string[]): string[] {
  return ['moves.csv', ...segmentPaths('entered', segments, 'csv'), ...segmentPaths('left', segments, 'csv')];
}

/**
 * Writes the table `moves` as CSV into the folder's staging place: `moves.csv` with everybody of either date, and for each segment who is
 * in it now and was not (`entered/`), and the reverse (`left/`), in order of user_id. Fails with `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeMoveFiles(
  database: Database,
  folder: OutputFolder,
  { segments, spreadsheetSafe }: { readonly segments: readonly string[]; readonly spreadsheetSafe: boolean },
): Promise<PublishedFile[]> {
  const write = async (name: string, names: readonly string[], condition: Sql): Promise<PublishedFile> => {
    const path = folder.stagedPath(name);
    const columns = names.map((column) => ({ name: column, type: 'VARCHAR', isNarrow: false }));
    const cells = WRITERS.csv.selectList(columns, spreadsheetSafe);
    try {
      const rows = await WRITERS.csv.write(database, sql`select ${cells} from moves where ${condition} order by user_id`, path, columns);
      return { name, rows };
    } catch (error) {
      throw writeError(error, path, joinPath(folder.directory, name));
    }
  };
  const written = [await write('moves.csv', MOVE_COLUMNS, sql`true`)];
  const [enteredPaths, leftPaths] = [segmentPaths('entered', segments, 'csv'), segmentPaths('left', segments, 'csv')];
  for (const [index, segment] of segments.entries()) {
    const entered = sql`to_segment = ${segment} and change in ('entered', 'moved')`;
    const left = sql`from_segment = ${segment} and change in ('left', 'moved')`;
    written.push(await write(enteredPaths[index] ?? '', ['user_id', 'change', 'from_segment'], entered));
    written.push(await write(leftPaths[index] ?? '', ['user_id', 'change', 'to_segment'], left));
  }
  return written;
}
