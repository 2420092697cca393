import type { Preset } from './preset.js';

const MONEY_PROPERTY = 'which property holds money: Mixpanel has none of its own';

/** The raw export: one event a line, everything but the name among its properties; repeated events are not removed. */
export const mixpanel: Preset = {
  name: 'mixpanel',
  title: 'Mixpanel raw export',
  source: 'the Raw Data Export API, JSON Lines',
  unverified: [MONEY_PROPERTY, 'projects from before 2023 may keep times in their own zone as if it were UTC'],
  signature: {
    required: ['event', 'properties.distinct_id', 'properties.time'],
    optional: [
      'properties.$insert_id',
      'properties.$device_id',
      'properties.$user_id',
      'properties.mp_lib',
      'properties.mp_processing_time_ms',
    ],
    excluded: [],
  },
  columns: {
    user: ['properties.$user_id', 'properties.distinct_id'],
    time: 'properties.time',
    event: 'event',
    value: ['properties.revenue', 'properties.amount', 'properties.$amount'],
    quantity: null,
    order: 'properties.order_id',
    eventId: { needs: ['properties.$insert_id'], with: ['event', 'properties.distinct_id', 'properties.time'] },
    session: null,
    currency: 'properties.currency',
  },
  utcTimes: ['properties.time'],
};

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
