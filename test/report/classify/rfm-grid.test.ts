import { describe, expect, it } from 'vitest';
import { renderRfmGrid } from '../../../src/report/classify/rfm-grid.js';
import { createPage } from '../../../src/report/page.js';
import { grid } from '../../../src/segmentation/rfm/models/grid.js';
import { activityResult, emptyResult, sampleResult } from './sample-result.js';

const wide = createPage({ width: 160, colorLevel: 0, isUnicode: true });

describe('the RFM grid', () => {
  it('names each scored segment exactly once from 80 columns on', () => {
    for (const width of [80, 94, 95, 109, 160, 200]) {
      const text = renderRfmGrid(sampleResult(), createPage({ width, colorLevel: 0, isUnicode: true })).join('\n');
      for (const { name } of grid.segments) expect(text.split(` ${name} `).length, `${name} at ${width}`).toBe(2);
    }
  });

  it('shows the users of every cell, R1 to R5 from left to right, F5 on top', () => {
    const [top = '', bottom = ''] = ['F5', 'F1'].map((row) => renderRfmGrid(sampleResult(), wide).find((line) => line.startsWith(row)));
    expect(top.match(/\d+ [░▒▓█]/g)?.map(Number.parseFloat)).toEqual([11, 27, 102, 88, 241]);
    expect(bottom.match(/\d+ [░▒▓█]/g)?.map(Number.parseFloat)).toEqual([201, 129, 211, 188, 201]);
  });

  it('shades by revenue: under 2, from 2, from 5, from 10 %', () => {
    const result = sampleResult();
    const revenues = ['19.99', '20.00', '50.00', '100.00', '810.01'];
    const cells = result.rfm.cells.map((cell) => ({
      ...cell,
      users: cell.frequencyScore === 5 ? 1 : 0,
      revenue: cell.frequencyScore === 5 ? (revenues[cell.recencyScore - 1] ?? '0') : '0',
    }));
    const row = renderRfmGrid({ ...result, rfm: { ...result.rfm, cells } }, wide).find((line) => line.startsWith('F5')) ?? '';
    expect(row.match(/[░▒▓█]+/g)).toEqual(['░░░░', '▒▒▒▒', '▓▓▓▓', '████', '████']);
    expect(row.match(/\d+ %/g)).toEqual(['2 %', '2 %', '5 %', '10 %', '81 %']);
  });

  it('shades by users where there is no money, and not at all where there is nobody', () => {
    expect(renderRfmGrid(activityResult(), wide).at(-1)).toContain('by share of scored users');
    const empty = renderRfmGrid(emptyResult(), wide);
    expect(empty.slice(0, -1).join('')).not.toMatch(/[░▒▓█]/);
  });

  it('a cell with refunds above its sales has no shade', () => {
    const result = sampleResult();
    const cells = result.rfm.cells.map((cell) => (cell.recencyScore === 1 ? { ...cell, revenue: '-50.00' } : cell));
    const row = renderRfmGrid({ ...result, rfm: { ...result.rfm, cells } }, wide).find((line) => line.startsWith('F5'));
    expect(row).toMatch(/^F5 │ +11 +> -1 % /);
  });
});
