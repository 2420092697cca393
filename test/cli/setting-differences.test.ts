import { describe, expect, it } from 'vitest';
import { settingDifferences } from '../../src/cli/setting-differences.js';

describe('settings that differ between two runs', () => {
  it('are told by name, with both values; a role that is switched off is none that nobody named', () => {
    const before = {
      churn_event: [],
      where: [],
      set: { 'new.days': 7 },
      rfm: 'grid',
      users: 'aa',
      only: null,
      segments: [{ name: 'vip', rule: 'monetary >= 1' }],
    };
    const after = { churn_event: null, set: { 'new.days': 9 }, rfm: 'grid', users: 'bb', only: '0123456789abcdef', segments: [] };
    expect(settingDifferences(before, after)).toEqual([
      { name: 'churn_event', before: 'none', after: null },
      { name: 'only', before: null, after: '0123456789ab' },
      { name: 'set.new.days', before: '7', after: '9' },
      { name: 'segment vip', before: 'monetary >= 1', after: null },
    ]);
    expect(settingDifferences({ churn_event: [] }, { churn_event: ['uninstall'] })).toEqual([
      { name: 'churn_event', before: 'none', after: 'uninstall' },
    ]);
    expect(settingDifferences({ ...before, segments: [{ name: 'vip', rule: 'monetary>=1' }] }, before)).toEqual([]);
  });
});
