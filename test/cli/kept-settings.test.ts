import { describe, expect, it } from 'vitest';
import { keptSettings, madeBy } from '../../src/cli/kept-settings.js';
import { changesMembers, OPTIONS, optionsOf } from '../../src/config/options.js';
import { parseRfmModel } from '../../src/config/parse-rfm-model.js';
import { parseSegmentText } from '../../src/config/parse-segment-text.js';
import { type Layer, resolveSettings } from '../../src/config/settings.js';
import { thirds } from '../../src/segmentation/rfm/models/thirds.js';

const NOW = new Date('2026-07-01T00:00:00Z');
const given = (options: Readonly<Record<string, readonly string[]>>): Layer =>
  new Map(Object.entries(options).map(([name, texts]) => [name, [{ texts, origin: { kind: 'flag' } as const }]])) as Layer;

describe('the settings that a run keeps', () => {
  const layer = given({
    set: ['new.days=7', 'at_risk.decline=0.25'],
    pause: ['2026-05-01..2026-05-03'],
    where: ['plan=pro,team', 'age=18..30'],
    by: ['engagement,property:plan'],
    churnEvent: ['none'],
    riskEvent: ['downgrade', 'complaint'],
    lookback: ['all'],
    timezone: ['Asia/Kathmandu'],
    maxRejects: ['2%'],
    only: ['lists/vip.csv'],
    rfm: ['thirds'],
    since: ['2026-01-01'],
  });
  const settings = resolveSettings('run', [layer], NOW);
  const definition = parseSegmentText(
    'vip: (monetary >= 500.25 or did(purchase, last 30d) >= 2) and not did(login then purchase within 2 hours)',
  ).definition;
  const definitions = definition === undefined ? [] : [{ ...definition, priority: 3 }];

  it('are the same settings again, whatever is set now, and through text', () => {
    const kept = keptSettings({ settings, definitions, rfmModel: thirds }, '/home/me');
    const base = resolveSettings('run', [given({ lookback: ['90'], riskEvent: ['other'], currency: ['EUR'], wait: ['10m'] })], NOW);
    const made = madeBy(JSON.parse(JSON.stringify(kept)), base);
    const deciding = optionsOf('run').filter(
      (name) => changesMembers(name) && OPTIONS[name].group !== 'write' && name !== 'segments' && name !== 'asOf',
    );
    expect(deciding.length).toBeGreaterThan(40);
    for (const name of deciding) expect(made?.settings[name], name).toEqual(settings[name]);
    expect(made?.settings.only).toBe('/home/me/lists/vip.csv');
    expect(made?.settings.wait).toBe(600);
    expect(made?.rfmModel).toBe(thirds);
    // Where something stands in the text is no part of what it says.
    const withoutPlaces = (value: unknown): string =>
      JSON.stringify(value, (key, one: unknown) => (key === 'span' ? undefined : typeof one === 'bigint' ? String(one) : one));
    expect(withoutPlaces(made?.definitions)).toBe(withoutPlaces(definitions));
  });

  it('hold an RFM model of one’s own with its cut points', () => {
    const { model } = parseRfmModel('recency: [7, 30.5]\nsegments:\n  near: {scores: R2-3}\n  far: {scores: R1}\n', 'mine');
    const { model: right } = parseRfmModel('recency: [7, 30]\nsegments:\n  near: {scores: R2-3}\n  far: {scores: R1}\n', 'mine');
    expect(model).toBeUndefined();
    if (right === undefined) throw new Error('the model is right');
    const kept = keptSettings({ settings: { ...settings, rfm: 'mine.yaml' }, definitions: [], rfmModel: right }, '/');
    expect(madeBy(JSON.parse(JSON.stringify(kept)), settings)?.rfmModel).toEqual(right);
  });

  it('of a later version are none', () => {
    const kept = keptSettings({ settings, definitions, rfmModel: thirds }, '/');
    expect(madeBy({ ...kept, segments: [{ name: 'vip', rule: 'something(new)', priority: null }] }, settings)).toBeUndefined();
    expect(madeBy({ ...kept, options: { ...kept.options, rfm: 'fifths' } }, settings)).toBeUndefined();
  });
});
