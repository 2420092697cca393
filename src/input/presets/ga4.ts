import type { Preset } from './preset.js';

/** The daily tables of Google Analytics 4 and Firebase: times are microseconds, amounts are also there in US dollars. */
export const ga4: Preset = {
  name: 'ga4',
  title: 'Google Analytics 4 and Firebase events',
  source: 'the tables events_YYYYMMDD of BigQuery, as Parquet or JSON Lines',
  unverified: [
    'that user, name, time, bundle and transaction together are an event once',
    'that amounts of in_app_purchase are in event_value_in_usd alone',
  ],
  signature: {
    required: ['event_name', 'event_timestamp', 'user_pseudo_id', 'event_params'],
    optional: [
      'event_date',
      'user_id',
      'event_bundle_sequence_id',
      'event_value_in_usd',
      'user_properties',
      'stream_id',
      'platform',
      'items',
      'ecommerce',
    ],
    excluded: [],
  },
  columns: {
    user: ['user_id', 'user_pseudo_id'],
    time: 'event_timestamp',
    event: 'event_name',
    value: ['ecommerce.purchase_revenue_in_usd', 'ecommerce.refund_value_in_usd', 'event_value_in_usd'],
    quantity: null,
    order: 'ecommerce.transaction_id',
    eventId: {
      needs: ['user_pseudo_id', 'event_name', 'event_timestamp', 'event_bundle_sequence_id'],
      with: ['batch_event_index', 'ecommerce.transaction_id'],
    },
    session: 'event_params.ga_session_id',
    currency: null,
  },
  blanks: { 'ecommerce.transaction_id': ['(not set)'] },
  utcTimes: ['event_timestamp'],
  eventRoles: {
    passive: ['notification_receive', 'app_update', 'os_update'],
    churn: ['app_store_subscription_cancel'],
    purchase: ['ecommerce_purchase', 'app_store_subscription_convert', 'app_store_subscription_renew'],
    refund: ['app_store_refund'],
    start: ['app_store_subscription_convert', 'app_store_subscription_renew'],
    cancel: ['app_store_subscription_cancel'],
  },
  valueEvents: ['purchase', 'ecommerce_purchase', 'in_app_purchase', 'app_store_subscription_convert', 'app_store_subscription_renew'],
};
