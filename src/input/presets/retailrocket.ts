import type { Preset } from './preset.js';

/** Retailrocket's public data set: no amounts, an item of a transaction a row. */
export const retailrocket: Preset = {
  name: 'retailrocket',
  title: 'Retailrocket events',
  source: 'events.csv of the "Retailrocket recommender system" data set',
  unverified: [],
  signature: { required: ['timestamp', 'visitorid', 'event', 'itemid', 'transactionid'], optional: [], excluded: [] },
  columns: {
    user: 'visitorid',
    time: 'timestamp',
    event: 'event',
    value: null,
    quantity: null,
    order: 'transactionid',
    eventId: { needs: ['transactionid', 'itemid'], with: [] },
    session: null,
    currency: null,
  },
};
