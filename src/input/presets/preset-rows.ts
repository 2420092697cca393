import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { ColumnRole, PresetMapping, PresetMappings } from '../column-mapping.js';
import type { ReadColumn } from '../readers/reader.js';
import { allNames, columnsNamed, type LogicalColumn } from './logical-columns.js';
import { minorUnitsQuery } from './minor-units-query.js';
import { type OrderColumns, orderRowsQuery } from './order-rows-query.js';
import type { Cells, KeyOf, Preset, PresetRole } from './preset.js';
import { type Cell, findCell, firstOf, type PresetFile, plainColumn, presetFile, type Reading, readCell } from './preset-cells.js';
import { hasAmountQuery, type PresentRule, rowNameQuery, ruleRankQuery, unknownNameQuery } from './row-names-query.js';

/** How the rows of files with the same columns are read by a preset. */
export interface PresetRows {
  /** The columns of the roles it settles: the file's own, or those that `relation` adds. */
  readonly columns: PresetRoleColumns;
  /** What all of them are made from. */
  readonly reads: readonly LogicalColumn[];
  /** The rows of a source with the added columns; undefined when none is added. */
  readonly relation: ((source: Sql) => Sql) | undefined;
  /** What a row of the file itself says of its order; undefined where no order stands on several rows. */
  readonly order: OwnOrder | undefined;
  /** In rows of the file itself: what stands in the cells of a row that no rule names, null for all others. */
  readonly unknownName: Sql | undefined;
}

/** Expressions over rows of a file. */
export interface OwnOrder {
  readonly key: Sql;
  /** STRUCT of all that belongs to the order, `user` and `value` among it. */
  readonly cells: Sql;
}

type PresetRoleColumns = Readonly<Partial<Record<PresetRole, ReadColumn>>>;

/**
 * Columns that flags name for a role and that belong to the whole order, as the preset's own do; `person` is what the preset
 * has for its user, where an entity is counted in their place.
 */
export type OrderOverrides = Readonly<Partial<Record<ColumnRole, Cells | KeyOf>>>;

/** Roles that hold for a whole order. */
const ORDER_ROLES: readonly PresetRole[] = ['user', 'time', 'value', 'refunded', 'currency'];
const AMOUNT_ROLES: readonly PresetRole[] = ['value', 'refunded'];

/** Whether a column that a flag names for a role belongs to the whole order. */
export function isOfOrder({ orderLines }: Preset, role: ColumnRole, column: string): boolean {
  if (orderLines === undefined || !ORDER_ROLES.includes(role)) return false;
  return !orderLines.itemColumns.some((begin) => column.toLowerCase().startsWith(begin.toLowerCase()));
}

/** The roles that a preset settles, by the columns of each file. */
export function presetMappings(preset: Preset, files: readonly (readonly ReadColumn[])[]): PresetMappings {
  const columns = files.flat();
  const roles: Partial<Record<PresetRole, PresetMapping>> = {};
  const used: string[] = [];
  const find = (cells: Cells | KeyOf): string | null => {
    const cell = findCell(columns, cells);
    used.push(...(cell?.columns.map(({ source }) => source.name) ?? []));
    return cell?.label ?? null;
  };
  for (const [role, cells] of Object.entries(preset.columns) as [PresetRole, Cells | KeyOf | null][]) {
    roles[role] = cells === null ? { label: null, ambiguous: [] } : { label: find(cells), ambiguous: ambiguousNames(cells, files) };
  }
  if (preset.rowNames !== undefined) {
    const statuses = preset.rowNames.rules.map(({ column }) => column);
    const labels = [...new Set(statuses.flatMap((column) => find(column) ?? []))];
    const ambiguous = statuses.flatMap((column) => ambiguousNames(column, files));
    const { event, isUnknown } = preset.rowNames.otherwise;
    roles.event = { label: labels.length > 0 ? labels.join(' and ') : isUnknown ? null : `${event} (every row)`, ambiguous };
  }
  return { roles, used };
}

function ambiguousNames(cells: Cells | KeyOf, files: readonly (readonly ReadColumn[])[]): string[] {
  const named = files.flatMap((columns) => allNames(cells).map((name) => columnsNamed(columns, name)));
  return named.find(({ length }) => length > 1)?.map(({ column }) => column.name) ?? [];
}

