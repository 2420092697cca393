import { describe, expect, it } from 'vitest';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { choosePreset, fittingPresets, missingColumns, presetNamed } from '../../../src/input/presets/choose-preset.js';
import { PRESETS } from '../../../src/input/presets/index.js';
import { namesOf } from '../../../src/input/presets/logical-columns.js';
import type { ReadColumn } from '../../../src/input/readers/reader.js';
import { ident, sql } from '../../../src/sql/sql.js';

const SHOPIFY = ['Name', 'Email', 'Financial Status', 'Created at', 'Lineitem quantity', 'Total'];
const STRIPE = ['id', 'Created (UTC)', 'Amount', 'Amount Refunded', 'Currency', 'Status'];

function columns(...names: readonly string[]): ReadColumn[] {
  return names.map((name) => ({ name, value: ident(name), type: 'VARCHAR', isNested: false, hasEmptyText: false }));
}

const file = (name: string, header: readonly string[]) => ({ name, columns: columns(...header) });

function chosen(...files: readonly (readonly string[])[]): string | undefined {
  const named = files.map((header, index) => file(`${index}.csv`, header));
  return choosePreset(named, undefined, 'segment classify')?.preset.name;
}

function errorOf(work: () => unknown): SegmentError {
  try {
    work();
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('every preset', () => {
  const required = (name: string): string[] =>
    PRESETS.find((preset) => preset.name === name)?.signature.required.map((cells) => namesOf(cells)[0] ?? '') ?? [];

  it.each(PRESETS.map(({ name }) => name))('%s is told by its own columns, best of all', (name) => {
    const [best, second] = fittingPresets(columns(...required(name)));
    expect(best?.preset.name).toBe(name);
    expect(best?.evidence).toEqual(required(name));
    expect(second?.evidence.length ?? 0).toBeLessThan(best?.evidence.length ?? 0);
  });

  it.each(PRESETS.map(({ name }) => name))('%s is not told when any one of them is missing or renamed', (name) => {
    for (const [place, missing] of required(name).entries()) {
      const others = required(name).filter((_, index) => index !== place);
      const names = fittingPresets(columns(...others, `${missing} 2`)).map(({ preset }) => preset.name);
      expect(names, `without ${missing}`).not.toContain(name);
    }
  });

  it.each(PRESETS)('$name says of each thing it maps what it is', (preset) => {
    expect(preset.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(preset.source).not.toMatch(/[.]$/);
    expect(preset.unverified.every((doubt) => doubt !== '' && !doubt.endsWith('.'))).toBe(true);
  });
});

describe('the choice', () => {
  it('is none for columns of no known export', () => {
    expect(chosen(['user_id', 'event', 'timestamp', 'amount'])).toBeUndefined();
  });

  it('does not depend on case, blanks or the order of the columns', () => {
    expect(chosen(SHOPIFY.map((name) => name.toUpperCase().replaceAll(' ', '_')).reverse())).toBe('shopify');
  });

  it('falls on the one export of all files, and on none of two', () => {
    expect(chosen(SHOPIFY, SHOPIFY.slice(0, 5))).toBe('shopify');
    const mixed = errorOf(() => chosen(SHOPIFY, STRIPE));
    expect(mixed).toMatchObject({ code: 'presets-mixed', kind: 'input' });
    expect(mixed.message).toBe(
      '0.csv is an export of Shopify orders (shopify), 1.csv of Stripe payments (stripe): one input is one export.',
    );
    const lacking = errorOf(() => chosen(SHOPIFY, ['Name', 'Email', 'Created at', 'Lineitem quantity', 'When']));
    expect(lacking.message).toBe('0.csv is an export of Shopify orders (shopify), 1.csv is not: it has no "Financial Status".');
  });

  it('is an error between two that fit equally well', () => {
    // One file with the columns of two tools, eight of each: both know Currency and id.
    const error = errorOf(() => chosen([...SHOPIFY, ...STRIPE, 'Fee', 'Mode']));
    expect(error).toMatchObject({ code: 'presets-equal', kind: 'input' });
    expect(error.message).toBe('0.csv: the columns fit Shopify orders (shopify), Stripe payments (stripe) equally well.');
    expect(error.hint).toBe('say which it is: segment classify --preset shopify, or --preset none.');
  });

  it('is what --preset says, whatever the columns', () => {
    expect(choosePreset([file('a.csv', STRIPE)], 'shopify', '')).toMatchObject({
      preset: { name: 'shopify' },
      isNamed: true,
      evidence: [],
    });
    expect(choosePreset([file('a.csv', SHOPIFY)], 'none', '')).toBeUndefined();
    expect(errorOf(() => presetNamed('shopfy'))).toMatchObject({ code: 'unknown-preset', kind: 'usage' });
  });

  it('sees fields of nested columns, not the nested column alone', () => {
    const leaf: ReadColumn = { name: 'a.b', value: sql`a`, type: 'VARCHAR', isNested: false, hasEmptyText: false };
    const nested: ReadColumn = { name: 'Status', value: sql`s`, type: 'STRUCT', isNested: true, hasEmptyText: false, leaves: [leaf] };
    const stripe = presetNamed('stripe');
    expect(stripe && missingColumns(stripe, [...columns('id', 'Amount'), nested])).toEqual([
      'Created (UTC)',
      'Amount Refunded',
      'Currency',
    ]);
  });
});
