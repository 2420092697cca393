import type { Destination } from './destination.js';

/** The first column is the address or the number, and a file has neither of them twice (help.klaviyo.com, list import). */
export const klaviyo: Destination = {
  name: 'klaviyo',
  title: 'Klaviyo',
  upload: 'upload of contacts to a list',
  columns: [
    { header: 'Email', field: 'email', form: 'as_read' },
    { header: 'Phone Number', field: 'phone', form: 'as_read' },
    { header: 'First Name', field: 'first_name', form: 'as_read' },
    { header: 'Last Name', field: 'last_name', form: 'as_read' },
    { header: 'Country', field: 'country', form: 'as_read' },
    { header: 'Zip Code', field: 'zip', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['Email'], ['Phone Number']],
  unique: ['Email', 'Phone Number'],
  takesProperties: true,
  most: { bytes: 50e6 },
};
