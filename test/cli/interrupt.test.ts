import { describe, expect, it } from 'vitest';
import { interruptState } from '../../src/cli/io.js';

describe('interrupts', () => {
  it('runs the handlers on the first signal and ends at once on the second', () => {
    const exits: number[] = [];
    const seen: string[] = [];
    const interrupts = interruptState((code) => exits.push(code));
    interrupts.onInterrupt((signal) => seen.push(`database ${signal}`));
    interrupts.onInterrupt((signal) => seen.push(`files ${signal}`));
    interrupts.raise('SIGTERM');
    expect(seen).toEqual(['database SIGTERM', 'files SIGTERM']);
    expect(exits).toEqual([]);
    expect(interrupts.interruptedBy()).toBe('SIGTERM');
    interrupts.raise('SIGINT');
    // 143: the code belongs to the signal that asked first.
    expect(exits).toEqual([143]);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on %s while there is nothing to stop', (signal, code) => {
    const exits: number[] = [];
    const interrupts = interruptState((exit) => exits.push(exit));
    const off = interrupts.onInterrupt(() => exits.push(-1));
    off();
    interrupts.raise(signal);
    expect(exits).toEqual([code]);
  });
});
