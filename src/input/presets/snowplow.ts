import type { Preset } from './preset.js';

/** Enriched events of Snowplow, as a table with names. */
export const snowplow: Preset = {
  name: 'snowplow',
  title: 'Snowplow enriched events',
  source: 'the table events of a warehouse, as CSV or Parquet, with its header',
  unverified: ['money of events that are not the classic transaction: it stands in columns of their own schemas'],
  signature: {
    required: ['event_id', 'collector_tstamp', 'domain_userid'],
    optional: [
      'app_id',
      'platform',
      'event',
      'event_name',
      'derived_tstamp',
      'dvce_created_tstamp',
      'network_userid',
      'domain_sessionid',
      'user_id',
      'tr_total',
      'event_fingerprint',
    ],
    excluded: [],
  },
  columns: {
    user: ['user_id', 'domain_userid', 'network_userid'],
    time: ['derived_tstamp', 'collector_tstamp'],
    event: ['event_name', 'event'],
    value: 'tr_total',
    quantity: null,
    order: 'tr_orderid',
    eventId: 'event_id',
    session: 'domain_sessionid',
    currency: 'tr_currency',
  },
  utcTimes: ['derived_tstamp', 'collector_tstamp', 'etl_tstamp', 'dvce_created_tstamp', 'dvce_sent_tstamp', 'true_tstamp', 'load_tstamp'],
};
