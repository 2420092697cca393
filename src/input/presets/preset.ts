import type { FurtherRoles } from '../../events/event-roles.js';
import type { ColumnRole } from '../column-mapping.js';

/** A column by its header or dotted path, or the first of several that is not empty in the row. */
export type Cells = string | readonly string[];

/** Several columns that are unique to an event together; a row where one of `needs` is empty has no event id. */
export interface KeyOf {
  readonly needs: readonly string[];
  readonly with: readonly string[];
}

/** What a preset maps beside the roles of columns: an amount that the value is reduced by. */
export type PresetRole = ColumnRole | 'refunded';

/** A role that is null is played by no column; one that is left out is found by name. */
export interface PresetColumns {
  readonly user: Cells;
  readonly time: Cells;
  readonly event?: Cells | null;
  readonly value?: Cells | null;
  /** Multiplies the value. */
  readonly quantity?: Cells | null;
  /** What was given back of the value in the same row. */
  readonly refunded?: Cells;
  readonly order?: Cells | null;
  readonly eventId?: Cells | KeyOf | null;
  readonly session?: Cells | null;
  readonly currency?: Cells | null;
}

/** Normalised texts of a cell, any text at all, the text itself, or what it begins with. */
export type CellTest = readonly string[] | 'filled' | { readonly exactly: string } | { readonly begins: string };

/** Rows of order exports get their event name from cells such as a status: the first rule that fits names the row. */
export interface RowNames {
  readonly rules: readonly {
    readonly event: string;
    readonly column: Cells;
    readonly is: CellTest;
    readonly hasAmount: boolean;
  }[];
  /** For rows that no rule fits; `isUnknown`: there should be none, and how many there are is worth a warning. */
  readonly otherwise: { readonly event: string; readonly hasAmount: boolean; readonly isUnknown: boolean };
}

/** Orders that stand on several rows, a row an item: what belongs to the whole order may be blank, or repeated, on all rows but one. */
export interface OrderLines {
  /** How the columns of the items begin; all others belong to the order. */
  readonly itemColumns: readonly string[];
}

/** Codes of the currencies whose smallest unit is not a hundredth. */
export interface MinorUnits {
  readonly zeroDecimals: readonly string[];
  readonly threeDecimals: readonly string[];
}

/**
 * One tool's export: what identifies it, and how its columns are read. Plain data. Names of columns are compared part by part of
 * their dotted path, as `normaliseName` writes them.
 */
export interface Preset {
  readonly name: string;
  readonly title: string;
  /** What to export, and where in the tool. */
  readonly source: string;
  /** What could not be checked against the tool or its documentation; empty: all of it was. */
  readonly unverified: readonly string[];
  /** Every one of `required` (or one of its alternatives) and none of `excluded` is there; `optional` ones raise the fit. */
  readonly signature: {
    readonly required: readonly Cells[];
    readonly optional: readonly string[];
    readonly excluded: readonly string[];
  };
  readonly columns: PresetColumns;
  /** Texts that stand for an empty cell, by column. */
  readonly blanks?: Readonly<Record<string, readonly string[]>>;
  readonly rowNames?: RowNames;
  readonly orderLines?: OrderLines;
  /** Set when the amounts are whole numbers of the smallest unit of their currency. */
  readonly minorUnits?: MinorUnits;
  /** Columns whose times are UTC although they do not say so. */
  readonly utcTimes?: readonly string[];
  /** The order of slash dates where a file does not prove it. */
  readonly slashOrder?: 'day-first' | 'month-first';
  /** Names that play a role in this tool. */
  readonly eventRoles?: FurtherRoles;
  /** The only names that are worth money, as amounts stand on others too. */
  readonly valueEvents?: readonly string[];
  /** Records without a header whose fields are separated by blanks: the names of the columns, for each number of fields. */
  readonly blankSeparated?: Readonly<Record<number, readonly string[]>>;
}
