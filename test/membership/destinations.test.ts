import { describe, expect, it } from 'vitest';
import { CONTACT_FIELDS } from '../../src/membership/destinations/destination.js';
import { DESTINATIONS } from '../../src/membership/destinations/index.js';
import { segmentFileName } from '../../src/membership/publish/file-name.js';

it('are the tools that were asked for, each with a name that can be a folder', () => {
  const names = DESTINATIONS.map(({ name }) => name);
  expect(names).toEqual(['clevertap', 'mixpanel', 'braze', 'klaviyo', 'hubspot', 'iterable', 'amplitude', 'google-ads', 'meta']);
  expect(names.map((name) => segmentFileName(name, ''))).toEqual(names);
});

describe.each(DESTINATIONS)('$name', ({ columns, needs, unique, together = [], takesProperties, hasHeader, most, least }) => {
  const headers = columns.map(({ header }) => header);

  it('names columns that it has', () => {
    expect(new Set(headers.map((header) => header.toLowerCase())).size).toBe(headers.length);
    expect(new Set(columns.map(({ field }) => field)).size).toBe(columns.length);
    expect(columns.filter(({ field }) => !CONTACT_FIELDS.includes(field))).toEqual([]);
    for (const set of [...needs, together, unique === 'row' ? [] : unique]) expect(headers).toEqual(expect.arrayContaining([...set]));
    expect(needs.length).toBeGreaterThan(0);
  });

  it('knows a row by what it needs', () => {
    // Every identifier that suffices alone stands once in a file, so that an import meets nobody twice.
    const alone = needs.filter((set) => set.length === 1).flat();
    if (unique !== 'row') expect([...unique].sort()).toEqual(alone.sort());
    // What counts only as a whole is one of the ways to know a person.
    if (together.length > 0) expect(needs).toContainEqual(together);
  });

  it('bounds files by what a file can have', () => {
    for (const bound of [most?.rows, most?.bytes, least].filter((value) => value !== undefined)) expect(bound).toBeGreaterThan(0);
    if (!hasHeader) expect([columns.length, takesProperties]).toEqual([1, false]);
  });
});
