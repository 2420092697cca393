import type { Destination } from './destination.js';

/** Contacts by `Email`, each once. The bounds are those of the free plan; others take files of 512 MB (knowledge.hubspot.com, import files). */
export const hubspot: Destination = {
  name: 'hubspot',
  title: 'HubSpot',
  upload: 'import of contacts from a file',
  columns: [
    { header: 'Email', field: 'email', form: 'as_read' },
    { header: 'Phone Number', field: 'phone', form: 'as_read' },
    { header: 'First Name', field: 'first_name', form: 'as_read' },
    { header: 'Last Name', field: 'last_name', form: 'as_read' },
    { header: 'Country/Region', field: 'country', form: 'as_read' },
    { header: 'Postal Code', field: 'zip', form: 'as_read' },
  ],
  hasHeader: true,
  needs: [['Email']],
  unique: ['Email'],
  takesProperties: true,
  // The line of the headers is a row too.
  most: { rows: 1_048_575, bytes: 20e6 },
};
