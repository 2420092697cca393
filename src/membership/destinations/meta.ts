import type { Destination } from './destination.js';

/**
 * A customer list, hashed: SHA-256 of what is lower-case; phones as digits with their country code and no `+`, names without signs
 * (facebook.com/business/help/2082575038703844, developers.facebook.com on customer information parameters).
 */
export const meta: Destination = {
  name: 'meta',
  title: 'Meta custom audience',
  upload: 'custom audience from a customer list',
  columns: [
    { header: 'email', field: 'email', form: 'as_read', isHashed: true },
    { header: 'phone', field: 'phone', form: 'digits', isHashed: true },
    { header: 'fn', field: 'first_name', form: 'lower_without_signs', isHashed: true },
    { header: 'ln', field: 'last_name', form: 'lower_without_signs', isHashed: true },
    { header: 'country', field: 'country', form: 'lower', isHashed: true },
    { header: 'zip', field: 'zip', form: 'compact_zip', isHashed: true },
  ],
  hasHeader: true,
  needs: [['email'], ['phone'], ['fn', 'ln', 'country', 'zip']],
  unique: 'row',
  takesProperties: false,
  least: 100,
};
