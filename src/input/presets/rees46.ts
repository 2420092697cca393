import type { Preset } from './preset.js';

/** REES46 event histories: the price stands on every row, and only purchases are worth it. */
export const rees46: Preset = {
  name: 'rees46',
  title: 'REES46 event history',
  source: 'the monthly CSV files of the "eCommerce behavior data" sets',
  unverified: [],
  signature: {
    required: ['event_time', 'event_type', 'product_id', 'price', 'user_id', 'user_session'],
    optional: ['category_id', 'category_code', 'brand'],
    excluded: [],
  },
  columns: {
    user: 'user_id',
    time: 'event_time',
    event: 'event_type',
    value: 'price',
    quantity: null,
    order: null,
    eventId: null,
    session: 'user_session',
    currency: null,
  },
  utcTimes: ['event_time'],
  valueEvents: ['purchase'],
};
