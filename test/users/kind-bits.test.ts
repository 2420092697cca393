import { describe, expect, it } from 'vitest';
import { ROLE } from '../../src/events/role-bits.js';
import { AMOUNT, FILTERED, KEYED_BY_INSTANT, PROBLEM } from '../../src/users/user-days-query.js';

describe('the kind of an event', () => {
  it('has a place of its own for each role, sign, problem and key: a shared one would count events as what they are not', () => {
    const places = [...Object.values(ROLE), AMOUNT.positive, AMOUNT.zero, ...Object.values(PROBLEM), KEYED_BY_INSTANT, FILTERED];
    for (const place of places) expect(Number.isInteger(Math.log2(place)), String(place)).toBe(true);
    expect(new Set(places).size).toBe(places.length);
    expect(AMOUNT.unknown).toBe(0);
    expect(AMOUNT.negative).toBe(AMOUNT.positive + AMOUNT.zero);
  });
});
