import type { Preset, PresetColumns } from './preset.js';

/** Segment and RudderStack write the same tables. */
const TRACKS: PresetColumns = {
  user: ['user_id', 'anonymous_id'],
  time: 'timestamp',
  event: 'event',
  value: ['revenue', 'total'],
  quantity: null,
  order: 'order_id',
  eventId: 'id',
  session: null,
  currency: 'currency',
};
const UTC_TIMES = ['timestamp', 'original_timestamp', 'received_at', 'sent_at', 'uuid_ts', 'loaded_at'];
const EVENT_ROLES = {
  passive: ['push_notification_received', 'push_notification_bounced'],
  churn: ['application_uninstalled'],
  refund: ['order_cancelled', 'order_canceled'],
};
const OPTIONAL = ['id', 'user_id', 'timestamp', 'sent_at', 'event_text', 'context_library_name', 'context_ip'];

/** Tracks, or the table of one event, which has its properties as columns. */
export const segmentTracks: Preset = {
  name: 'segment-tracks',
  title: 'Segment tracks',
  source: 'the table tracks, or the tables of single events, of a warehouse, as CSV or Parquet',
  unverified: [],
  signature: { required: ['anonymous_id', 'event', 'original_timestamp', 'received_at'], optional: OPTIONAL, excluded: [] },
  columns: TRACKS,
  utcTimes: UTC_TIMES,
  eventRoles: EVENT_ROLES,
};

export const rudderstackTracks: Preset = {
  name: 'rudderstack-tracks',
  title: 'RudderStack tracks',
  source: 'the table tracks, or the tables of single events, of a warehouse, as CSV or Parquet',
  unverified: ['which columns of the context RudderStack alone writes'],
  signature: {
    required: [
      'anonymous_id',
      'event',
      'original_timestamp',
      'received_at',
      'uuid_ts',
      ['context_request_ip', 'context_passed_ip', 'context_source_id', 'context_destination_id', 'context_sources_job_run_id'],
    ],
    optional: [...OPTIONAL, 'channel', 'context_destination_type', 'context_source_type'],
    excluded: [],
  },
  columns: TRACKS,
  utcTimes: UTC_TIMES,
  eventRoles: EVENT_ROLES,
};
