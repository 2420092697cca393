import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { normaliseName } from '../events/normalise-name.js';
import type { ReadableFile, ReadColumn } from './readers/reader.js';

/** A column that somebody asked for by name, and the option that named it. */
export interface PropertyRequest {
  readonly option: string;
  readonly name: string;
  /** The own segment whose rule asks for it. */
  readonly segment?: string;
}

/** Where a property comes from: the `index`-th of the events, or of the users file. */
export interface Property {
  readonly of: 'events' | 'users';
  readonly index: number;
}

export interface PropertySources {
  readonly files: readonly ReadableFile[];
  /** Dotted names of fields that the heads of the files do not show. */
  readonly hidden: ReadonlySet<string>;
  /** The columns of the users file; undefined without one. */
  readonly userColumns: readonly ReadColumn[] | undefined;
}

export interface FoundProperties {
  /** In the order of the requests. */
  readonly found: readonly Property[];
  /** Columns to carry along with the events, and with the people of the users file. */
  readonly ofEvents: readonly string[];
  readonly ofUsers: readonly string[];
}

/**
 * Finds the columns that names mean: the exact name, or the normalised one when that is unique. `events.NAME` and `users.NAME` say
 * whose column it is where both have it. Errors: `column-unknown`, of rules `rule-column-unknown`, `property-ambiguous`.
 */
export function findProperties(requests: readonly PropertyRequest[], sources: PropertySources): FoundProperties {
  const columns = { events: [] as string[], users: [] as string[] };
  const found = requests.map((request): Property => {
    const { of, name } = findProperty(request, sources);
    const known = columns[of].indexOf(name);
    return { of, index: known === -1 ? columns[of].push(name) - 1 : known };
  });
  return { found, ofEvents: columns.events, ofUsers: columns.users };
}

function findProperty(request: PropertyRequest, { files, hidden, userColumns }: PropertySources): { of: Property['of']; name: string } {
  const { option, name } = request;
  const ofEvents = [...new Set(files.flatMap(({ columns }) => addressable(columns)))];
  const wholeEvents = new Set([...files.flatMap(({ columns }) => columns.map((column) => column.name)), ...hidden]);
  const inEvents = (text: string): string | undefined => columnNamed(text, ofEvents, wholeEvents);
  if (userColumns === undefined) {
    const column = inEvents(name);
    return column === undefined ? unknown(request, ofEvents) : { of: 'events', name: column };
  }
  const ofUsers = addressable(userColumns);
  const wholeUsers = new Set(userColumns.map((column) => column.name));
  const inUsers = (text: string): string | undefined => columnNamed(text, ofUsers, wholeUsers);
  const candidates: readonly [Property['of'], string | undefined][] = [
    ['events', inEvents(name)],
    ['users', inUsers(name)],
    ['events', name.startsWith('events.') ? inEvents(name.slice('events.'.length)) : undefined],
    ['users', name.startsWith('users.') ? inUsers(name.slice('users.'.length)) : undefined],
  ];
  const fitting = candidates.flatMap(([of, column]) => (column === undefined ? [] : [{ of, name: column }]));
  const [first, second] = fitting;
  if (first === undefined) return unknown(request, [...ofEvents, ...ofUsers.filter((column) => !ofEvents.includes(column))]);
  if (second !== undefined) fail('property-ambiguous', { option, name });
  return first;
}

/** The column of the users file that a name means, alone or as `users.NAME`. */
export function columnOfUsers(name: string, columns: readonly ReadColumn[]): string | undefined {
  const [names, whole] = [addressable(columns), new Set(columns.map((column) => column.name))];
  const own = name.startsWith('users.') ? columnNamed(name.slice('users.'.length), names, whole) : undefined;
  return columnNamed(name, names, whole) ?? own;
}

function unknown({ option, name, segment }: PropertyRequest, found: readonly string[]): never {
  if (segment !== undefined) fail('rule-column-unknown', { segment, column: name, found, nearest: nearest(name, found) });
  return fail('column-unknown', { flag: option, column: name, found, nearest: nearest(name, found) });
}

/** Columns, and in place of those that have fields their fields. */
function addressable(columns: readonly ReadColumn[]): string[] {
  return [...new Set(columns.flatMap((column) => (column.leaves?.length ? column.leaves : [column])).map(({ name }) => name))];
}

function columnNamed(name: string, names: readonly string[], whole: ReadonlySet<string>): string | undefined {
  if (whole.has(name) || names.includes(name)) return name;
  const alike = names.filter((candidate) => normaliseName(candidate) === normaliseName(name));
  return alike.length === 1 ? alike[0] : undefined;
}
