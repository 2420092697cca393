import type { Preset } from './preset.js';

/** Heap Connect: the same event id stands once for every definition that an interaction meets. */
export const heap: Preset = {
  name: 'heap',
  title: 'Heap events',
  source: 'the table all_events, or tables of single events, of a warehouse, as CSV or Parquet',
  unverified: ['which columns hold money: only events of your own have any'],
  signature: {
    required: ['event_id', 'user_id', 'session_id', 'time', ['event_table_name', 'session_time']],
    optional: ['event_name', 'platform', 'library', 'device_type', 'landing_page', 'heap_app_version'],
    excluded: [],
  },
  columns: {
    user: ['identity', 'user_id'],
    time: 'time',
    event: ['event_name', 'event_table_name'],
    order: 'order_id',
    quantity: null,
    eventId: { needs: ['event_id'], with: ['event_name', 'event_table_name'] },
    session: 'session_id',
  },
  utcTimes: ['time', 'session_time'],
};
