import type { Destination } from './destination.js';

/** Users by `email`, `userId` or both, as the project has it; names keep their case (support.iterable.com, uploads). */
export const iterable: Destination = {
  name: 'iterable',
  title: 'Iterable',
  upload: 'upload of a list as CSV',
  columns: [
    { header: 'email', field: 'email', form: 'as_read' },
    { header: 'userId', field: 'external_id', form: 'as_read' },
    { header: 'phoneNumber', field: 'phone', form: 'as_read' },
    { header: 'firstName', field: 'first_name', form: 'as_read' },
    { header: 'lastName', field: 'last_name', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['email'], ['userId']],
  unique: ['email', 'userId'],
  takesProperties: true,
  most: { rows: 2_000_000 },
};
