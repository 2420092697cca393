import { describe, expect, it } from 'vitest';
import { USER_UNIT } from '../../../src/analysis/classify/classify-result.js';
import { type Findings, findWarnings } from '../../../src/analysis/classify/warnings.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';
import { sampleResult } from '../../report/classify/sample-result.js';

const { segmentations, rfm, statusByRfm, valueTotal } = sampleResult();
const MEMBERS: Findings['members'] = {
  users: 4_210,
  singleDayShare: 0.31,
  valueTotal,
  populationGaps: { p50: 7, p75: 16, p90: 41, users: 2_840 },
  segmentations,
  rfm,
  statusByRfm,
};
const NOTHING: Findings = {
  rows: { total: 100, used: 100, rejected: 0, duplicate: 0, afterAsOf: 0, withoutUser: 0 },
  since: undefined,
  conflictingDuplicates: 0,
  badAmounts: 0,
  otherCurrencyAmounts: 0,
  roundedAmounts: 0,
  refunds: 0,
  churnHints: [],
  hasAmounts: true,
  moneyScale: 4,
  currency: null,
  asOf: '2026-06-30',
  setAsideFrom: undefined,
  completeDayBefore: undefined,
  unit: USER_UNIT,
  ids: { nearDuplicates: 0, nearDuplicateGroups: 0, placeholders: [], dominant: null, mangled: 0, formulas: 0 },
  members: MEMBERS,
  parameters: parseParameters([]),
  pauses: 0,
  pausedDays: 0,
  rulesOff: [],
  isSpreadsheetSafe: false,
  notes: [],
};

function messages(changes: Partial<Findings>): Record<string, string> {
  return Object.fromEntries(findWarnings({ ...NOTHING, ...changes }).map(({ code, message }) => [code, message]));
}

describe('warnings', () => {
  it('are none where there is nothing to say', () => {
    expect(findWarnings(NOTHING)).toEqual([]);
  });

  it('count the users who came back, also when there is none or one', () => {
    const withUsers = (users: number): Partial<Findings> => ({
      members: { ...MEMBERS, populationGaps: { p50: 30, p75: 60, p90: 120, users } },
    });
    const standIn = 'gaps of 30, 60 and 120 days stand in for measured ones';
    expect(messages(withUsers(0))).toEqual({ no_cadence: `nobody came back on another day; ${standIn}` });
    expect(messages(withUsers(1))).toEqual({ no_cadence: `only 1 user came back on another day; ${standIn}` });
    expect(messages(withUsers(19))).toEqual({ no_cadence: `only 19 users came back on another day; ${standIn}` });
    expect(messages(withUsers(20))).toEqual({});
  });

  it.each([
    [0.6, undefined],
    [0.666667, '67 %'],
    [0.999, 'over 99 %'],
    [1, '100 %'],
  ])('round the share of one-day users as the headline does: %d', (singleDayShare, percent) => {
    const expected =
      percent === undefined ? {} : { mostly_single_day: expect.stringMatching(`^${percent} of users were active on one day only`) };
    expect(messages({ members: { ...MEMBERS, singleDayShare } })).toEqual(expected);
  });

  it('tell of coinciding cut points of money only where there are amounts', () => {
    const monetary = ['0.00', '0.00', '0.00', '0.00'];
    const members = {
      ...MEMBERS,
      rfm: { ...rfm, edges: { recencyDays: ['1', '2', '3', '4'], frequency: ['1', '2', '3', '4'], monetary } },
    };
    expect(messages({ members })['collapsed_edges']).toMatch(/^cut points coincide for money spent:/);
    expect(messages({ members, hasAmounts: false })).toEqual({});
  });

  it('send one-day users to RFM alone where nobody ordered', () => {
    const members = { ...MEMBERS, singleDayShare: 0.9, rfm: { ...rfm, basis: 'activity' as const } };
    expect(messages({ members })['mostly_single_day']).toMatch(/status says little here; use RFM$/);
  });
});
