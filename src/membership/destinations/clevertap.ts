import type { Destination } from './destination.js';

/** Profiles by `identity`; phones with their country code (docs.clevertap.com, CSV upload and user profiles). */
export const clevertap: Destination = {
  name: 'clevertap',
  title: 'CleverTap',
  upload: 'upload of user profiles as CSV',
  columns: [
    { header: 'identity', field: 'external_id', form: 'as_read' },
    { header: 'Email', field: 'email', form: 'as_read' },
    { header: 'Phone', field: 'phone', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['identity']],
  unique: ['identity'],
  takesProperties: true,
};
