import { describe, expect, it } from 'vitest';
import { runCompare, withFile } from './run-compare.js';

describe('a difference that a layer turns round (fixtures/compare/simpson.csv)', () => {
  const compared = runCompare([
    'fixtures/compare/simpson.csv',
    ...['--by', 'property:treatment', '--stratify', 'property:size', '--events', 'recovered', '--metric', 'active_days'],
  ]);

  it('is shown crude and held apart', async () => {
    const { metric } = await compared;
    // 273 of 350 and 289 of 350. With 357 small and 343 large: A (357·81/87 + 343·192/263) ÷ 700, B (357·234/270 + 343·55/80) ÷ 700.
    const [a, b] = [(357 * (81 / 87) + 343 * (192 / 263)) / 700, (357 * (234 / 270) + 343 * (55 / 80)) / 700];
    const recovered = metric('event:recovered');
    expect(recovered.difference).toBeCloseTo(273 / 350 - 289 / 350, 9);
    expect(recovered.stratified?.difference).toBeCloseTo(a - b, 9);
    expect(recovered.stratified?.layers).toBe(2);
    // Mantel and Haenszel: (81·36/357 + 192·25/343) ÷ (6·234/357 + 71·55/343).
    expect(recovered.stratified?.odds_ratio?.ratio).toBeCloseTo(
      ((81 * 36) / 357 + (192 * 25) / 343) / ((6 * 234) / 357 + (71 * 55) / 343),
      9,
    );
  });

  it('is warned about', async () => {
    const { json, codes } = await compared;
    expect(codes).toContain('reversed');
    expect(json.warnings.find(({ code }) => code === 'reversed')?.message).toContain(
      'recovered (A against B: -4.6 pp, held apart +5.4 pp)',
    );
  });

  it('is not, where nothing is held apart', async () => {
    const { codes, metric } = await runCompare([
      'fixtures/compare/simpson.csv',
      ...['--by', 'property:treatment', '--stratify', 'none', '--events', 'recovered', '--metric', 'active_days'],
    ]);
    expect(codes).not.toContain('reversed');
    expect(metric('event:recovered').stratified).toBeNull();
  });
});

describe('groups that take time to come into (fixtures/compare/immortal.csv)', () => {
  const ARGV = ['fixtures/compare/immortal.csv', '--by', 'paying', '--as-of', '2026-06-30'];

  it('look more active than they are, with a warning', async () => {
    const { metric, json, codes } = await runCompare(ARGV);
    // Every second user who was still there pays on day 40: 63 of the 125 of them.
    expect(json.groups).toMatchObject([
      { name: 'paid', users: 63 },
      { name: 'free', users: 97 },
    ]);
    expect(metric('active_days').verdict).toBe('higher');
    expect(metric('returned_week_4').verdict).toBe('higher');
    expect(codes).toContain('immortal_time');
  });

  it('do not with a landmark: nobody is higher or lower', async () => {
    const { json, codes } = await runCompare([...ARGV, '--landmark', '41d']);
    // 35 users stay for 5 to 39 days and one for 40, who is gone on day 41; the others are 63 odd and 62 even.
    expect(json.groups).toMatchObject([
      { name: 'paid', users: 63 },
      { name: 'free', users: 62 },
    ]);
    expect(json.users_left_out).toBe(35);
    expect(codes).toContain('not_observable');
    expect(codes).not.toContain('immortal_time');
    const verdicts = json.comparisons[0]?.metrics.map(({ verdict }) => verdict) ?? [];
    expect(verdicts.filter((verdict) => verdict === 'higher' || verdict === 'lower')).toEqual([]);
    // What comes after the landmark made nobody a payer: it is compared.
    expect(json.comparisons[0]?.metrics.find(({ metric }) => metric === 'buyers')?.verdict).toBe('no clear difference');
  });

  it('look only after the landmark: no metric of the time before it', async () => {
    const { json } = await runCompare([...ARGV, '--landmark', '41']);
    const names = json.comparisons[0]?.metrics.map(({ metric }) => metric) ?? [];
    expect(names).toContain('active_days');
    for (const early of ['returned_week_1', 'returned_week_4', 'usual_interval']) expect(names).not.toContain(early);
  });
});

describe('groups watched for unlike times', () => {
  it('are warned about', async () => {
    const { codes } = await runCompare(['fixtures/shop.csv', '--by', 'visitor', '--top', '0']);
    expect(codes).toContain('unequal_tenure');
  });
});

describe('the arms of a split', () => {
  const arms = (sizes: Readonly<Record<string, number>>): string[] =>
    Object.entries(sizes).flatMap(([arm, users]) =>
      Array.from({ length: users }, (_, place) => `${arm}${place},open,2026-03-0${1 + (place % 5)}T10:00:00Z,${arm}`),
    );

  it('of about even size pass', async () => {
    const { json, codes } = await withFile('split.csv', ['user_id,event,timestamp,variant', ...arms({ control: 200, test: 210 })], (path) =>
      runCompare([path, '--by', 'property:variant', '--metric', 'active_days']),
    );
    // (200 − 205)² ÷ 205 · 2 = 0.2439 with one degree of freedom.
    expect(json.sample_ratio?.p).toBeCloseTo(0.6214, 3);
    expect(codes).not.toContain('sample_ratio');
  });

  it('of uneven size are warned about', async () => {
    const { codes } = await withFile('split.csv', ['user_id,event,timestamp,variant', ...arms({ control: 200, test: 300 })], (path) =>
      runCompare([path, '--by', 'property:variant', '--metric', 'active_days']),
    );
    expect(codes).toContain('sample_ratio');
  });

  it('are looked for only where the column is called like an experiment', async () => {
    const { json } = await withFile('split.csv', ['user_id,event,timestamp,country', ...arms({ de: 200, fr: 300 })], (path) =>
      runCompare([path, '--by', 'property:country', '--metric', 'active_days']),
    );
    expect(json.sample_ratio).toBeNull();
  });
});

describe('layers', () => {
  it('that both groups never share say so', async () => {
    const rows = Array.from({ length: 15 }, (_, place) => [
      `x${place},open,2026-01-05T10:00:00Z,x`,
      `y${place},open,2026-03-05T10:00:00Z,y`,
    ]);
    const { codes } = await withFile('months.csv', ['user_id,event,timestamp,team', ...rows.flat()], (path) =>
      runCompare([path, '--by', 'property:team', '--metric', 'active_30d']),
    );
    expect(codes).toContain('no_common_layer');
  });

  it('that are too many are refused', async () => {
    const rows = Array.from({ length: 250 }, (_, place) => `x${place},open,2026-01-05T10:00:00Z,${place % 2},c${place}`);
    const { exitCode, stderr } = await withFile('layers.csv', ['user_id,event,timestamp,team,city', ...rows], (path) =>
      runCompare([path, '--by', 'property:team', '--stratify', 'property:city']),
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[compare-many-layers]');
  });

  it('of a property with many values keep the most frequent apart, and say so', async () => {
    const rows = Array.from({ length: 200 }, (_, place) => `x${place},open,2026-01-05T10:00:00Z,c${place % 14}`);
    const { json, codes } = await withFile('values.csv', ['user_id,event,timestamp,city', ...rows], (path) =>
      runCompare([path, '--by', 'property:city', '--metric', 'active_days']),
    );
    expect(json.groups).toHaveLength(12);
    expect(codes).toContain('rest_of_values');
    // The two rarest values are users of the rest.
    for (const { a, b } of json.comparisons) expect(a.users + b.users).toBe(200);
  });
});
