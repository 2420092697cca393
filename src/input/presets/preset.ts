import { normaliseName } from '../../events/normalise-name.js';
import type { ColumnRole } from '../column-mapping.js';

/** What is known of one tool's export beyond the names of its columns. */
export interface Preset {
  readonly name: string;
  /** Normalised headers that together identify the export. */
  readonly headers: readonly string[];
  /** Columns it settles, by normalised header; the other roles are found by name. */
  readonly columns: Readonly<Partial<Record<ColumnRole, string>>>;
}

/** The header texts of the roles a preset settles, or undefined when the headers are of another export. */
export function presetColumns(preset: Preset, headers: readonly string[]): Partial<Record<ColumnRole, string>> | undefined {
  const byName = new Map(headers.map((header) => [normaliseName(header), header]));
  if (!preset.headers.every((header) => byName.has(header))) return undefined;
  const columns: Partial<Record<ColumnRole, string>> = {};
  for (const [role, name] of Object.entries(preset.columns) as [ColumnRole, string][]) {
    const header = byName.get(name);
    if (header !== undefined) columns[role] = header;
  }
  return columns;
}
