import type { Preset } from './preset.js';

/** A batch export of PostHog: properties are JSON text in Parquet, an object in JSON Lines. */
export const posthog: Preset = {
  name: 'posthog',
  title: 'PostHog events',
  source: 'a batch export of events, as Parquet or JSON Lines',
  unverified: ['which properties hold money, its currency and the session', 'the CSV of the web interface'],
  signature: {
    required: ['uuid', 'event', 'distinct_id', 'timestamp', 'properties'],
    optional: [
      'person_id',
      'person_properties',
      'team_id',
      'elements_chain',
      'created_at',
      '_inserted_at',
      'set',
      'set_once',
      'ip',
      'site_url',
    ],
    excluded: [],
  },
  columns: {
    user: ['person_id', 'distinct_id'],
    time: 'timestamp',
    event: 'event',
    value: ['properties.$revenue', 'properties.revenue'],
    quantity: null,
    order: ['properties.order_id', 'properties.$order_id'],
    eventId: 'uuid',
    session: 'properties.$session_id',
    currency: ['properties.$currency', 'properties.currency'],
  },
  utcTimes: ['timestamp', 'created_at', '_inserted_at', 'inserted_at'],
};
