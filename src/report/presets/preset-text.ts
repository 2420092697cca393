import type { Cells, CellTest, KeyOf, Preset, RowNames } from '../../input/presets/preset.js';
import { renderTable } from '../text-table.js';
import { wrapText } from '../wrap-text.js';

const LABEL_WIDTH = 12;
const GAP = '  ';
const ROLES = ['user', 'time', 'event', 'value', 'quantity', 'order', 'eventId', 'session', 'currency'] as const;

/** One line a preset: its name, what it reads, whether all of it is verified. */
export function renderPresetList(presets: readonly Preset[], width: number): string[] {
  const column = (head: string, cell: (preset: Preset) => string) => ({
    head,
    align: 'left' as const,
    leaves: 0,
    cells: presets.map(cell),
  });
  const names = column('preset', ({ name }) => name);
  const reads = column('reads', ({ title }) => title);
  const verified = column('verified', ({ unverified }) => (unverified.length === 0 ? 'yes' : 'not all'));
  const wide = renderTable([names, reads, verified]);
  if (wide.every((line) => line.length <= width)) return wide;
  return presets.flatMap(({ name, title, unverified }) => [
    ...wrapText(`${name}${unverified.length === 0 ? '' : ' (not all verified)'}`, width),
    ...wrapText(title, width, GAP),
  ]);
}

/** Everything a preset knows, in words. */
export function renderPreset(preset: Preset, width: number): string[] {
  const { signature, unverified } = preset;
  const lines: [string, string][] = [
    ['Export', `${preset.source}.`],
    ['Known by', `${signature.required.map(cellsText).join(', ')}.`],
  ];
  if (signature.optional.length > 0) lines.push(['Fits better', `with ${signature.optional.join(', ')}.`]);
  if (signature.excluded.length > 0) lines.push(['Never with', `${signature.excluded.join(', ')}.`]);
  for (const role of ROLES) {
    const text = roleText(preset, role);
    if (text !== undefined) lines.push([spokenRole(role), text]);
  }
  const none = ROLES.filter((role) => preset.columns[role] === null && role !== 'event').map(spokenRole);
  if (none.length > 0) lines.push(['none', `${none.join(', ')}.`]);
  if (preset.orderLines !== undefined) lines.push(['Rows', 'one an item; what belongs to the order is taken once.']);
  if (preset.utcTimes !== undefined) lines.push(['Zone', `UTC, in ${preset.utcTimes.join(', ')}.`]);
  if (preset.slashOrder !== undefined) {
    lines.push([
      'Dates',
      `${preset.slashOrder === 'day-first' ? 'the day' : 'the month'} comes first in 1/2/2010, where the file does not prove it.`,
    ]);
  }
  for (const [role, names] of Object.entries(preset.eventRoles ?? {})) {
    if (names !== undefined && names.length > 0) lines.push([role, `also ${names.join(', ')}.`]);
  }
  if (preset.valueEvents !== undefined) lines.push(['Worth money', `only ${preset.valueEvents.join(', ')}.`]);
  if (preset.blankSeparated !== undefined) lines.push(['Layout', 'fields separated by blanks, with or without a header.']);
  lines.push(['Verified', unverified.length === 0 ? 'yes.' : `all but ${unverified.join('; ')}.`]);
  return [
    `${preset.name}: ${preset.title}`,
    ...lines.flatMap(([label, text]) => wrapText(text, width, `${GAP}${label.padEnd(LABEL_WIDTH)}`)),
  ];
}

/** The presets as plain data. */
export function presetJson(preset: Preset): Record<string, unknown> {
  const { signature, columns, rowNames } = preset;
  const cells = (of: Cells | KeyOf | null): unknown => (of === null ? null : isKey(of) ? of : namesOf(of));
  return {
    name: preset.name,
    title: preset.title,
    source: preset.source,
    unverified: preset.unverified,
    signature: { required: signature.required.map(namesOf), optional: signature.optional, excluded: signature.excluded },
    columns: Object.fromEntries(
      Object.entries(columns).map(([role, of]) => [role === 'eventId' ? 'event_id' : role, cells(of as Cells | KeyOf | null)]),
    ),
    row_names: rowNames === undefined ? null : { rules: rowNames.rules.map(ruleJson), otherwise: rowNames.otherwise.event },
    utc_times: preset.utcTimes ?? [],
    slash_order: preset.slashOrder ?? null,
    event_roles: preset.eventRoles ?? {},
    value_events: preset.valueEvents ?? null,
    blanks: preset.blanks ?? {},
    minor_units: preset.minorUnits !== undefined,
    order_lines: preset.orderLines !== undefined,
    blank_separated: preset.blankSeparated !== undefined,
  };
}

function ruleJson({ event, column, is, hasAmount }: RowNames['rules'][number]): Record<string, unknown> {
  return {
    event,
    column: namesOf(column),
    is,
    has_amount: hasAmount,
  };
}

function roleText(preset: Preset, role: (typeof ROLES)[number]): string | undefined {
  const { rowNames, columns } = preset;
  if (role === 'event' && rowNames !== undefined) return rowNamesText(rowNames);
  const of = columns[role];
  if (of === undefined) return undefined;
  if (of === null) return role === 'event' ? 'every row is a purchase.' : undefined;
  if (isKey(of)) {
    const together = [...of.needs, ...of.with].join(' + ');
    return `${together}, of rows that have ${of.needs.join(' and ')}.`;
  }
  const blanks = namesOf(of).flatMap((name) => (preset.blanks?.[name] ?? []).map((text) => `${text} in ${name} is none`));
  const refunded = role === 'value' && columns.refunded !== undefined ? ` less ${cellsText(columns.refunded)}` : '';
  const units = role === 'value' && preset.minorUnits !== undefined ? ', in the smallest unit of the currency' : '';
  return `${cellsText(of)}${refunded}${units}${blanks.length === 0 ? '' : ` (${blanks.join(', ')})`}.`;
}

/** The rules in their order; those that follow each other with one name and one column are one. */
function rowNamesText({ rules, otherwise }: RowNames): string {
  const merged: { readonly event: string; readonly column: string; readonly tests: string[] }[] = [];
  for (const { event, column, is, hasAmount } of rules) {
    const last = merged.at(-1);
    const name = hasAmount ? event : `${event} (no amount)`;
    if (last?.event === name && last.column === cellsText(column)) last.tests.push(testText(is).replace(/^is /, ''));
    else merged.push({ event: name, column: cellsText(column), tests: [testText(is)] });
  }
  const sentences = merged.map(({ event, column, tests }) => `${event} where ${column} ${tests.join(', ')}`);
  return `${[...sentences, `else ${otherwise.event}${otherwise.hasAmount ? '' : ' (no amount)'}`].join('; ')}.`;
}

function testText(is: CellTest): string {
  if (is === 'filled') return 'is filled';
  if ('exactly' in is) return `is ${is.exactly}`;
  return 'begins' in is ? `begins with ${is.begins}` : `is ${is.join(', ')}`;
}

function spokenRole(role: (typeof ROLES)[number]): string {
  return role === 'eventId' ? 'event id' : role;
}

function cellsText(cells: Cells): string {
  return namesOf(cells).join(' or ');
}

function namesOf(cells: Cells): readonly string[] {
  return typeof cells === 'string' ? [cells] : cells;
}

function isKey(cells: Cells | KeyOf): cells is KeyOf {
  return typeof cells === 'object' && 'needs' in cells;
}
