import type { Preset } from './preset.js';

/** Amplitude's export: one event a line, times in UTC without saying so. */
export const amplitude: Preset = {
  name: 'amplitude',
  title: 'Amplitude events',
  source: 'the Export API or an export to storage, JSON Lines; also tables that copy them',
  unverified: ['the names of revenue among event_properties', 'the session -1 for events outside of sessions'],
  signature: {
    required: ['event_type', 'event_time', 'amplitude_id', 'uuid'],
    optional: [
      '$insert_id',
      'user_id',
      'device_id',
      'session_id',
      'client_event_time',
      'server_upload_time',
      'event_properties',
      'user_properties',
      'app',
    ],
    excluded: [],
  },
  columns: {
    user: ['user_id', 'amplitude_id'],
    time: 'event_time',
    event: 'event_type',
    value: ['event_properties.$revenue', 'event_properties.revenue'],
    quantity: null,
    order: ['event_properties.order_id', 'event_properties.orderId'],
    eventId: ['$insert_id', 'uuid'],
    session: 'session_id',
    currency: ['event_properties.$currency', 'event_properties.currency'],
  },
  blanks: { session_id: ['-1'] },
  utcTimes: [
    'event_time',
    'client_event_time',
    'client_upload_time',
    'server_upload_time',
    'server_received_time',
    'processed_time',
    'user_creation_time',
  ],
};
