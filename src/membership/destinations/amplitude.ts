import type { Destination } from './destination.js';

/** A cohort: one user id a line and no line of headers (amplitude.com, import of a cohort; a cohort has at most 2 million users). */
export const amplitude: Destination = {
  name: 'amplitude',
  title: 'Amplitude',
  upload: 'import of a cohort from CSV, as user ids',
  columns: [{ header: 'user_id', field: 'external_id', form: 'as_read' }],
  hasHeader: false,
  needs: [['user_id']],
  unique: ['user_id'],
  takesProperties: false,
  most: { rows: 2_000_000, bytes: 100e6 },
};
