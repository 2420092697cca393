import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';
import type { DecidedFile } from './decide-file.js';
import { groupFiles, groupSource } from './events-query.js';
import type { InputNote } from './input-note.js';
import { type ChosenPreset, missingColumns } from './presets/choose-preset.js';

const READING = { hasNamedPaths: false, isWhole: false };
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
    select ${unknownName} as text,
           count(*) as rows
    from ${groupSource(group, [], READING)}
    where ${unknownName} is not null
    group by ${unknownName}
    order by rows desc, text`);
}

/** Orders whose heads differ: their cells, among rows with a value, are not all alike. */
async function conflictingOrders(database: Database, group: readonly DecidedFile[]): Promise<Counted[]> {
  const orders = group[0]?.preset?.rows.orders;
  if (orders === undefined) return [];
  return database.rows<{ text: string; rows: number }>(sql`
    select min(text) as text,
           count(*) as rows
    from (
      select ${orders.cells}.key as text
      from ${groupSource(group, [], READING)}
      where ${orders.cells}.key is not null
        and ${orders.cells}.value is not null
      group by ${orders.cells}.key, ${orders.user}
      having count(distinct ${orders.cells}) > 1
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
