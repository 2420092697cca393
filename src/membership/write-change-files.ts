import { join as joinPath } from 'node:path';
import type { Database } from '../engine/database.js';
import { ident, type Sql, sql } from '../sql/sql.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { segmentPaths, writeError } from './write-members.js';
import { WRITERS } from './writers/index.js';

/** A segmentation whose changes get files: of a segmentation one column holds all segments, an own segment is a column itself. */
export interface ChangedSegmentation {
  readonly name: string;
  /** undefined: every segment has a column of its own, true or false. */
  readonly column: string | undefined;
  readonly segments: readonly string[];
}

/**
 * Writes, for each segment, who is in it in `members` and was not in `members_before` (`entered/`), and the reverse (`left/`), as CSV into the
 * folder's staging place, in order of user_id, with the segment on the other side. A segment that `members_before` has no column of has no
 * files. Fails with `disk-full`, `no-permission`, `output-failed`.
 */
export async function writeChangeFiles(
  database: Database,
  folder: OutputFolder,
  segmentations: readonly ChangedSegmentation[],
  { spreadsheetSafe, earlierColumns }: { readonly spreadsheetSafe: boolean; readonly earlierColumns: ReadonlySet<string> },
): Promise<PublishedFile[]> {
  const written: PublishedFile[] = [];
  for (const { name, column, segments } of segmentations) {
    for (const change of ['entered', 'left'] as const) {
      const paths = segmentPaths(`${change}/${name}`, segments, 'csv');
      for (const [index, segment] of segments.entries()) {
        if (!earlierColumns.has(column ?? segment)) continue;
        written.push(await writeChange(database, folder, paths[index] ?? '', { change, column, segment, spreadsheetSafe }));
      }
    }
  }
  return written;
}

interface Change {
  readonly change: 'entered' | 'left';
  readonly column: string | undefined;
  readonly segment: string;
  readonly spreadsheetSafe: boolean;
}

async function writeChange(
  database: Database,
  folder: OutputFolder,
  name: string,
  { change, column, segment, spreadsheetSafe }: Change,
): Promise<PublishedFile> {
  const path = folder.stagedPath(name);
  const other = column === undefined ? [] : [change === 'entered' ? 'from_segment' : 'to_segment'];
  const columns = ['user_id', ...other].map((one) => ({ name: one, type: 'VARCHAR', isNarrow: false }));
  const cells = WRITERS.csv.selectList(columns, spreadsheetSafe);
  const query = sql`
with changes as (${changesQuery(column, segment, change)})
select ${cells} from changes order by user_id`;
  try {
    return { name, rows: await WRITERS.csv.write(database, query, path, columns) };
  } catch (error) {
    throw writeError(error, path, joinPath(folder.directory, name));
  }
}

/** Who came or went: the ids, and the segment on the other side. */
function changesQuery(column: string | undefined, segment: string, change: Change['change']): Sql {
  const [here, there] = change === 'entered' ? [sql`members`, sql`members_before`] : [sql`members_before`, sql`members`];
  const other = change === 'entered' ? sql`from_segment` : sql`to_segment`;
  const name = ident(column ?? segment);
  const isIn = (table: Sql): Sql => (column === undefined ? sql`${table}.${name}` : sql`${table}.${name} = ${segment}`);
  return sql`
    select ${here}.user_id,
           ${column === undefined ? sql`null::varchar` : sql`${there}.${name}`} as ${other}
    from ${here}
    left join ${there} on ${there}.user_id = ${here}.user_id
    where ${isIn(here)}
      and not coalesce(${isIn(there)}, false)`;
}
