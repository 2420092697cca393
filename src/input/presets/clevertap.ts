import type { Preset } from './preset.js';

/** CleverTap's event export: times are fourteen digits of the account's zone. */
export const clevertap: Preset = {
  name: 'clevertap',
  title: 'CleverTap events',
  source: 'an event export, as JSON, CSV or Parquet, with the names of its columns left as they are',
  unverified: [
    'that ts has fourteen digits in every kind of export, and is in the zone of the account',
    'the names below eventProps that hold money, order and session',
    'which notification events are exported',
  ],
  signature: {
    required: ['eventName', 'ts', ['profile.objectId', 'profile.identity', 'profile.all_identities']],
    optional: ['eventProps', 'profile.platform', 'profile.name', 'profile.email', 'deviceInfo', 'sessionProps'],
    excluded: [],
  },
  columns: {
    user: ['profile.identity', 'profile.objectId'],
    time: 'ts',
    event: 'eventName',
    value: ['eventProps.Amount', 'eventProps.amount'],
    quantity: null,
    order: ['eventProps.Charged ID', 'eventProps.order_id'],
    eventId: null,
    session: ['eventProps.CT Session Id', 'sessionProps.sessionId'],
    currency: ['eventProps.Currency', 'eventProps.currency'],
  },
  eventRoles: { passive: ['push_impressions', 'notification_delivered'] },
};
