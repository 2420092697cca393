import { describe, expect, it } from 'vitest';
import { environmentLayer } from '../../src/config/environment.js';

function given(env: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  return Object.fromEntries([...environmentLayer(env)].map(([name, all]) => [name, all.flatMap(({ texts }) => texts)]));
}

describe('the environment', () => {
  it('gives settings, lists separated by commas', () => {
    const env = {
      SEGMENT_TIMEZONE: 'UTC',
      SEGMENT_KEEP: 'plan, country',
      SEGMENT_SET: 'new.days=7,loyal.weeks=10',
      SEGMENT_STRICT: 'true',
    };
    expect(given(env)).toEqual({
      timezone: ['UTC'],
      keep: ['plan', 'country'],
      set: ['new.days=7', 'loyal.weeks=10'],
      strict: ['true'],
    });
    expect(environmentLayer(env).get('keep')).toEqual([{ texts: ['plan', 'country'], origin: { kind: 'environment' } }]);
  });

  it('gives one condition, with the commas in it', () => {
    expect(given({ SEGMENT_WHERE: 'plan=pro, team' })).toEqual({ where: ['plan=pro, team'] });
  });

  it('gives nothing with an empty variable, or with those of other programs', () => {
    expect(given({ SEGMENT_TIMEZONE: '', SEGMENT_WRITE_KEY: 'x', SEGMENT_API_TOKEN: 'x', TIMEZONE: 'UTC', segment_out: 'x' })).toEqual({});
  });

  it('refuses a name that is nearly ours', () => {
    expect(() => environmentLayer({ SEGMENT_TIMEZON: 'UTC' })).toThrow(
      expect.objectContaining({
        code: 'unknown-variable',
        message: 'The environment variable SEGMENT_TIMEZON is none that segment reads. Did you mean SEGMENT_TIMEZONE?',
      }),
    );
    expect(() => environmentLayer({ SEGMENT_MAXREJECTS: '5' })).toThrow(/Did you mean SEGMENT_MAX_REJECTS/);
  });
});
