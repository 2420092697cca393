import { describe, expect, it } from 'vitest';
import type { OptionName } from '../../src/config/options.js';
import { type Given, type Layer, type Origin, resolveSettings, strongest } from '../../src/config/settings.js';

const NOW = new Date('2026-06-30T20:30:00Z');
const FLAG: Origin = { kind: 'flag' };
const ENVIRONMENT: Origin = { kind: 'environment' };
const FILE: Origin = { kind: 'file', file: 'segment.yaml', line: 3 };

function layer(origin: Origin, given: Readonly<Partial<Record<OptionName, string | readonly string[]>>>): Layer {
  const entries = Object.entries(given) as [OptionName, string | readonly string[]][];
  return new Map(
    entries.map(([name, texts]): [OptionName, Given[]] => [name, [{ texts: typeof texts === 'string' ? [texts] : texts, origin }]]),
  );
}

const resolve = (...layers: readonly Layer[]) => resolveSettings('classify', layers, NOW);

describe('settings of several sources', () => {
  it('come from the strongest that has them', () => {
    const file = layer(FILE, { timezone: 'Europe/Berlin', lookback: '90', out: 'file', format: 'parquet' });
    const environment = layer(ENVIRONMENT, { timezone: 'Asia/Kathmandu', lookback: '180' });
    const flags = layer(FLAG, { timezone: 'UTC' });
    expect(resolve(flags, environment, file)).toMatchObject({
      timezone: 'UTC',
      lookback: 180,
      out: 'file',
      format: 'parquet',
      scoring: 'auto',
      givenBy: ['SEGMENT_LOOKBACK', 'segment.yaml'],
    });
    expect(resolve(flags).givenBy).toEqual([]);
  });

  it('replace lists, also by empty ones', () => {
    const file = layer(FILE, { keep: ['plan', 'country'], churnEvent: ['left'], inputs: ['a.csv', 'b.csv'] });
    expect(resolve(layer(FLAG, { keep: 'device', inputs: 'c.csv' }), file)).toMatchObject({
      keep: ['device'],
      inputs: ['c.csv'],
      churnEvent: ['left'],
    });
    expect(resolve(layer(FLAG, { churnEvent: 'none' }), file).churnEvent).toEqual([]);
    expect(resolve(layer(ENVIRONMENT, { keep: [] }), file).keep).toEqual([]);
  });

  it('keep the parameters of all sources, each from the strongest', () => {
    const file = layer(FILE, { set: ['new.days=7', 'loyal.weeks=10', 'dormant.min=20'] });
    const environment = layer(ENVIRONMENT, { set: ['new.days=8', 'loyal.weeks=11'] });
    const { set } = resolve(layer(FLAG, { set: 'new.days=9' }), environment, file);
    expect(set).toMatchObject({ 'new.days': 9, 'loyal.weeks': 11, 'dormant.min': 20, 'churned.min': 30 });
  });

  it('weigh parameters against each other only when all are known', () => {
    // 200 is above the default of dormant.max, 180, and below the 300 of the file.
    const file = layer(FILE, { set: ['dormant.max=300'] });
    expect(resolve(layer(FLAG, { set: 'dormant.min=200' }), file).set).toMatchObject({ 'dormant.min': 200, 'dormant.max': 300 });
    expect(() => resolve(layer(FLAG, { set: 'dormant.min=200' }))).toThrow(expect.objectContaining({ code: 'parameters-contradict' }));
  });

  it('leave of two opposites the stronger', () => {
    const strict = { strict: 'true' };
    const bound = { maxRejects: '5' };
    expect(resolve(layer(FLAG, strict), layer(FILE, bound))).toMatchObject({ strict: true, maxRejects: undefined });
    expect(resolve(layer(FLAG, bound), layer(FILE, strict))).toMatchObject({ strict: false, maxRejects: { kind: 'rows', rows: 5 } });
    expect(resolve(layer(FLAG, { strict: 'false' }), layer(FILE, { strict: 'true' }))).toMatchObject({ strict: false });
    expect(resolve(layer(FLAG, { strict: 'false' }), layer(ENVIRONMENT, bound))).toMatchObject({ maxRejects: { kind: 'rows', rows: 5 } });
    expect(() => resolve(layer(ENVIRONMENT, { ...strict, ...bound }))).toThrow(
      expect.objectContaining({ message: 'SEGMENT_STRICT=true and SEGMENT_MAX_REJECTS=5 contradict each other.' }),
    );
  });

  it('reach only the commands that take them', () => {
    const file = layer(FILE, { keep: 'plan', timezone: 'Europe/Berlin', set: 'new.days=7' });
    expect(resolveSettings('explain', [file], NOW)).toMatchObject({ keep: [], timezone: 'Europe/Berlin' });
    expect(resolveSettings('params', [file], NOW)).toMatchObject({ timezone: 'UTC', set: expect.objectContaining({ 'new.days': 7 }) });
    expect(resolveSettings('demo', [file], NOW).givenBy).toEqual([]);
    expect([...strongest('params', [file]).keys()]).toEqual(['set']);
  });

  it('are refused in the words of their source', () => {
    expect(() => resolve(layer(ENVIRONMENT, { lookback: 'ever' }))).toThrow(
      'SEGMENT_LOOKBACK=ever: expected a whole number from 1 to 36500, or all.',
    );
    expect(() => resolve(layer(ENVIRONMENT, { set: 'new.dys=3' }))).toThrow('SEGMENT_SET new.dys: there is no such parameter.');
    expect(() => resolve(layer(ENVIRONMENT, { set: 'new.days=0' }))).toThrow('SEGMENT_SET new.days=0: the value must be');
    expect(() => resolve(layer(FLAG, { set: 'new.days=0' }))).toThrow('--set new.days=0: the value must be');
  });
});
