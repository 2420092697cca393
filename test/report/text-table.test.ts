import { describe, expect, it } from 'vitest';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../../src/report/text-table.js';

const COLUMNS: readonly TableColumn[] = [
  { head: 'name', align: 'left', leaves: 0, cells: ['a', 'longer'] },
  { head: 'users', align: 'right', leaves: 0, cells: ['4,210', '1'] },
  { head: 'share', align: 'right', leaves: 2, cells: ['17 %', '< 1 %'] },
  { head: 'why', align: 'left', leaves: 1, cells: ['x', ''] },
];

describe('renderTable', () => {
  it('aligns, without frame and trailing blanks', () => {
    expect(renderTable(COLUMNS)).toEqual(['name    users  share  why', 'a       4,210   17 %  x', 'longer      1  < 1 %']);
  });

  it('counts wide characters and colours', () => {
    const lines = renderTable([
      { head: '', align: 'left', leaves: 0, cells: ['日本', 'x'] },
      { head: '', align: 'right', leaves: 0, cells: ['1', '\u001b[2m22\u001b[22m'] },
    ]);
    expect(lines).toEqual(['日本   1', 'x     \u001b[2m22\u001b[22m']);
  });
});

describe('fitColumns', () => {
  it('lets the least needed column go first', () => {
    const heads = (width: number): string[] => fitColumns(COLUMNS, width).map(({ head }) => head);
    expect(tableWidth(COLUMNS)).toBe(25);
    expect(heads(25)).toEqual(['name', 'users', 'share', 'why']);
    expect(heads(24)).toEqual(['name', 'users', 'why']);
    expect(heads(17)).toEqual(['name', 'users']);
    expect(heads(3)).toEqual(['name', 'users']);
  });

  it('drops columns without anything in them', () => {
    expect(fitColumns([{ head: 'empty', align: 'left', leaves: 0, cells: ['', ''] }], 80)).toEqual([]);
  });
});
