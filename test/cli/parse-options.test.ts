import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addDecisionOptions, addInputOptions, addOutputOptions, addRunOptions } from '../../src/cli/options.js';
import {
  defaultMemoryLimit,
  parseDecisionOptions,
  parseInputOptions,
  parseOutputOptions,
  parseRunOptions,
} from '../../src/cli/parse-options.js';

const io = { now: () => new Date('2026-06-30T20:30:00Z') };

function parse(...argv: string[]) {
  const command = new Command().exitOverride();
  addRunOptions(addOutputOptions(addDecisionOptions(addInputOptions(command))));
  command.parse(argv, { from: 'user' });
  const flags = command.opts();
  return {
    input: parseInputOptions(flags),
    decision: parseDecisionOptions(flags, io),
    output: parseOutputOptions(flags),
    run: parseRunOptions(flags),
  };
}

const refusal = (option: string, value: string, expected: string) =>
  expect.objectContaining({ code: 'bad-option-value', message: `${option} ${value}: expected ${expected}.` });

describe('without flags', () => {
  it('takes the defaults of the contract', () => {
    const { input, decision, output, run } = parse();
    expect(input).toMatchObject({ columns: {}, timezone: 'UTC', maxRejects: { kind: 'default' }, maxExpand: 200 });
    expect(input).toMatchObject({
      encoding: undefined,
      delimiter: undefined,
      decimal: undefined,
      timeFormat: undefined,
      currency: undefined,
    });
    expect(decision).toMatchObject({ asOf: { kind: 'newest' }, lookbackDays: 365, scoring: 'auto', freeze: undefined });
    expect(decision).toMatchObject({ valueEvents: undefined, churnEvents: undefined, passiveEvents: undefined, riskEvents: undefined });
    expect(decision.parameters['at_risk.overdue']).toBe(0.75);
    expect(output).toEqual({
      out: 'segments',
      format: 'csv',
      segmentFiles: 'ids',
      files: 'default',
      keep: [],
      dryRun: false,
      spreadsheetSafe: false,
      force: false,
    });
    expect(run).toMatchObject({
      threads: undefined,
      tempDir: tmpdir(),
      quiet: false,
      verbose: false,
      json: false,
      color: true,
      progress: 'auto',
    });
    expect(run.memoryLimitBytes).toBeLessThanOrEqual(2_000_000_000);
  });
});

describe('columns', () => {
  it('keeps the names as written, none included', () => {
    const flags = ['--user-column', ' User Id', '--event-id-column', 'none', '--order-column', "o'Rder", '--time-column', '時刻'];
    expect(parse(...flags).input.columns).toEqual({ user: ' User Id', eventId: 'none', order: "o'Rder", time: '時刻' });
  });

  it('maps every flag to its role', () => {
    const roles = { user: 'user', event: 'event', time: 'time', value: 'value', quantity: 'quantity', order: 'order', session: 'session' };
    for (const [flag, role] of Object.entries({ ...roles, currency: 'currency', 'event-id': 'eventId' })) {
      expect(parse(`--${flag}-column`, 'x').input.columns).toEqual({ [role]: 'x' });
    }
  });

  it('refuses to do without a user or a time', () => {
    expect(() => parse('--user-column', 'none')).toThrow(
      refusal('--user-column', 'none', 'a column: there are no segments without the user'),
    );
    expect(() => parse('--time-column', 'none')).toThrow(/no segments without the time/);
    expect(() => parse('--value-column', '')).toThrow(refusal('--value-column', "''", 'a value that is not empty'));
  });
});