/** Reads the roles of a preset from the columns of a file. */
export function presetRows(preset: Preset, columns: readonly ReadColumn[], overrides: OrderOverrides): PresetRows {
  const file = presetFile(preset, columns);
  const cells = roleCells(file, overrides);
  const statuses = statusCells(file);
  const orders = orderStep(file, cells, statuses);
  const names = nameStep(file, statuses, orders);
  const roles = roleStep(file, cells, orders, names);
  const steps = [orders, names, roles.isAdding ? roles : undefined].filter((step) => step !== undefined);
  return {
    columns: { ...roles.columns, ...(names && { event: addedColumn('event', names.event, 'VARCHAR') }) },
    reads: [...cells.values(), ...statuses.values()].flatMap((cell) => cell.columns),
    relation: steps.length === 0 ? undefined : (source) => steps.reduce((rows, step) => step.relation(rows), source),
    order: orders?.own,
    unknownName: unknownName(file, statuses, orders?.own),
  };
}

/** Of orders on several rows, only a row with a value, or without a key, speaks for the order. */
function unknownName(file: PresetFile, statuses: ReadonlyMap<string, Cell>, order: OwnOrder | undefined): Sql | undefined {
  if (!file.preset.rowNames?.otherwise.isUnknown || statuses.size === 0) return undefined;
  const read = (_: string, cell: Cell): Sql => readCell(file, cell).value;
  const cells = [...statuses].map(([field, cell]) => read(field, cell));
  const unknown = unknownNameQuery(presentRules(file, statuses, read), cells);
  return order === undefined ? unknown : sql`case when ${order.key} is null or ${order.cells}.value is not null then ${unknown} end`;
}

/** Adds columns to rows. */
interface Step {
  readonly relation: (source: Sql) => Sql;
}

interface OrderStep extends Step {
  readonly own: OwnOrder;
  readonly names: OrderColumns;
  /** A cell of the order in place of the row's own. */
  readonly read: (field: string, own: Reading) => Reading;
}

interface NameStep extends Step {
  readonly event: Sql;
  readonly hasAmount: Sql | undefined;
}

interface RoleStep extends Step {
  readonly columns: PresetRoleColumns;
  readonly isAdding: boolean;
}

function roleCells({ preset, columns }: PresetFile, overrides: OrderOverrides): ReadonlyMap<PresetRole, Cell> {
  const cells = new Map<PresetRole, Cell>();
  for (const [role, own] of Object.entries({ ...preset.columns, ...overrides }) as [PresetRole, Cells | KeyOf | null][]) {
    if (own === null || (role === 'refunded' && overrides.value !== undefined)) continue;
    const cell = findCell(columns, own);
    if (cell !== undefined) cells.set(role, cell);
  }
  return cells;
}

/** The cells that name rows, by the field they have among the cells of an order. */
function statusCells({ preset, columns }: PresetFile): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { column } of preset.rowNames?.rules ?? []) {
    const cell = findCell(columns, column);
    if (cell !== undefined) cells.set(statusField(column), cell);
  }
  return cells;
}

function statusField(column: Cells): string {
  return `status of ${typeof column === 'string' ? column : column.join(' or ')}`;
}

function presentRules(file: PresetFile, statuses: ReadonlyMap<string, Cell>, read: (field: string, cell: Cell) => Sql): PresentRule[] {
  return (file.preset.rowNames?.rules ?? []).flatMap((rule) => {
    const field = statusField(rule.column);
    const cell = statuses.get(field);
    return cell === undefined ? [] : [{ rule, cell: read(field, cell) }];
  });
}

/** Gives every row the cells of its order. */
function orderStep(file: PresetFile, cells: ReadonlyMap<PresetRole, Cell>, statuses: ReadonlyMap<string, Cell>): OrderStep | undefined {
  const key = cells.get('order');
  if (file.preset.orderLines === undefined || key === undefined) return undefined;
  const ofOrder = new Map<string, Cell>([...[...cells].filter(([role]) => ORDER_ROLES.includes(role)), ...statuses]);
  const fields = [...ofOrder].map(([name, cell]) => ({ name, value: readCell(file, cell).value }));
  for (const name of ['user', 'value']) if (!ofOrder.has(name)) fields.push({ name, value: sql`null::varchar` });
  const names: OrderColumns = {
    cells: file.freeName('cells'),
    user: file.freeName('order_user'),
    order: file.freeName('order'),
    isHead: file.freeName('is_head'),
  };
  const rank = (row: Sql): Sql => ruleRankQuery(presentRules(file, statuses, (field) => sql`${row}.${ident(field)}`));
  const { value: keyValue } = readCell(file, key);
  const own = {
    key: keyValue,
    cells: sql`{${join([{ name: 'key', value: keyValue }, ...fields].map(({ name, value }) => sql`${ident(name)}: ${value}`))}}`,
  };
  return {
    relation: (source) => sql`(${orderRowsQuery(source, own.cells, rank, names)}
    ) as order_rows`,
    own,
    names,
    read: (field, own) => {
      if (!ofOrder.has(field)) return own;
      return { value: field === 'user' ? names.user : sql`${names.order}.${ident(field)}`, type: own.type };
    },
  };
}

