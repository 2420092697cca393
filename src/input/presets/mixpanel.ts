import type { Preset } from './preset.js';

const MONEY_PROPERTY = 'which property holds money: Mixpanel has none of its own';

/** The events table of a JSON pipeline. */
export const mixpanelWarehouse: Preset = {
  name: 'mixpanel-warehouse',
  title: 'Mixpanel events from a JSON pipeline',
  source: 'the table mp_master_event of a data pipeline, as Parquet or CSV',
  unverified: [MONEY_PROPERTY, 'tables of the older schematized pipelines, whose properties are columns'],
  signature: {
    required: ['event_name', 'distinct_id', 'insert_id', 'time', 'properties'],
    optional: ['device_id', 'user_id'],
    excluded: [],
  },
  columns: {
    user: ['user_id', 'distinct_id'],
    time: 'time',
    event: 'event_name',
    value: ['properties.revenue', 'properties.amount', 'properties.$amount'],
    quantity: null,
    order: 'properties.order_id',
    eventId: { needs: ['insert_id'], with: ['event_name', 'distinct_id', 'time'] },
    session: null,
    currency: 'properties.currency',
  },
  utcTimes: ['time'],
};
