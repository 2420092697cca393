import { describe, expect, it } from 'vitest';
import { segmentationsOf } from '../../../src/segmentation/index.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../../../src/segmentation/rfm/models/index.js';
import { map125 } from '../../../src/segmentation/rfm/models/map125.js';
import {
  isMoneyDecisive,
  RFM_METRICS,
  type RfmModel,
  rfmSegmentOf,
  rfmSegments,
  scoresOf,
} from '../../../src/segmentation/rfm/rfm-model.js';
import { cellsOf } from '../../../src/segmentation/rfm/score-boxes.js';
import { STATUSES } from '../../../src/segmentation/status/status.js';

/** How many cells each segment has. */
function cellCounts(model: RfmModel): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { segment } of cellsOf(model)) counts[segment] = (counts[segment] ?? 0) + 1;
  return counts;
}

describe.each(RFM_MODELS.map((model) => [model.name, model] as const))('the model %s', (_name, model) => {
  it('is a full partition: every combination of scores in exactly one of its segments, and no segment without any', () => {
    const names = model.segments.map(({ name }) => name);
    const found = new Set<string>();
    for (const recency of scoresOf(model, 'recency')) {
      for (const frequency of scoresOf(model, 'frequency')) {
        for (const monetary of scoresOf(model, 'monetary')) {
          const segment = rfmSegmentOf(model, recency, frequency, monetary);
          expect(names).toContain(segment);
          found.add(segment);
        }
      }
    }
    expect([...found].sort()).toEqual(names.toSorted());
    const combinations = RFM_METRICS.slice(0, isMoneyDecisive(model) ? 3 : 2).reduce((all, metric) => all * model.scales[metric].scores, 1);
    expect(cellsOf(model)).toHaveLength(combinations);
  });

  it('names every segment once, none like a status or a key of the summary, each with words', () => {
    const names = rfmSegments(model).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(-2)).toEqual(['lost', 'prospects']);
    for (const { name, meaning, action } of rfmSegments(model)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([...STATUSES.map((status) => status.name), 'basis', 'model']).not.toContain(name);
      expect(meaning).not.toBe('');
      expect(action).not.toBe('');
    }
  });

  it('says what its segments mean in active days too, unless it decides by money', () => {
    const worded = model.segments.filter(({ activity }) => activity !== undefined);
    expect(worded).toHaveLength(isMoneyDecisive(model) ? 0 : model.segments.length);
  });

  it('gives the segments of the segmentation rfm', () => {
    const rfm = segmentationsOf(model).find(({ name }) => name === 'rfm');
    expect(rfm?.segments.map(({ name }) => name)).toEqual(rfmSegments(model).map(({ name }) => name));
  });
});

describe('the models', () => {
  it('have names of their own, the grid first', () => {
    expect(RFM_MODELS.map(({ name }) => name)).toEqual(['grid', 'map125', 'thirds']);
    expect(RFM_MODELS[0]).toBe(DEFAULT_RFM_MODEL);
  });

  // Counted in the published map: 125 = 7 + 8 + 24 + 7 + 16 + 8 + 5 + 22 + 8 + 14 + 6. A score that stood twice would be missing elsewhere.
  it('the map of 125 cells has as many cells a segment as the published one', () => {
    expect(cellCounts(map125)).toEqual({
      champions: 7,
      loyal_customers: 8,
      potential_loyalists: 24,
      new_customers: 7,
      promising: 16,
      needs_attention: 8,
      about_to_sleep: 5,
      at_risk_customers: 22,
      cant_lose: 8,
      hibernating: 14,
      almost_lost: 6,
    });
  });

  it.each([
    [5, 5, 5, 'champions'],
    [4, 4, 4, 'loyal_customers'],
    [5, 5, 1, 'potential_loyalists'],
    [1, 1, 5, 'cant_lose'],
    [2, 1, 3, 'about_to_sleep'],
    [2, 1, 2, 'hibernating'],
    [1, 5, 1, 'almost_lost'],
    [1, 1, 1, 'almost_lost'],
  ])('R%i F%i M%i of the map is %s', (recency, frequency, monetary, segment) => {
    expect(rfmSegmentOf(map125, recency, frequency, monetary)).toBe(segment);
  });

  it('has no cell beyond the scores', () => {
    for (const [recency, frequency, monetary] of [
      [0, 1, 1],
      [6, 1, 1],
      [1, 6, 1],
      [1, 1, 6],
    ] as const) {
      expect(() => rfmSegmentOf(map125, recency, frequency, monetary)).toThrow(RangeError);
    }
  });
});
