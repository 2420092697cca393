import type { Destination } from './destination.js';

/** Users by `external_id`; default attributes keep their case, and empty cells change nothing (braze.com, CSV import). */
export const braze: Destination = {
  name: 'braze',
  title: 'Braze',
  upload: 'import of user attributes as CSV',
  columns: [
    { header: 'external_id', field: 'external_id', form: 'as_read' },
    { header: 'email', field: 'email', form: 'as_read' },
    { header: 'phone', field: 'phone', form: 'as_read' },
    { header: 'first_name', field: 'first_name', form: 'as_read' },
    { header: 'last_name', field: 'last_name', form: 'as_read' },
    { header: 'country', field: 'country', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['external_id']],
  unique: ['external_id'],
  takesProperties: true,
  most: { bytes: 500e6 },
};
