/** What an audience file can say of a person, in the order of precedence among identifiers. */
export const CONTACT_FIELDS = ['external_id', 'email', 'phone', 'first_name', 'last_name', 'country', 'zip'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

/**
 * How a cell is written, from the value that was read (see `contactsQuery`): `as_read`; of a phone in E.164 (`+12125650000`) its `digits`;
 * of a name `lower_without_blanks` or `lower_without_signs`; of a country `lower`; of a postal code `compact_zip` (lower, no blanks and
 * hyphens, of the United States the first five digits).
 */
export type CellForm = 'as_read' | 'digits' | 'lower_without_blanks' | 'lower_without_signs' | 'lower' | 'compact_zip';

export interface DestinationColumn {
  readonly header: string;
  readonly field: ContactField;
  readonly form: CellForm;
  /** Whether the file holds its SHA-256 in hex; a cell that is such a hash already stays as it is. */
  readonly isHashed?: true;
}

/** A tool that takes files of people: what its import documents, as data. */
export interface Destination {
  readonly name: string;
  /** As the tool calls itself. */
  readonly title: string;
  /** Where to take the files, in a few words. */
  readonly upload: string;
  /** In the order of the file; those whose field is known are written. */
  readonly columns: readonly DestinationColumn[];
  readonly hasHeader: boolean;
  /** A person is taken who has every cell of one of these sets of headers. */
  readonly needs: readonly (readonly string[])[];
  /** Headers that mean something only together: a file has all of them or none, and so has a row. */
  readonly together?: readonly string[];
  /**
   * What stands in a file once: the cells of each of these headers, or a row as a whole. The first of them that a row has says who it is
   * about: a second row about the same is left out, and of a row about somebody else the repeated cell stays empty.
   */
  readonly unique: 'row' | readonly string[];
  /** Whether further columns become properties of the person. */
  readonly takesProperties: boolean;
  /** Whether blanks within an e-mail address are removed, as its rules say, or make it none. */
  readonly removesBlanks?: true;
  /** Of one file. */
  readonly most?: { readonly rows?: number; readonly bytes?: number };
  /** People below which the tool advises against an audience. */
  readonly least?: number;
}
