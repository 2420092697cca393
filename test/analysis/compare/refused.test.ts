import { describe, expect, it } from 'vitest';
import { runCompare, withFile } from './run-compare.js';

describe('a comparison that cannot be', () => {
  it.each([
    [[], 2, 'compare-nothing'],
    [['--by', 'payinf'], 2, 'compare-unknown-way'],
    [['--by', 'property:'], 2, 'compare-unknown-way'],
    [['--a', 'status=at_rsk'], 2, 'compare-unknown-segment'],
    [['--a', 'nobody'], 2, 'compare-unknown-segment'],
    [['--a', 'new'], 2, 'segment-ambiguous'],
    [['--by', 'paying', '--reference', 'premium'], 2, 'compare-unknown-segment'],
    [['--by', 'paying', '--metric', 'revenue'], 2, 'compare-unknown-metric'],
    [['--by', 'status', '--landmark', '14d'], 2, 'compare-no-landmark'],
    [['--a', 'status=loyal', '--landmark', '14d'], 2, 'compare-no-landmark'],
    [['--by', 'engagement', '--landmark', '14d'], 2, 'compare-no-landmark'],
    [['--by', 'paying', '--stratify', 'week'], 2, 'compare-bad-layers'],
    [['--by', 'paying', '--landmark', '0d'], 2, 'bad-option-value'],
    [['--by', 'paying', '--landmark', 'soon'], 2, 'bad-option-value'],
    [['--by', 'paying', '--a', 'loyal'], 2, 'options-contradict'],
    [['--by', 'paying', '--b', 'loyal'], 2, 'options-contradict'],
    [['--a', 'loyal', '--reference', 'new'], 2, 'options-contradict'],
    [['--by', 'property:plan'], 3, 'column-unknown'],
    [['--by', 'paying', '--reference', 'trial'], 3, 'compare-no-reference'],
  ])('%j ends in %d, %s', async (argv, exitCode, code) => {
    const result = await runCompare(['fixtures/shop.csv', ...argv]);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result).toMatchObject({ exitCode, stdout: '' });
  });

  it('says that everybody is in one group', async () => {
    const rows = Array.from({ length: 20 }, (_, place) => `x${place},open,2026-01-05T10:00:00Z`);
    const { exitCode, stderr } = await withFile('free.csv', ['user_id,event,timestamp', ...rows], (path) =>
      runCompare([path, '--by', 'paying']),
    );
    expect(stderr).toContain('[compare-one-group]');
    expect(stderr).toContain('only one group of paying has users (free, 20 users)');
    expect(exitCode).toBe(3);
  });

  it('says that nobody is in a group', async () => {
    const rows = Array.from({ length: 20 }, (_, place) => `x${place},email_sent,2026-01-05T10:00:00Z`);
    const { stderr } = await withFile('quiet.csv', ['user_id,event,timestamp', ...rows], (path) => runCompare([path, '--by', 'visitor']));
    expect(stderr).toContain('[compare-one-group]');
    expect(stderr).toContain('nobody is in a group of visitor');
  });
});
