import type { Preset } from './preset.js';

const MASTER = ['customer_id', 'date', 'number_of_cds', 'dollar_value'];

/** CDNOW, the data set of the "buy till you die" papers: fields in columns of blanks, the sample without a header. */
export const cdnow: Preset = {
  name: 'cdnow',
  title: 'CDNOW purchases',
  source: 'CDNOW_master.txt or CDNOW_sample.txt',
  unverified: [],
  signature: { required: MASTER, optional: ['master_id'], excluded: [] },
  columns: {
    user: 'customer_id',
    time: 'date',
    event: null,
    value: 'dollar_value',
    quantity: null,
    order: null,
    eventId: null,
    session: null,
    currency: null,
  },
  blankSeparated: { 4: MASTER, 5: ['master_id', ...MASTER] },
};
