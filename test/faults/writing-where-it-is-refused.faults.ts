import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf, makeNights, type Nights, tryFaults } from '../support/disturbed-nights.js';

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights();
});
afterAll(() => nights.remove());

it.each(['EACCES', 'EROFS', 'EMFILE'] as const)('%s at each call that changes a file', async (code) => {
  const faults = faultsOf(nights, code, ({ isWrite }) => isWrite);
  expect(faults.length).toBeGreaterThan(100);
  expect(await tryFaults(nights, faults)).toEqual([]);
});
