import type { OptionName } from '../config/options.js';
import { flagOf } from '../config/options.js';
import type { WrittenExport } from '../config/parse-exports.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { normaliseName } from '../events/normalise-name.js';
import { writtenColumns } from '../membership/audience/write-audience.js';
import { CONTACT_FIELDS, type ContactField, type Destination } from '../membership/destinations/destination.js';

/** The columns of members that contacts are read from. */
export type ContactColumns = ReadonlyMap<ContactField, string>;

/** The option that names the column of a field, and the names by which one is found, as `normaliseName` makes them. */
export const CONTACT_COLUMNS = {
  external_id: { option: 'externalIdColumn', names: [] },
  email: { option: 'emailColumn', names: ['email', 'e_mail', 'mail', 'email_address', 'e_mail_address'] },
  phone: {
    option: 'phoneColumn',
    names: ['phone', 'phone_number', 'phonenumber', 'mobile', 'mobile_phone', 'mobile_number', 'telephone', 'telephone_number', 'tel'],
  },
  first_name: { option: 'firstNameColumn', names: ['first_name', 'firstname', 'given_name', 'fname'] },
  last_name: { option: 'lastNameColumn', names: ['last_name', 'lastname', 'surname', 'family_name', 'lname'] },
  country: { option: 'countryColumn', names: ['country', 'country_code', 'country_iso'] },
  zip: { option: 'zipColumn', names: ['zip', 'zip_code', 'zipcode', 'postal_code', 'postalcode', 'postcode'] },
} as const satisfies Readonly<Record<ContactField, { readonly option: OptionName; readonly names: readonly string[] }>>;

/** Says whose column it is, as in `--keep users.country`. */
const OWNER = /^(users|events)\./;

/** What says which columns one tool's contacts come from: the options, over which goes what a config file says of this tool alone. */
export interface ContactSettings {
  readonly settings: Settings;
  readonly destination: Destination;
  readonly own: WrittenExport;
  /** The options that the command line and the environment give: they count before what the file says of one tool. */
  readonly typed: readonly OptionName[];
}

/**
 * The columns that a destination's files are made of: those that were named, then of `candidates` the only one called like a field; ids are
 * those of the users unless another column is named. Errors: `contact-column-ambiguous`, `audience-no-contact`.
 */
export function findContactColumns(asked: ContactSettings, candidates: readonly string[]): ContactColumns {
  const { settings, destination } = asked;
  const columns = new Map<ContactField, string>();
  const fields = askedFields(settings, destination);
  for (const field of CONTACT_FIELDS) {
    if (!fields.has(field)) continue;
    const named = namedColumn(asked, field);
    const found =
      named === undefined ? columnCalled(field, CONTACT_COLUMNS[field].names, candidates) : named === 'none' ? undefined : named;
    if (found !== undefined) columns.set(field, found);
  }
  if (!columns.has('external_id') && namedColumn(asked, 'external_id') === undefined) columns.set('external_id', 'user_id');
  refuseWithoutContact(destination, columns, candidates);
  return columns;
}

function namedColumn({ settings, own, typed }: ContactSettings, field: ContactField): string | undefined {
  const { option } = CONTACT_COLUMNS[field];
  return typed.includes(option) ? settings[option] : (own.columns[field] ?? settings[option]);
}

/** A suppression list may name an address or a number also where the file has none; a country says how a number without a code is read. */
function askedFields({ suppress }: Settings, { columns }: Destination): ReadonlySet<ContactField> {
  const fields = columns.map(({ field }) => field);
  const all: readonly ContactField[] = suppress === undefined ? fields : [...fields, 'email', 'phone'];
  return new Set(all.includes('phone') ? [...all, 'country'] : all);
}

function columnCalled(field: ContactField, names: readonly string[], candidates: readonly string[]): string | undefined {
  const found = candidates.filter((name) => names.includes(normaliseName(name.replace(OWNER, ''))));
  if (found.length > 1)
    fail('contact-column-ambiguous', { field: fieldWords(field), flag: flagOf(CONTACT_COLUMNS[field].option), names: found });
  return found[0];
}

function refuseWithoutContact(destination: Destination, columns: ContactColumns, candidates: readonly string[]): void {
  const headers = writtenColumns(destination, new Set(columns.keys())).map(({ header }) => header);
  if (destination.needs.some((set) => set.every((header) => headers.includes(header)))) return;
  const needs = destination.needs.map((set) =>
    set.map((header) => fieldWords(destination.columns.find((column) => column.header === header)?.field ?? 'external_id')).join(', '),
  );
  const [first = []] = destination.needs;
  const field = destination.columns.find(({ header }) => header === first[0])?.field ?? 'email';
  fail('audience-no-contact', { destination: destination.title, needs, flag: flagOf(CONTACT_COLUMNS[field].option), found: candidates });
}

function fieldWords(field: ContactField): string {
  return {
    external_id: 'id',
    email: 'e-mail address',
    phone: 'phone number',
    first_name: 'first name',
    last_name: 'last name',
    country: 'country',
    zip: 'postal code',
  }[field];
}
