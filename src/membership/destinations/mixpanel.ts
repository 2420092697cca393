import type { Destination } from './destination.js';

/** Profiles by `$distinct_id`, with the names that Mixpanel reserves (help.mixpanel.com, import of users). */
export const mixpanel: Destination = {
  name: 'mixpanel',
  title: 'Mixpanel',
  upload: 'import of user profiles as CSV',
  columns: [
    { header: '$distinct_id', field: 'external_id', form: 'as_read' },
    { header: '$email', field: 'email', form: 'as_read' },
    { header: '$phone', field: 'phone', form: 'as_read' },
    { header: '$first_name', field: 'first_name', form: 'as_read' },
    { header: '$last_name', field: 'last_name', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['$distinct_id']],
  unique: ['$distinct_id'],
  takesProperties: true,
};
