import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { defaultMemoryLimit } from '../../src/cli/memory-limit.js';
import { addOptions } from '../../src/cli/options.js';
import { flagLayer } from '../../src/cli/read-settings.js';
import type { CommandName } from '../../src/config/options.js';
import { resolveSettings, type Settings } from '../../src/config/settings.js';

const NOW = new Date('2026-06-30T20:30:00Z');

/** What a command line alone says. */
function parseFor(name: CommandName, ...argv: string[]): Settings {
  const command = addOptions(new Command().exitOverride(), name);
  command.parse(argv, { from: 'user' });
  return resolveSettings(name, [flagLayer(name, command.opts(), command.args)], NOW);
}

const parse = (...argv: string[]): Settings => parseFor('classify', ...argv);

const refusal = (option: string, value: string, expected: string) =>
  expect.objectContaining({ code: 'bad-option-value', message: `${option} ${value === '' ? "''" : value}: expected ${expected}.` });

describe('without flags', () => {
  it('takes the defaults of the contract', () => {
    const { set, ...settings } = parse();
    expect(set['at_risk.overdue']).toBe(0.75);
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== false));
    expect(given).toEqual({
      timezone: 'UTC',
      columns: [],
      sort: [],
      pause: [],
      where: [],
      rfm: 'grid',
      maxExpand: 200,
      lookback: 365,
      scoring: 'auto',
      out: 'segments',
      format: 'csv',
      segmentFiles: 'ids',
      segmentation: 'status',
      files: 'default',
      keep: [],
      window: 28,
      by: [],
      maxValues: 20,
      freePlan: ['free', 'freemium', 'none', 'no', 'false', '0'],
      trialPlan: ['trial', 'trialing'],
      progress: 'auto',
      color: true,
      b: 'rest',
      backtestBy: 'status',
      backtestEvery: { unit: 'day', days: 30 },
      baseline: 'segments.baseline.json',
      checkReporter: 'terminal',
      for: 1,
      every: { unit: 'day', days: 7 },
      failOn: 'error',
      lintReporter: 'terminal',
      maxPredicates: 3,
      movesSegmentation: 'status',
      periods: 12,
      proof: true,
      examples: 3,
      cacheSize: 2_000_000_000,
      cache: true,
      publish: 'unless-failed',
      state: 'state',
      wait: 0,
      returnBelow: 10,
      // In parts of a million.
      sameShare: 900_000,
      segments: [],
      splitFormat: 'csv',
      suggestReporter: 'terminal',
      trendRefit: true,
      stratify: 'month',
      metric: [],
      top: 10,
      reporter: 'terminal',
      demoUsers: 2000,
      exportOut: 'audiences',
      properties: [],
      log: 'none',
      dedupDays: 35,
      retain: { runs: 90, weekly: 52, raw_days: 100_000 },
      demoDays: 365,
      demoSeed: 1,
      demoShape: 'shop',
      demoEnd: '2026-06-30',
      initOut: 'segment.yaml',
      inputs: [],
      givenBy: [],
    });
  });
});

