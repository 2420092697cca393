import { describe, expect, it } from 'vitest';
import { retryRename } from '../../../src/membership/publish/file-operations.js';

function renameThatFails(times: number, code: string): { rename: () => void; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    rename: () => {
      calls += 1;
      if (calls <= times) throw Object.assign(new Error(code), { code });
    },
  };
}

describe('renaming where another program may hold the file open', () => {
  it('tries again, waiting twice as long each time', () => {
    const waits: number[] = [];
    const { rename, calls } = renameThatFails(3, 'EPERM');
    retryRename(rename, 6, (milliseconds) => waits.push(milliseconds));
    expect(calls()).toBe(4);
    expect(waits).toEqual([20, 40, 80]);
  });

  it('gives up after the last try', () => {
    const { rename, calls } = renameThatFails(99, 'EBUSY');
    expect(() => retryRename(rename, 3, () => undefined)).toThrow('EBUSY');
    expect(calls()).toBe(3);
  });

  it('does not try again what will not pass', () => {
    const { rename, calls } = renameThatFails(99, 'ENOSPC');
    expect(() => retryRename(rename, 6, () => undefined)).toThrow('ENOSPC');
    expect(calls()).toBe(1);
  });
});
