import type { Destination } from './destination.js';

/**
 * Customer Match, hashed: SHA-256 of what is lower-case without blanks, phones in E.164 with their `+`; country and postal code are not
 * hashed, and an address counts only as a whole (support.google.com/google-ads/answer/7659867, 7476159, 7474263). Dots of Gmail addresses
 * stay: that rule is one of enhanced conversions.
 */
export const googleAds: Destination = {
  name: 'google-ads',
  title: 'Google Ads Customer Match',
  upload: 'customer list of Customer Match, as hashed data',
  columns: [
    { header: 'Email', field: 'email', form: 'as_read', isHashed: true },
    { header: 'Phone', field: 'phone', form: 'as_read', isHashed: true },
    { header: 'First Name', field: 'first_name', form: 'lower_without_blanks', isHashed: true },
    { header: 'Last Name', field: 'last_name', form: 'lower_without_blanks', isHashed: true },
    { header: 'Country', field: 'country', form: 'as_read' },
    { header: 'Zip', field: 'zip', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['Email'], ['Phone'], ['First Name', 'Last Name', 'Country', 'Zip']],
  together: ['First Name', 'Last Name', 'Country', 'Zip'],
  unique: 'row',
  takesProperties: false,
  removesBlanks: true,
  least: 1000,
};
