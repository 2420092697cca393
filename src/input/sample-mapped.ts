import type { Database } from '../engine/database.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import type { HeadSampler } from './head-sampler.js';
import type { FilePreset, MappedFile } from './mapped-file.js';
import type { PresetRole } from './presets/preset.js';
import { presetRows } from './presets/preset-rows.js';
import type { ReadColumn } from './readers/reader.js';

/** The texts of roles in a file's head: a list a role, '' for empty, nothing for a role without a column. */
export type RoleSample = (role: PresetRole) => readonly string[];

/** Reads the columns of roles in a file's head, also those that a preset adds. */
export async function sampleMapped(
  database: Database,
  sample: HeadSampler,
  mapped: MappedFile,
  roles: readonly PresetRole[],
): Promise<RoleSample> {
  const { file, columns, preset } = mapped;
  const listed = new Set(file.columns.flatMap((column) => [column, ...(column.leaves ?? [])]));
  const texts = new Map<PresetRole, readonly string[]>();
  const direct = roles.flatMap((role) => {
    const column = columns[role];
    return column !== undefined && (preset?.rows.columns[role] !== column || listed.has(column)) ? [{ role, column }] : [];
  });
  const read = await sample(
    file,
    direct.map(({ column }) => column),
  );
  for (const [index, { role }] of direct.entries()) texts.set(role, read[index] ?? []);
  const made = roles.filter((role) => columns[role] !== undefined && !texts.has(role));
  if (preset !== undefined && made.length > 0) {
    const evaluated = await evaluate(database, sample, mapped, preset, made);
    for (const [index, role] of made.entries()) texts.set(role, evaluated[index] ?? []);
  }
  return (role) => texts.get(role) ?? [];
}

/** What the preset makes of the texts of the head: the same expressions that read the rows. */
async function evaluate(
  database: Database,
  sample: HeadSampler,
  { file }: MappedFile,
  { preset, overrides, rows }: FilePreset,
  roles: readonly PresetRole[],
): Promise<string[][]> {
  const read = [...new Set(rows.reads.map(({ column, source }) => (source.isNested ? column : source)))];
  const texts = await sample(file, read);
  const records = (texts[0] ?? []).map((_, record) => texts.map((column) => column[record] ?? ''));
  const cells = read.map(({ name }, index): ReadColumn => {
    return { name, value: ident(`cell_${index}`), type: 'VARCHAR', isNested: false, hasEmptyText: true };
  });
  const ofTexts = presetRows(preset, cells, overrides);
  const head = sql`(
      select record,
             ${join(cells.map(({ value }, index) => sql`texts[${index + 1}::bigint] as ${value}`))}
      from (
        select unnest(range(${records.length})) as record,
               unnest(from_json(${JSON.stringify(records)}, '[["VARCHAR"]]')) as texts
      ) as records
    ) as head_rows`;
  const names = roles.map((_, index) => ident(`role_${index}`));
  const values = roles.map(
    (role, index) => sql`coalesce(${ofTexts.columns[role]?.value ?? sql`null`}::varchar, '') as ${names[index] as Sql}`,
  );
  const found = await database.rows<Record<string, string>>(sql`
    select ${join(values)}
    from ${ofTexts.relation?.(head) ?? head}
    order by record`);
  return roles.map((_, index) => found.map((row) => row[`role_${index}`] ?? ''));
}
