import { describe, expect, it } from 'vitest';
import type { RfmSummary } from '../../../src/analysis/classify/classify-result.js';
import { renderRfmEdges } from '../../../src/report/classify/rfm-edges.js';
import { createPage } from '../../../src/report/page.js';
import { sampleResult } from './sample-result.js';

function edges(changes: Partial<RfmSummary>, width = 40): string[] {
  const sample = sampleResult();
  return renderRfmEdges({ ...sample, rfm: { ...sample.rfm, ...changes } }, createPage({ width, colorLevel: 0, isUnicode: true }));
}

describe('edges in words', () => {
  it('recency: whole days, so 12.6 means within 12', () => {
    // R = 5 minus the edges strictly below: 12 has none below 12.6, 13 has one, 34 is not above 34
    expect(edges({})).toEqual(
      expect.arrayContaining([
        'R5: bought within 12 days',
        'R4: 13–34 days ago',
        'R3: 35–77 days ago',
        'R2: 78–160 days ago',
        'R1: bought over 160 days ago',
      ]),
    );
  });

  it('frequency: F = 1 plus the edges strictly below', () => {
    const lines = edges({ edges: { recencyDays: ['1', '2', '3', '4'], frequency: ['1', '2', '4.5', '9'], monetary: null } });
    expect(lines.filter((text) => text.startsWith('F'))).toEqual([
      'F5: 10 orders or more',
      'F4: 5–9 orders',
      'F3: 3–4 orders',
      'F2: 2 orders',
      'F1: 1 order',
    ]);
    expect(lines.filter((text) => text.startsWith('R'))).toEqual([
      'R5: bought within 1 day',
      'R4: 2 days ago',
      'R3: 3 days ago',
      'R2: 4 days ago',
      'R1: bought over 4 days ago',
    ]);
    expect(lines.some((text) => text.startsWith('M'))).toBe(false);
  });

  it('money exactly, at least two decimals', () => {
    expect(edges({}).filter((text) => text.startsWith('M'))).toEqual([
      'M5: above 310.00',
      'M4: above 141.125 to 310.00',
      'M3: above 60.00 to 141.125',
      'M2: above 24.50 to 60.00',
      'M1: up to 24.50',
    ]);
  });

  it('coinciding edges: nobody between them', () => {
    const lines = edges(
      { edges: { recencyDays: ['0', '0', '1', '30.2'], frequency: ['1', '1', '1', '2'], monetary: ['5', '5.0', '5.00', '9'] } },
      200,
    );
    expect(lines).toEqual([
      'R5: bought on 30 June 2026   F5: 3 orders or more  M5: above 9.00',
      'R4: nobody                   F4: 2 orders          M4: above 5.00 to 9.00',
      'R3: 1 day ago                F3: nobody            M3: nobody',
      'R2: 2–30 days ago            F2: nobody            M2: nobody',
      'R1: bought over 30 days ago  F1: 1 order           M1: up to 5.00',
      'Nobody can score R4, F3, F2, M3, M2: no value lies between those edges.',
    ]);
  });

  it('everybody bought on the as-of day', () => {
    const same = { recencyDays: ['0', '0', '0', '0'], frequency: ['1', '2', '3', '4'], monetary: null };
    expect(edges({ edges: same }).slice(0, 5)).toEqual([
      'R5: bought on 30 June 2026',
      'R4: nobody',
      'R3: nobody',
      'R2: nobody',
      'R1: bought before 30 June 2026',
    ]);
  });

  it('no money where no column holds any', () => {
    const sample = sampleResult();
    const none = { ...sample, columns: { ...sample.columns, value: null } };
    const monetary = ['0', '0', '0', '0'];
    const lines = renderRfmEdges(
      { ...none, rfm: { ...none.rfm, edges: { recencyDays: ['1', '2', '3', '4'], frequency: ['1', '2', '3', '4'], monetary } } },
      createPage({ width: 120, colorLevel: 0, isUnicode: true }),
    );
    expect(lines.join('\n')).not.toContain('M5');
    expect(lines.at(-1)).toBe('There are no amounts: everybody scores M1.');
  });

  it('frequency scored among repeat buyers', () => {
    expect(edges({ oneTimeShare: 0.83 }, 80)).toContain('83 % bought once: frequency is scored among repeat buyers.');
    const two = { recencyDays: ['1', '2', '3', '4'], frequency: ['2', '3', '4', '9'], monetary: null };
    expect(edges({ oneTimeShare: 0.83, edges: two }, 120)).toContain(
      '83 % bought 2 times at most: frequency is scored among those who bought more often.',
    );
  });

  it('activity: active days', () => {
    const lines = edges(
      {
        basis: 'activity',
        oneTimeShare: 0.7,
        edges: { recencyDays: ['3', '9', '20', '60'], frequency: ['1', '2', '5', '20'], monetary: null },
      },
      80,
    );
    expect(lines[0]).toBe('R5: active within 3 days     F5: 21 active days or more');
    expect(lines[4]).toBe('R1: active over 60 days ago  F1: 1 active day');
    expect(lines.at(-1)).toBe('70 % were active on one day: frequency is scored among the others.');
  });

  it('nothing when nobody is scored', () => {
    expect(edges({ edges: null })).toEqual([]);
  });
});
