import { reportWidth } from '../io.js';
import { addOptions } from '../options.js';
import type { Command } from './command.js';

const GAP = '  ';

export const params: Command = {
  name: 'params',
  group: 'automate',
  summary: 'every parameter with its default, range and meaning',
  register(program, io) {
    const command = program
      .command(params.name)
      .summary(params.summary)
      .description('Lists every parameter with its value, default, range and meaning.');
    addOptions(command, 'params').action(async (flags: Record<string, unknown>) => {
      const { PARAMETER_NAMES, STATUS_PARAMETERS } = await import('../../segmentation/status/status-parameters.js');
      const { readSettings } = await import('../read-settings.js');
      const { set: values, json } = await readSettings('params', flags, io);
      const rows = PARAMETER_NAMES.map((name) => ({ name, value: values[name], ...STATUS_PARAMETERS[name] }));
      const text = json ? JSON.stringify(rows, undefined, 2) : await parameterTable(rows, reportWidth(io.stdout));
      io.stdout.write(`${text}\n`);
    });
  },
};

interface ParameterRow {
  readonly name: string;
  readonly value: number;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly meaning: string;
}

/** One row a parameter; its meaning stands beside it where the width allows, else below. */
async function parameterTable(rows: readonly ParameterRow[], width: number): Promise<string> {
  const { renderTable } = await import('../../report/text-table.js');
  const { wrapText } = await import('../../report/wrap-text.js');
  const column = (head: string, align: 'left' | 'right', cell: (row: ParameterRow) => string) => ({
    head,
    align,
    leaves: 0,
    cells: rows.map(cell),
  });
  const facts = [
    column('parameter', 'left', (row) => row.name),
    column('value', 'right', (row) => String(row.value)),
    column('default', 'right', (row) => String(row.default)),
    column('range', 'left', (row) => `${row.min} to ${row.max}`),
    column('unit', 'left', (row) => row.unit),
  ];
  const wide = renderTable([...facts, column('meaning', 'left', (row) => row.meaning)]);
  if (wide.every((line) => line.length <= width)) return wide.join('\n');
  const [heads = '', ...lines] = renderTable(facts);
  const blocks = rows.map((row, index) => [lines[index], ...wrapText(row.meaning, width, GAP)].join('\n'));
  return [heads, ...blocks].join('\n');
}