/** Names every row by the rules of the preset; undefined where no rule finds its column, and a row of no known kind would be an error. */
function nameStep(file: PresetFile, statuses: ReadonlyMap<string, Cell>, orders: OrderStep | undefined): NameStep | undefined {
  const { rowNames } = file.preset;
  if (rowNames === undefined || (statuses.size === 0 && rowNames.otherwise.isUnknown)) return undefined;
  const read = (field: string, cell: Cell): Sql => {
    const own = readCell(file, cell);
    return orders === undefined ? own.value : orders.read(field, own).value;
  };
  const rules = presentRules(file, statuses, read);
  const event = file.freeName('event');
  const amounts = hasAmountQuery(rules, rowNames.otherwise.hasAmount);
  const hasAmount = amounts && file.freeName('has_amount');
  const added = [{ name: event, value: rowNameQuery(rules, rowNames.otherwise.event) }];
  if (amounts !== undefined && hasAmount !== undefined) added.push({ name: hasAmount, value: amounts });
  return { relation: (source) => withColumns(source, added, sql`named_rows`), event, hasAmount };
}

/** Adds the roles that are not simply one column of the file. */
function roleStep(
  file: PresetFile,
  cells: ReadonlyMap<PresetRole, Cell>,
  orders: OrderStep | undefined,
  names: NameStep | undefined,
): RoleStep {
  const { minorUnits } = file.preset;
  const conditions = [orders?.names.isHead, names?.hasAmount].filter((condition) => condition !== undefined);
  const counts = conditions.length === 0 ? undefined : join(conditions, sql` and `);
  const read = (role: PresetRole, cell: Cell): Reading => {
    const own = readCell(file, cell);
    return orders === undefined || !ORDER_ROLES.includes(role) ? own : orders.read(role, own);
  };
  const currency = cells.get('currency');
  const columns: Partial<Record<PresetRole, ReadColumn>> = {};
  const added: { readonly name: Sql; readonly value: Sql }[] = [];
  for (const [role, cell] of cells) {
    const isAmount = AMOUNT_ROLES.includes(role);
    const isChanged = (orders !== undefined && ORDER_ROLES.includes(role)) || (isAmount && (counts ?? minorUnits) !== undefined);
    const plain = isChanged ? undefined : plainColumn(file, cell);
    if (plain !== undefined) {
      columns[role] = plain;
      continue;
    }
    let { value, type } = read(role, cell);
    if (isAmount && minorUnits !== undefined) {
      value = minorUnitsQuery(
        type === 'VARCHAR' ? value : sql`${value}::varchar`,
        currency && read('currency', currency).value,
        minorUnits,
      );
      type = 'VARCHAR';
    }
    if (isAmount && counts !== undefined) value = sql`case when ${counts} then ${value} end`;
    const name = file.freeName(role);
    added.push({ name, value });
    columns[role] = { ...addedColumn(cell.label, name, type), ...(isChanged ? {} : { firstOf: firstOf(file, cell) }) };
  }
  return { relation: (source) => withColumns(source, added, sql`preset_rows`), columns, isAdding: added.length > 0 };
}

function withColumns(source: Sql, columns: readonly { readonly name: Sql; readonly value: Sql }[], rows: Sql): Sql {
  const lines = columns.map(
    ({ name, value }) => sql`,
             ${value} as ${name}`,
  );
  return sql`(
      select *${join(lines, sql``)}
      from ${source}
    ) as ${rows}`;
}

function addedColumn(label: string, value: Sql, type: string): ReadColumn {
  return { name: label, value, type, isNested: false, hasEmptyText: false };
}
