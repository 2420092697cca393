import { normaliseName } from '../../events/normalise-name.js';
import { findColumn, type ReadColumn } from '../readers/reader.js';
import type { Cells, KeyOf, Preset } from './preset.js';

/** What a name means in a file. */
export interface LogicalColumn {
  readonly column: ReadColumn;
  /** The column of the file that it is, or that it stands in. */
  readonly source: ReadColumn;
}

/** The names of one cell, in order of preference. */
export function namesOf(cells: Cells): readonly string[] {
  return typeof cells === 'string' ? [cells] : cells;
}

/** Every name that a cell or a key is read from. */
export function allNames(cells: Cells | KeyOf): readonly string[] {
  return typeof cells === 'object' && 'needs' in cells ? [...cells.needs, ...cells.with] : namesOf(cells);
}

/** The columns and fields that a name means: the one written exactly like it, else all that are once each part of the path is normalised. */
export function columnsNamed(columns: readonly ReadColumn[], name: string): readonly LogicalColumn[] {
  const listed = columns.flatMap((source) => [source, ...(source.leaves ?? [])].map((column) => ({ column, source })));
  const exact = listed.filter(({ column }) => column.name === name);
  if (exact.length > 0) return exact;
  const path = normalisedPath(name);
  return listed.filter(({ column }) => normalisedPath(column.name) === path);
}

/** What a name means that holds one text in a row; also the entry of a map, or of JSON that stands as text in a column. */
export function readableColumn(columns: readonly ReadColumn[], name: string): LogicalColumn | undefined {
  const listed = columnsNamed(columns, name).find(({ column }) => !column.isNested);
  if (listed !== undefined) return listed;
  const at = name.indexOf('.');
  const [container] = at < 0 ? [] : columnsNamed(columns, name.slice(0, at));
  if (container === undefined) return undefined;
  const { column } = container;
  const entry = findColumn([column], `${column.name}${name.slice(at)}`);
  return entry && { column: entry, source: container.source };
}

/** Whether the times of a column, or of all columns that a label joins, are UTC although they do not say so. */
export function isUtcTime({ utcTimes = [] }: Preset, label: string | null): boolean {
  const known = utcTimes.map(normalisedPath);
  return label?.split(' or ').every((name) => known.includes(normalisedPath(name))) ?? false;
}

function normalisedPath(name: string): string {
  return name.split('.').map(normaliseName).join('.');
}
