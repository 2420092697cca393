import { join as joinPath } from 'node:path';
import type { Database } from '../engine/database.js';
import { type Sql, sql } from '../sql/sql.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { segmentPaths, writeError } from './write-members.js';
import { WRITERS } from './writers/index.js';

const MOVE_COLUMNS = ['user_id', 'from_segment', 'to_segment', 'change', 'reason_before', 'reason_after', 'flipped', 'cause'] as const;
const HOLDOUT_COLUMN = 'holdout';

/** The files that `writeMoveFiles` makes, for a segmentation of these segments. */
export function moveFileNames(segments: readonly string[], hasHoldout: boolean): string[] {
  const folders = ['entered', 'left', ...(hasHoldout ? ['evaluate'] : [])];
  return ['moves.csv', ...folders.flatMap((folder) => segmentPaths(folder, segments, 'csv'))];
}

/**
 * Writes the table `moves` as CSV into the folder's staging place: `moves.csv` with everybody of either date, and for each segment who is
 * in it now and was not (`entered/`), and the reverse (`left/`), in order of user_id. With a column `holdout` in the table, those held out
 * are not in `entered/`, and `evaluate/` has everybody who entered. Fails with `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeMoveFiles(
  database: Database,
  folder: OutputFolder,
  {
    segments,
    spreadsheetSafe,
    hasHoldout,
  }: { readonly segments: readonly string[]; readonly spreadsheetSafe: boolean; readonly hasHoldout: boolean },
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
  const written = [await write('moves.csv', hasHoldout ? [...MOVE_COLUMNS, HOLDOUT_COLUMN] : MOVE_COLUMNS, sql`true`)];
  const [enteredPaths = [], leftPaths = [], evaluatePaths = []] = ['entered', 'left', 'evaluate'].map((name) =>
    segmentPaths(name, segments, 'csv'),
  );
  const isSent = hasHoldout ? sql` and not holdout` : sql``;
  for (const [index, segment] of segments.entries()) {
    const entered = sql`to_segment = ${segment} and change in ('entered', 'moved')`;
    const left = sql`from_segment = ${segment} and change in ('left', 'moved')`;
    written.push(await write(enteredPaths[index] ?? '', ['user_id', 'change', 'from_segment'], sql`${entered}${isSent}`));
    written.push(await write(leftPaths[index] ?? '', ['user_id', 'change', 'to_segment'], left));
    if (hasHoldout) written.push(await write(evaluatePaths[index] ?? '', ['user_id', 'change', 'from_segment', HOLDOUT_COLUMN], entered));
  }
  return written;
}
