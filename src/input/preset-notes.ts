import type { Database } from '../engine/database.js';
import { type Sql, sql } from '../sql/sql.js';
import type { DecidedFile } from './decide-file.js';
import { groupFiles, ownSource } from './events-query.js';
import type { InputNote } from './input-note.js';
import { type ChosenPreset, missingColumns } from './presets/choose-preset.js';

/** More than a message shows. */
const SHOWN = 3;

/** What is to be said about files that a preset reads; looks at every row where orders have a status or stand on several rows. */
export async function presetNotes(
  database: Database,
  { preset, isNamed }: ChosenPreset,
  decided: readonly DecidedFile[],
): Promise<InputNote[]> {
  const notes: InputNote[] = [];
  const missing = [...new Set(isNamed ? decided.flatMap(({ file }) => missingColumns(preset, file.columns)) : [])];
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(', ');
    notes.push({ code: 'preset_columns_missing', message: `the preset ${preset.name} is known by columns that are not there: ${names}` });
  }
  const date = decided.find(({ assumedDate }) => assumedDate !== undefined)?.assumedDate;
  if (date !== undefined) {
    const order = preset.slashOrder === 'day-first' ? 'the day' : 'the month';
    const message = `dates such as ${date} can be read in two ways; the preset ${preset.name} says that ${order} comes first`;
    notes.push({ code: 'assumed_dates', message: `${message} (--time-format overrules it)` });
  }
  const groups = groupFiles(decided);
  const unknown = await Promise.all(groups.map((group) => unknownStatuses(database, group)));
  const conflicting = await Promise.all(groups.map((group) => conflictingOrders(database, group)));
  return [...notes, ...statusNote(unknown.flat()), ...conflictNote(conflicting.flat())];
}

interface Counted {
  readonly text: string;
  readonly rows: number;
}

async function unknownStatuses(database: Database, group: readonly DecidedFile[]): Promise<Counted[]> {
  const unknownName = group[0]?.preset?.rows.unknownName;
  if (unknownName === undefined) return [];
  return database.rows<{ text: string; rows: number }>(sql`
    select text,
           count(*) as rows
    from (select ${unknownName} as text from ${presetSource(group)}) as texts
    where text is not null
    group by text
    order by rows desc, text`);
}

/** The columns that a preset reads, as they are. */
function presetSource(group: readonly DecidedFile[]): Sql {
  const columns = group[0]?.preset?.rows.reads.map(({ column }) => column) ?? [];
  return ownSource(group, columns, { hasNamedPaths: false, isWhole: false });
}

/** Orders whose rows with a value do not all say the same. */
async function conflictingOrders(database: Database, group: readonly DecidedFile[]): Promise<Counted[]> {
  const order = group[0]?.preset?.rows.order;
  if (order === undefined) return [];
  return database.rows<{ text: string; rows: number }>(sql`
    select min(key) as text,
           count(*) as rows
    from (
      select cells.key as key
      from (select ${order.cells} as cells from ${presetSource(group)}) as own_rows
      where cells.key is not null
        and cells.value is not null
      group by cells.key, cells.user
      having count(distinct cells) > 1
    ) as conflicts
    having count(*) > 0`);
}

function statusNote(found: readonly Counted[]): InputNote[] {
  const rows = found.reduce((sum, one) => sum + one.rows, 0);
  if (rows === 0) return [];
  const texts = [...new Set(found.map(({ text }) => (text === '' ? 'nothing' : `"${text}"`)))];
  const more = texts.length > SHOWN ? ' …' : '';
  const message = `${rows} ${rows === 1 ? 'row has a status' : 'rows have statuses'} that the preset does not know (${texts.slice(0, SHOWN).join(', ')}${more}): used, but counted as no orders`;
  return [{ code: 'unknown_order_status', message }];
}

function conflictNote(found: readonly Counted[]): InputNote[] {
  const orders = found.reduce((sum, one) => sum + one.rows, 0);
  if (orders === 0) return [];
  const message = `${orders} ${orders === 1 ? 'order is' : 'orders are'} told in different ways by several rows, for example ${found[0]?.text}: the most final status counts, once`;
  return [{ code: 'conflicting_orders', message }];
}