describe('columns', () => {
  it('keeps the names as written, none included', () => {
    const flags = ['--user-column', ' User Id', '--event-id-column', 'none', '--order-column', "o'Rder", '--time-column', '時刻'];
    expect(parse(...flags)).toMatchObject({
      userColumn: ' User Id',
      eventIdColumn: 'none',
      orderColumn: "o'Rder",
      timeColumn: '時刻',
      valueColumn: undefined,
    });
  });

  it('refuses to do without a user or a time', () => {
    expect(() => parse('--user-column', 'none')).toThrow(
      refusal('--user-column', 'none', 'a column: there are no segments without the user'),
    );
    expect(() => parse('--time-column', 'none')).toThrow(/no segments without the time/);
    expect(() => parse('--value-column', '')).toThrow(refusal('--value-column', '', 'a value that is not empty'));
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
    expect(parse('--delimiter', value).delimiter).toBe(delimiter);
  });

  it.each(['', '||', '"', '\n', '\r', '\0', 'tabs'])('refuses --delimiter %j', (value) => {
    expect(() => parse('--delimiter', value)).toThrow(/one character that is no quote or line end, or tab/);
  });

  it.each(['UTF-8', 'latin-1', 'ISO-8859-1', 'windows-1252', 'shift-jis'])('--encoding %s', (name) => {
    expect(parse('--encoding', name).encoding).toBe(name);
  });

  it('refuses other encodings and decimal signs', () => {
    expect(() => parse('--encoding', 'latin-99')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--encoding', 'constructor')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--delimiter', 'constructor')).toThrow(expect.objectContaining({ code: 'bad-option-value' }));
    expect(() => parse('--decimal', ';')).toThrow(refusal('--decimal', ';', '. or ,'));
    expect(parse('--decimal', ',').decimal).toBe(',');
  });

  it.each(['UTC', 'Europe/Berlin', 'asia/kathmandu', 'America/St_Johns', '+02:00', '-0330', 'Z'])('--timezone %s', (zone) => {
    expect(parse('--timezone', zone).timezone).toBe(zone);
  });

  it.each(['+25:00', '+5', 'Mars/Olympus', '', 'UTC; drop table x'])('refuses --timezone %j', (zone) => {
    expect(() => parse('--timezone', zone)).toThrow(/expected a zone such as UTC, Europe\/Berlin or \+05:30/);
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
  ])('%j', (argv, bound) => {
    expect(parse(...argv).maxRejects).toEqual(bound);
  });

  it.each(['-1', '1.5', '101%', 'many', '', '%', '1e3', 'NaN'])('refuses --max-rejects %j', (value) => {
    expect(() => parse(`--max-rejects=${value}`)).toThrow(/a number of rows such as 500, or a share such as 2%/);
  });

  it('--strict', () => {
    expect(parse('--strict')).toMatchObject({ strict: true, maxRejects: undefined });
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
    [[], undefined],
    [['--as-of', '2024-02-29'], '2024-02-29'],
    [['--as-of', 'today'], '2026-06-30'],
    // 20:30 UTC is 02:15 of the next day in Kathmandu (+05:45) and still the 30th in New York.
    [['--as-of', 'today', '--timezone', 'Asia/Kathmandu'], '2026-07-01'],
    [['--as-of', 'today', '--timezone', 'America/New_York'], '2026-06-30'],
    [['--as-of', 'today', '--timezone', '+05:45'], '2026-07-01'],
  ])('%j', (argv, asOf) => {
    expect(parse(...argv).asOf).toEqual(asOf);
  });

  it.each(['2023-02-29', '2026-13-01', '26-01-01', '2026-1-1', '20260101', 'yesterday', '2026-06-31', '', '2026-06-30T00:00'])(
    'refuses --as-of %j',
    (value) => {
      expect(() => parse('--as-of', value)).toThrow(refusal('--as-of', value, 'a day as YYYY-MM-DD, or today'));
    },
  );

  it('reads lookback, scoring and settings', () => {
    const settings = parse(
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
    expect(settings).toMatchObject({ lookback: 'all', scoring: 'quantile', freeze: 'm.json' });
    expect(settings.set).toMatchObject({ 'new.days': 7, 'loyal.weeks': 10 });
    expect(parse('--lookback', '90').lookback).toBe(90);
  });

  it('collects events; none empties the list', () => {
    const settings = parse('--value-event', 'Buy, now', '--value-event', 'sale', '--churn-event', 'none', '--risk-event', 'None');
    expect(settings).toMatchObject({ valueEvent: ['Buy, now', 'sale'], churnEvent: [], passiveEvent: undefined, riskEvent: ['None'] });
    expect(() => parse('--churn-event', 'none', '--churn-event', 'left')).toThrow(
      refusal('--churn-event', 'none', 'no other event beside none'),
    );
    expect(() => parse('--passive-event', ' ')).toThrow(/the name of an event, or none/);
  });

  it('suggests the nearest choice', () => {
    expect(() => parse('--scoring', 'quantiles')).toThrow(refusal('--scoring', 'quantiles', 'auto or quantile (did you mean quantile?)'));
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
    expect(parse(...argv, '--keep', 'plan, country', '--keep', 'plan')).toMatchObject({
      out: 'a b',
      format: 'parquet',
      segmentFiles: 'full',
      files: 'all',
      keep: ['plan', 'country'],
      dryRun: true,
      spreadsheetSafe: true,
      force: true,
    });
    expect(parse('--threads', '4', '--temp-dir', '/x', '--json', '--no-color', '--progress', 'plain')).toMatchObject({
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
    expect(parse('--memory-limit', value).memoryLimit).toBe(bytes);
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

describe('what a command is about', () => {
  it('takes a user or a status', () => {
    expect(parseFor('explain', '--user', '007')).toMatchObject({ user: '007', status: undefined });
    expect(() => parseFor('explain', '--user', '')).toThrow(refusal('--user', '', 'the id of a user'));
    expect(() => parseFor('explain', '--user', 'u1', '--status', 'new')).toThrow(/--user u1 and --status new contradict each other/);
  });

  it('keeps the flags of the demo apart from those of the same name', () => {
    const settings = parseFor('demo', '--out', 'x.csv', '--format', 'parquet', '--force', '--users', '50', '--end', '2025-01-31');
    expect(settings).toMatchObject({ demoOut: 'x.csv', demoFormat: 'parquet', demoForce: true, demoUsers: 50, demoEnd: '2025-01-31' });
    expect(settings).toMatchObject({ out: 'segments', format: 'csv', force: false });
    expect(() => parseFor('demo', '--end', '1999-12-31')).toThrow(refusal('--end', '1999-12-31', 'a day from 2000-01-01 to 2099-12-31'));
  });
});
