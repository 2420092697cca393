import type { ColumnMapping, ColumnRole } from './column-mapping.js';
import { COLUMN_ROLES } from './column-mapping.js';
import type { Preset, PresetRole } from './presets/preset.js';
import { type OrderOverrides, type PresetRows, presetRows } from './presets/preset-rows.js';
import { type AddedColumns, findColumn, type ReadableFile, type ReadColumn } from './readers/reader.js';

/** A file with the columns that play its roles. */
export interface MappedFile {
  readonly file: ReadableFile;
  /** A role that no column of this file plays is left out. */
  readonly columns: Readonly<Partial<Record<PresetRole, ReadColumn>>>;
  readonly preset: FilePreset | undefined;
}

/** How a preset reads a file. */
export interface FilePreset {
  readonly preset: Preset;
  readonly overrides: OrderOverrides;
  readonly rows: PresetRows;
}

/** Finds the column of every role in a file. */
export function mapFile(file: ReadableFile, mapping: ColumnMapping, preset: Preset | undefined, overrides: OrderOverrides): MappedFile {
  const rows = preset && presetRows(preset, file.columns, overrides);
  const roleColumn = (role: ColumnRole): ReadColumn | undefined => {
    const name = mapping.columns[role];
    if (mapping.presetRoles.has(role) || overrides[role] !== undefined) return rows?.columns[role];
    return name === null ? undefined : findColumn(file.columns, name);
  };
  const columns: Partial<Record<PresetRole, ReadColumn>> = {};
  for (const role of COLUMN_ROLES) {
    const column = roleColumn(role);
    if (column !== undefined) columns[role] = column;
  }
  if (mapping.refunded !== null && rows?.columns.refunded !== undefined) columns.refunded = rows.columns.refunded;
  return { file, columns, preset: preset && rows && { preset, overrides, rows } };
}

/** The columns that a preset adds to a file. */
export function addedColumns({ preset }: MappedFile): AddedColumns | undefined {
  const relation = preset?.rows.relation;
  return relation && { relation, sources: [...new Set(preset.rows.reads.map(({ column }) => column))] };
}
