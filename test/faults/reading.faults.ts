import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf, makeNights, type Nights, tryFaults } from '../support/disturbed-nights.js';

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights();
});
afterAll(() => nights.remove());

it('EIO at each call that reads', async () => {
  const faults = faultsOf(nights, 'EIO', ({ isWrite }) => !isWrite);
  expect(faults.length).toBeGreaterThan(200);
  expect(await tryFaults(nights, faults)).toEqual([]);
});

it.each(['EMFILE', 'EACCES'] as const)('%s at each call that opens something to read', async (code) => {
  const faults = faultsOf(nights, code, ({ isWrite, name }) => !isWrite && /^(open|readFile|readdir)/.test(name));
  expect(faults.length).toBeGreaterThan(50);
  expect(await tryFaults(nights, faults)).toEqual([]);
});