describe('how text is read', () => {
  it.each([
    ['tab', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
    ['|', '|'],
    ['semicolon', ';'],
    ['§', '§'],
  ])('--delimiter %j', (value, delimiter) => {
    expect(parse('--delimiter', value).input.delimiter).toBe(delimiter);
  });

  it.each(['', '||', '"', '\n', '\r', '\0', 'tabs'])('refuses --delimiter %j', (value) => {
    expect(() => parse('--delimiter', value)).toThrow(/one character that is no quote or line end, or tab/);
  });

  it.each(['UTF-8', 'latin-1', 'ISO-8859-1', 'windows-1252', 'shift-jis'])('--encoding %s', (name) => {
    expect(parse('--encoding', name).input.encoding).toBe(name);
  });

  it('refuses other encodings and decimal signs', () => {
    expect(() => parse('--encoding', 'latin-99')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--encoding', 'constructor')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--delimiter', 'constructor')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--decimal', ';')).toThrow(refusal('--decimal', ';', '., ,'));
    expect(parse('--decimal', ',').input.decimal).toBe(',');
  });

  it.each(['UTC', 'Europe/Berlin', 'asia/kathmandu', 'America/St_Johns'])('--timezone %s', (zone) => {
    expect(parse('--timezone', zone).input.timezone).toBe(zone);
  });

  it.each(['+02:00', 'Mars/Olympus', '', 'UTC; drop table x'])('refuses --timezone %j', (zone) => {
    expect(() => parse('--timezone', zone)).toThrow(/expected a zone name such as UTC or Europe\/Berlin/);
  });

  it('names the nearest zone', () => {
    expect(() => parse('--timezone', 'Europe/Berln')).toThrow(/did you mean Europe\/Berlin\./);
  });
});

describe('bounds', () => {
  it.each([
    [['--max-rejects', '0'], { kind: 'rows', rows: 0 }],
    [['--max-rejects', '500'], { kind: 'rows', rows: 500 }],
    [['--max-rejects', '2%'], { kind: 'percent', percent: 2 }],
    [['--max-rejects', '0.5 %'], { kind: 'percent', percent: 0.5 }],
    [['--max-rejects', '100%'], { kind: 'percent', percent: 100 }],
    [['--strict'], { kind: 'rows', rows: 0 }],
  ])('%j', (argv, bound) => {
    expect(parse(...argv).input.maxRejects).toEqual(bound);
  });

  it.each(['-1', '1.5', '101%', 'many', '', '%', '1e3', 'NaN'])('refuses --max-rejects %j', (value) => {
    expect(() => parse(`--max-rejects=${value}`)).toThrow(/a number of rows such as 500, or a share such as 2%/);
  });

  it('refuses --strict beside --max-rejects', () => {
    expect(() => parse('--strict', '--max-rejects', '5')).toThrow(
      expect.objectContaining({ code: 'options-contradict', message: '--strict and --max-rejects 5 contradict each other.' }),
    );
  });

  it.each([
    ['--max-expand', '0', '1 to 1000000'],
    ['--threads', '0', '1 to 1024'],
    ['--threads', '2.5', '1 to 1024'],
    ['--threads', '0x10', '1 to 1024'],
    ['--lookback', '0', '1 to 36500, or all'],
    ['--lookback', 'ever', '1 to 36500, or all'],
  ])('refuses %s %s', (option, value, range) => {
    expect(() => parse(option, value)).toThrow(refusal(option, value, `a whole number from ${range}`));
  });
});

describe('decisions', () => {
  it.each([
    [[], { kind: 'newest' }],
    [['--as-of', '2024-02-29'], { kind: 'day', day: '2024-02-29' }],
    [['--as-of', 'today'], { kind: 'day', day: '2026-06-30' }],
    // 20:30 UTC is 02:15 of the next day in Kathmandu (+05:45) and still the 30th in New York.
    [['--as-of', 'today', '--timezone', 'Asia/Kathmandu'], { kind: 'day', day: '2026-07-01' }],
    [['--as-of', 'today', '--timezone', 'America/New_York'], { kind: 'day', day: '2026-06-30' }],
  ])('%j', (argv, asOf) => {
    expect(parse(...argv).decision.asOf).toEqual(asOf);
  });

  it.each(['2023-02-29', '2026-13-01', '26-01-01', '2026-1-1', '20260101', 'yesterday', '2026-06-31', '', '2026-06-30T00:00'])(
    'refuses --as-of %j',
    (value) => {
      expect(() => parse('--as-of', value)).toThrow(refusal('--as-of', value, 'a day as YYYY-MM-DD, or today'));
    },
  );

  it('reads lookback, scoring and settings', () => {
    const { decision } = parse(
      '--lookback',
      'all',
      '--scoring',
      'quantile',
      '--set',
      'new.days=7',
      '--set',
      'loyal.weeks=10',
      '--freeze',
      'm.json',
    );
    expect(decision).toMatchObject({ lookbackDays: 'all', scoring: 'quantile', freeze: 'm.json' });
    expect(decision.parameters).toMatchObject({ 'new.days': 7, 'loyal.weeks': 10 });
    expect(parse('--lookback', '90').decision.lookbackDays).toBe(90);
  });

  it('collects events; none empties the list', () => {
    const { decision } = parse('--value-event', 'Buy, now', '--value-event', 'sale', '--churn-event', 'none', '--risk-event', 'None');
    expect(decision).toMatchObject({ valueEvents: ['Buy, now', 'sale'], churnEvents: [], passiveEvents: undefined, riskEvents: ['None'] });
    expect(() => parse('--churn-event', 'none', '--churn-event', 'left')).toThrow(
      refusal('--churn-event', 'none', 'no other event beside none'),
    );
    expect(() => parse('--passive-event', ' ')).toThrow(/the name of an event, or none/);
  });

  it('suggests the nearest choice', () => {
    expect(() => parse('--scoring', 'quantiles')).toThrow(refusal('--scoring', 'quantiles', 'auto, quantile (did you mean quantile)'));
  });
});

describe('output and run', () => {
  it('reads every flag', () => {
    const argv = [
      '--out',
      'a b',
      '--format',
      'parquet',
      '--segment-files',
      'full',
      '--files',
      'all',
      '--dry-run',
      '--spreadsheet-safe',
      '--force',
    ];
    expect(parse(...argv, '--keep', 'plan, country', '--keep', 'plan').output).toEqual({
      out: 'a b',
      format: 'parquet',
      segmentFiles: 'full',
      files: 'all',
      keep: ['plan', 'country'],
      dryRun: true,
      spreadsheetSafe: true,
      force: true,
    });
    expect(parse('--threads', '4', '--temp-dir', '/x', '--json', '--no-color', '--progress', 'plain').run).toMatchObject({
      threads: 4,
      tempDir: '/x',
      json: true,
      color: false,
      progress: 'plain',
    });
  });

  it.each(['', 'a,,b', ','])('refuses --keep %j', (value) => {
    expect(() => parse('--keep', value)).toThrow(/column names separated by commas/);
  });

  it.each([
    ['512MB', 512_000_000],
    ['512 mb', 512_000_000],
    ['2GB', 2_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['64MiB', 67_108_864],
  ])('--memory-limit %s', (value, bytes) => {
    expect(parse('--memory-limit', value).run.memoryLimitBytes).toBe(bytes);
  });

  it.each(['512', '63MB', '0', '-1GB', '2 potatoes', 'GB', '99999999999TB', '80%'])('refuses --memory-limit %j', (value) => {
    expect(() => parse(`--memory-limit=${value}`)).toThrow(/a size of at least 64MiB with its unit/);
  });

  it('refuses to be quiet and verbose', () => {
    expect(() => parse('--quiet', '--verbose')).toThrow(expect.objectContaining({ code: 'options-contradict' }));
  });

  it.each([
    // 2 GB at most; half of the machine; half of the group; no group (0, or a number beyond the machine).
    [64e9, 0, 2_000_000_000],
    [3e9, 0, 1_500_000_000],
    [64e9, 1e9, 500_000_000],
    [3e9, 2 ** 64, 1_500_000_000],
  ])('takes half of min(%d, %d) by default', (machine, confined, limit) => {
    expect(defaultMemoryLimit(machine, confined)).toBe(limit);
  });
});
