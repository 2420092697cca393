import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import type { ReadColumn } from '../readers/reader.js';
import { textOfColumn } from '../text-of-column.js';
import { columnsNamed, type LogicalColumn, namesOf, readableColumn } from './logical-columns.js';
import type { Cells, KeyOf, Preset } from './preset.js';

/** What a preset reads from one row: the first of some columns that is not empty, or all of them together as a key. */
export interface Cell {
  readonly label: string;
  readonly columns: readonly LogicalColumn[];
  /** Of a key: the columns without which a row has none. */
  readonly needed: readonly ReadColumn[] | undefined;
}

/** A value and its DuckDB type. */
export interface Reading {
  readonly value: Sql;
  readonly type: string;
}

/** A file as a preset reads it. */
export interface PresetFile {
  readonly preset: Preset;
  readonly columns: readonly ReadColumn[];
  /** A column name that is not taken, quoted. */
  readonly freeName: (name: string) => Sql;
}

export function presetFile(preset: Preset, columns: readonly ReadColumn[]): PresetFile {
  // DuckDB compares column names without case.
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const freeName = (name: string): Sql => {
    let free = `preset_${name}`;
    while (taken.has(free.toLowerCase())) free += '_';
    taken.add(free.toLowerCase());
    return ident(free);
  };
  return { preset, columns, freeName };
}

/** The cell of those columns that are there; undefined when none is, or one that a key needs is not. */
export function findCell(columns: readonly ReadColumn[], cells: Cells | KeyOf): Cell | undefined {
  if (typeof cells === 'string' || !('needs' in cells)) {
    const found = distinct(namesOf(cells).flatMap((name) => readableColumn(columns, name) ?? []));
    return found.length === 0 ? undefined : { label: labelOf(found, ' or '), columns: found, needed: undefined };
  }
  const needed = cells.needs.flatMap((name) => readableColumn(columns, name) ?? []);
  if (needed.length < cells.needs.length) return undefined;
  const found = [...needed, ...cells.with.flatMap((name) => readableColumn(columns, name) ?? [])];
  return { label: labelOf(found, ' + '), columns: found, needed: needed.map(({ column }) => column) };
}

/** Two names may mean one column. */
function distinct(columns: readonly LogicalColumn[]): LogicalColumn[] {
  return columns.filter(({ column }, index) => columns.findIndex((other) => other.column.name === column.name) === index);
}

function labelOf(columns: readonly LogicalColumn[], separator: string): string {
  return columns.map(({ column }) => column.name).join(separator);
}

/** The column that a cell is, as it stands in the file. */
export function plainColumn(file: PresetFile, { columns, needed }: Cell): ReadColumn | undefined {
  const [first] = columns;
  if (first === undefined || columns.length > 1 || needed !== undefined || blanksOf(file, first.column) !== undefined) return undefined;
  return first.column;
}

/** The columns of which a cell is simply the first that is not empty. */
export function firstOf(file: PresetFile, { columns, needed }: Cell): readonly ReadColumn[] | undefined {
  if (needed !== undefined || columns.some(({ column }) => blanksOf(file, column) !== undefined)) return undefined;
  return columns.map(({ column }) => column);
}

/** What a cell holds in a row, null for nothing: typed where all its columns are of one type, else text. */
export function readCell(file: PresetFile, { columns, needed }: Cell): Reading {
  if (needed !== undefined)
    return {
      value: keyQuery(
        columns.map(({ column }) => column),
        needed,
      ),
      type: 'VARCHAR',
    };
  const types = new Set(columns.map(({ column }) => column.type));
  const [type = 'VARCHAR'] = types.size === 1 ? types : [];
  const values = columns.map(({ column }) => {
    const value = type === 'VARCHAR' ? textOfColumn(column) : column.value;
    const blanks = blanksOf(file, column);
    return blanks === undefined ? value : sql`case when not list_contains(${list(blanks)}, ${textOfColumn(column)}) then ${value} end`;
  });
  const [only = sql`null`] = values;
  return { value: values.length > 1 ? sql`coalesce(${join(values)})` : only, type };
}

/** As a JSON list: 'a' and 'bc' together differ from 'ab' and 'c', and an empty part from none at all. */
function keyQuery(columns: readonly ReadColumn[], needed: readonly ReadColumn[]): Sql {
  const isWhole = join(
    needed.map((column) => sql`${textOfColumn(column)} is not null`),
    sql` and `,
  );
  return sql`case when ${isWhole} then to_json(${list(columns.map(textOfColumn))})::varchar end`;
}

/** Texts that stand for an empty cell of a column. */
function blanksOf({ preset, columns }: PresetFile, column: ReadColumn): readonly string[] | undefined {
  return Object.entries(preset.blanks ?? {}).find(([name]) => columnsNamed(columns, name).some((named) => named.column === column))?.[1];
}
