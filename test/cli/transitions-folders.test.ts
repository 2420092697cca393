import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoOfDay } from '../../src/time/day.js';
import { dayOfIso } from '../oracle/calendar.js';
import { makeRunFolder } from '../support/classify-once.js';
import { randomHistory } from '../support/random-history.js';
import { runCli } from '../support/run-cli.js';

const SHOP = join(import.meta.dirname, '../../fixtures/shop.csv');
/** SEGMENT_TEST_RUNS draws more. */
const RUNS = Number(process.env['SEGMENT_TEST_RUNS'] ?? 5);
const [FROM, TO] = ['2026-04-28', '2026-06-30'];

type Row = Readonly<Record<string, string>>;

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(async () => {
  folder = makeRunFolder();
  const by = ['--by', 'engagement,property:country'];
  await classify(SHOP, '--as-of', FROM, ...by, '--out', 'before');
  await classify(SHOP, '--as-of', TO, '--out', 'after');
  await classify(SHOP, '--as-of', TO, ...by, '--freeze', 'before/manifest.json', '--out', 'frozen');
});
afterAll(() => folder.remove());

const run = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path, now: new Date('2100-01-01T00:00:00Z') });
const pathOf = (...path: string[]): string => join(folder.path, ...path);
const rowsOf = (...path: string[]): Row[] => parse(readFileSync(pathOf(...path)), { columns: true });

async function classify(...argv: string[]): Promise<void> {
  const { exitCode, stderr } = await run('classify', ...argv, '--segment-files', 'none', '--no-proof', '--quiet');
  if (exitCode !== 0) throw new Error(stderr);
}

/** Writes the moves of a run into a folder and returns its rows and its summary. */
async function moves(
  out: string,
  ...argv: string[]
): Promise<{ readonly rows: Row[]; readonly summary: Readonly<Record<string, unknown>> }> {
  const { exitCode, stderr } = await run('transitions', ...argv, '--out', out, '--quiet');
  if (exitCode !== 0) throw new Error(stderr);
  const summary = JSON.parse(readFileSync(pathOf(out, 'summary.json'), 'utf8')) as Record<string, unknown>;
  return { rows: rowsOf(out, 'moves.csv'), summary };
}

/** What must be equal however the members were come by. */
function counted({ flows, users, changes, rates, tests }: Readonly<Record<string, unknown>>): unknown {
  return { flows, users, changes, rates, tests };
}

/** A folder with one of its files changed, and its manifest made to match. */
function forge(name: string, from: string, change: (text: string) => string, file = 'members.csv'): void {
  cpSync(pathOf(from), pathOf(name), { recursive: true });
  const text = change(readFileSync(pathOf(name, file), 'utf8'));
  writeFileSync(pathOf(name, file), text);
  if (file === 'manifest.json') return;
  const manifest = JSON.parse(readFileSync(pathOf(name, 'manifest.json'), 'utf8')) as { outputs: { name: string; sha256: string }[] };
  const output = manifest.outputs.find((one) => one.name === file);
  if (output !== undefined) output.sha256 = createHash('sha256').update(text).digest('hex');
  writeFileSync(pathOf(name, 'manifest.json'), JSON.stringify(manifest));
}

describe('two folders', () => {
  it.each(['status', 'rfm', 'value_tier', 'buyer_type', 'paying', 'visitor', 'engagement', 'property:country'])(
    '%s: members of classify --freeze move as one run over both dates says',
    async (segmentation) => {
      const ofFolders = await moves(`folders-${segmentation.replace(':', '-')}`, 'before', 'frozen', '--segmentation', segmentation);
      const ofFiles = await moves(
        `files-${segmentation.replace(':', '-')}`,
        SHOP,
        '--from',
        FROM,
        '--to',
        TO,
        '--segmentation',
        segmentation,
      );
      expect(ofFolders.rows).toEqual(ofFiles.rows);
      expect(counted(ofFolders.summary)).toEqual(counted(ofFiles.summary));
      expect(ofFolders.summary).toMatchObject({ scale: 'same', from: FROM, to: TO });
      // 15.80 in the receipts of the shop: money as the other files have it.
      if (segmentation === 'rfm')
        expect(ofFolders.rows.map(({ flipped }) => flipped)).toContain(
          'recency score 1 → none (312 → none), frequency score 1 → none (1 → 0), monetary score 1 → none (15.80 → 0.00)',
        );
    },
  );

  it('members of folders with scales of their own move as --refit says, and RFM edges tell who moved only by them', async () => {
    for (const segmentation of ['status', 'rfm']) {
      const ofFolders = await moves(`each-${segmentation}`, 'before', 'after', '--segmentation', segmentation);
      const ofFiles = await moves(`refit-${segmentation}`, SHOP, '--from', FROM, '--refit', '--segmentation', segmentation);
      const without = (rows: readonly Row[]): unknown => rows.map(({ cause: _, ...row }) => row);
      expect(without(ofFolders.rows)).toEqual(without(ofFiles.rows));
      expect(ofFolders.summary['scale']).toBe('each');
      if (segmentation === 'rfm') {
        expect(ofFolders.rows).toEqual(ofFiles.rows);
        expect(ofFiles.rows.some(({ cause }) => cause === 'threshold')).toBe(true);
      }
    }
  });

  it('Parquet, Arrow and JSON Lines hold the same members', async () => {
    const ofCsv = await moves('moves-csv', 'before', 'after', '--segmentation', 'rfm');
    for (const format of ['parquet', 'arrow', 'jsonl']) {
      await classify(SHOP, '--as-of', FROM, '--out', `before-${format}`, '--format', format);
      const ofFormat = await moves(`moves-${format}`, `before-${format}`, 'after', '--segmentation', 'rfm');
      expect(ofFormat.rows, format).toEqual(ofCsv.rows);
      expect(ofFormat.summary['flows'], format).toEqual(ofCsv.summary['flows']);
    }
  });

  it('a file in the folder, or a link to it, names the folder', async () => {
    symlinkSync(pathOf('before'), pathOf('link'));
    const { stdout } = await run('transitions', 'before', 'after', '--json');
    for (const argv of [
      ['before/members.csv', 'after/manifest.json'],
      ['link', 'after'],
    ]) {
      const other = await run('transitions', ...argv, '--json');
      expect(other.stdout.replaceAll('"link"', '"before"')).toBe(stdout);
    }
  });

  it('is published with the members files as inputs, and never into one of the folders', async () => {
    const { summary } = await moves('published', 'before', 'after');
    const manifest = JSON.parse(readFileSync(pathOf('published', 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ as_of: TO, timezone: 'UTC', settings_hash: summary['settings_hash'] });
    const inputs = manifest['inputs'] as { name: string }[];
    expect(inputs.map(({ name }) => name)).toEqual(['before/members.csv', 'after/members.csv']);
    for (const out of ['before', 'after/moves']) {
      expect(await run('transitions', 'before', 'after', '--out', out)).toMatchObject({ exitCode: 2 });
    }
    expect(existsSync(pathOf('after', 'moves'))).toBe(false);
  });
});

describe('random histories', () => {
  it('classify at both dates, the later one frozen, and one run over the files agree', async () => {
    let compared = 0;
    for (const [index, { csv, settings }] of fc
      .sample(fc.oneof(randomHistory('any'), randomHistory('paced')), { seed: 20261125, numRuns: RUNS })
      .entries()) {
      writeFileSync(pathOf('random.csv'), csv);
      const days = [...csv.matchAll(/\d{4}-\d\d-\d\d/g)].map(([day]) => dayOfIso(day)).sort((left, right) => left - right);
      const [first = 0, last = 0] = [days[0], days.at(-1)];
      const from = isoOfDay(last - Math.floor((last - first) / 3) - 1);
      if (dayOfIso(from) <= first + 1) continue;
      const flags = [
        ...['--timezone', settings.timezone, '--max-rejects', '100%'],
        ...(settings.everyRowIsAnOrder ? ['--order-column', 'none'] : []),
      ];
      const ofFiles = await moves(`random-${index}`, 'random.csv', ...flags, '--from', from, '--to', isoOfDay(last));
      const { scale, notes } = ofFiles.summary;
      if (scale !== 'frozen' || (notes as readonly string[]).length > 0) continue;
      await classify('random.csv', ...flags, '--as-of', from, '--out', `random-before-${index}`);
      const frozen = ['--as-of', isoOfDay(last), '--freeze', `random-before-${index}/manifest.json`];
      await classify('random.csv', ...flags, ...frozen, '--out', `random-after-${index}`);
      const ofFolders = await moves(`random-folders-${index}`, `random-before-${index}`, `random-after-${index}`);
      expect(ofFolders.rows).toEqual(ofFiles.rows);
      expect(counted(ofFolders.summary)).toEqual(counted(ofFiles.summary));
      // Nobody is said to have moved by a threshold who would have moved without it.
      await classify('random.csv', ...flags, '--as-of', isoOfDay(last), '--out', `random-refit-${index}`);
      const ofEach = await moves(`random-each-${index}`, `random-before-${index}`, `random-refit-${index}`);
      const refit = await moves(`random-refit-moves-${index}`, 'random.csv', ...flags, '--from', from, '--to', isoOfDay(last), '--refit');
      const byThreshold = (rows: readonly Row[]): (string | undefined)[] =>
        rows.filter(({ cause }) => cause === 'threshold').map((row) => row['user_id']);
      const proven = byThreshold(refit.rows);
      expect(byThreshold(ofEach.rows).filter((id) => !proven.includes(id))).toEqual([]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(RUNS / 2 - 1);
  }, 180_000);
});

describe('why they moved', () => {
  // Ten days apart; the second export has a row of 3 May that the first one did not have yet, and a new user whose first event is of then.
  const EARLY = ['u1,2026-05-01', 'u1,2026-05-02', 'u2,2026-05-02', 'u2,2026-05-04', 'u3,2026-05-05', 'u4,2026-05-06', 'u4,2026-05-05'];
  const LATE = [...EARLY, 'u3,2026-05-03', 'u3,2026-05-04', 'late,2026-05-03', 'fresh,2026-05-19', 'u4,2026-05-18'];
  const csv = (rows: readonly string[]): string => `user_id,time,event\n${rows.map((row) => `${row},open\n`).join('')}`;

  it('late data: users who entered by rows of earlier days, and moves that the earlier days had in them', async () => {
    writeFileSync(pathOf('early.csv'), csv(EARLY));
    writeFileSync(pathOf('late.csv'), csv(LATE));
    await classify('early.csv', '--as-of', '2026-05-10', '--out', 'early');
    await classify('late.csv', '--as-of', '2026-05-20', '--out', 'late');
    const { rows, summary } = await moves('why', 'early', 'late');
    const whys = Object.fromEntries(rows.map((row) => [row['user_id'], [row['change'], row['cause']]]));
    expect(whys).toEqual({
      // first seen on 3 May, which is before the earlier date.
      late: ['entered', 'late_data'],
      fresh: ['entered', 'user'],
      u1: ['stayed', ''],
      u2: ['stayed', ''],
      // Three active days in place of one, and none since: first seen two days earlier.
      u3: ['moved', 'late_data'],
      // Came back on 18 May: three active days.
      u4: ['moved', 'user'],
    });
    expect(summary['causes']).toEqual({ user: 2, late_data: 2, threshold: 0, rule: 0 });
    const { stdout } = await run('transitions', 'early', 'late');
    expect(stdout).toContain('2 users moved or entered with rows of days up to 10 May 2026 that came late or\n  are others now.');
  });
});

describe('what is refused', () => {
  const refused = async (argv: readonly string[], exitCode: number, words: string): Promise<void> => {
    const result = await run('transitions', ...argv);
    expect(result.stderr).toContain(words);
    expect(result).toMatchObject({ exitCode, stdout: '' });
  };

  it('the wrong things on the command line', async () => {
    await refused(['before'], 2, '[folder-alone]');
    await refused(['before', '--from', FROM], 2, '[folder-alone]');
    await refused(['before', SHOP], 2, '[folders-and-files]');
    await refused([SHOP, 'before', '--from', FROM], 2, '[folders-and-files]');
    await refused(['before', 'nowhere.csv'], 3, '[input-not-found]');
    await refused(['before', 'after', 'frozen'], 2, '[folders-many]');
    await refused(['before', 'before/'], 2, '[folder-twice]');
    await refused(['before', 'after', '--from', FROM], 2, '--from: before and after were made');
    await refused(['before', 'after', '--to', TO, '--timezone', 'UTC', '--refit'], 2, '[folders-options]');
    await refused(['after', 'before'], 3, 'after is as of 2026-06-30, which is later than 2026-04-28 of before. [folders-not-in-order]');
    await refused(['after', 'frozen'], 3, 'after and frozen are both as of 2026-06-30');
    mkdirSync(pathOf('empty'));
    await refused(['empty', 'after'], 3, 'it has no manifest.json. [published-not-ours]');
  });

  it('a segmentation that a folder has no column of', async () => {
    await refused(
      ['before', 'after', '--segmentation', 'property:country'],
      3,
      '--segmentation property:country: the members of after have no such column. [segmentation-not-published]',
    );
    await refused(
      ['before', 'frozen', '--segmentation', 'property:device'],
      3,
      'have no such column; beside the usual ones they have engagement, property:country.',
    );
    await refused(['before', 'after', '--segmentation', 'engagment'], 2, '(did you mean engagement?)');
    await refused(['before', 'after', '--segmentation', 'property:'], 2, '[bad-option-value]');
  });

  it('folders that are not whole, and outputs without members', async () => {
    cpSync(pathOf('before'), pathOf('torn'), { recursive: true });
    writeFileSync(pathOf('torn', 'members.csv'), 'user_id\n');
    await refused(['torn', 'after'], 3, 'members.csv is changed. [published-differs]');
    rmSync(pathOf('torn', 'members.csv'));
    await refused(['torn', 'after'], 3, 'members.csv is missing. [published-differs]');
    await moves('only-moves', 'before', 'after');
    await refused(['only-moves', 'after'], 3, '[published-without-members]');
    forge('newer', 'before', (text) => text.replace('"format_version": 1', '"format_version": 2'), 'manifest.json');
    await refused(['newer', 'after'], 2, '[published-newer]');
    forge('bare', 'before', (text) => text.replace('"population_gaps"', '"gaps"'), 'manifest.json');
    await refused(['bare', 'after'], 3, 'has no timezone, population_gaps or edges. [published-not-ours]');
  });

  it('is no bug of ours, whatever somebody wrote into both manifests', async () => {
    const cells = (cell: unknown): unknown => ({
      recency: 5,
      frequency: 5,
      monetary: 5,
      cells: [...Array(5)].map(() => Array(5).fill(cell)),
    });
    const strange = [
      { settings: { where: [null, 7, {}] } },
      { settings: { rfm: { ...(cells(['x']) as object), cells: [null] } } },
      { settings: { rfm: cells(1) } },
      { settings: { rfm: cells([]) } },
      { settings: { rfm: { cells: 'abcde' } } },
      { settings: { set: { 'at_risk.overdue': 1e300, 'loyal.weeks': 'x' } } },
      { settings: { by: [null, 1, { kind: 'x' }] } },
      { edges: { recency_days: Array(4).fill('9'.repeat(38)), frequency: Array(4).fill('1'), monetary: Array(4).fill('9'.repeat(38)) } },
    ];
    for (const [index, { settings, ...rest }] of strange.entries()) {
      for (const name of ['before', 'after']) {
        const change = (text: string): string => {
          const manifest = JSON.parse(text) as { settings: object };
          const others = name === 'after' ? {} : rest;
          return JSON.stringify({ ...manifest, ...others, settings: { ...manifest.settings, ...settings } });
        };
        forge(`strange-${name}-${index}`, name, change, 'manifest.json');
      }
      const argv = [`strange-before-${index}`, `strange-after-${index}`, '--segmentation'];
      for (const segmentation of settings !== undefined && 'by' in settings ? ['status', 'rfm', 'engagement'] : ['status', 'rfm'])
        expect([0, 3], `${index} ${segmentation}`).toContain((await run('transitions', ...argv, segmentation)).exitCode);
    }
  });

  it('members that no run can have written', async () => {
    const line = (text: string): string => `${text.split('\n')[1]}\n`;
    forge('doubled', 'before', (text) => text.replace(/\n([^\n]+)\n([^\n]+)\n/, (_, one: string) => `\n${one}\n${one}\n`));
    await refused(['doubled', 'after'], 3, 'stands in more than one row; members have one row a user. [members-repeated]');
    forge('longer', 'before', (text) => text + line(text));
    await refused(['longer', 'after'], 3, 'members.csv has 195 rows, and its manifest.json says 194. [published-not-ours]');
    forge('worded', 'before', (text) => text.replace(/\d{4}-\d\d-\d\d/, 'yesterday'));
    await refused(
      ['worded', 'after'],
      3,
      'the column first_seen holds "yesterday", which no run of segment classify writes. [members-unreadable]',
    );
    forge('renamed', 'before', (text) => text.replace('status_reason', 'reason'));
    await refused(['renamed', 'after'], 3, 'it has no column status_reason. [members-column-missing]');
    forge('nobody', 'before', (text) => text.replace(/\n[^,]+,/, '\n,'));
    await refused(
      ['nobody', 'after'],
      3,
      'the column user_id is empty in some rows, which no run of segment classify writes. [members-unreadable]',
    );
  });

  it('runs of other settings, with all that differ; not those that differ from night to night', async () => {
    const set = ['--set', 'new.days=7', '--timezone', 'Europe/Berlin', '--lookback', 'all', '--churn-event', 'none'];
    await classify(SHOP, '--as-of', TO, ...set, '--out', 'other');
    const { stderr, exitCode } = await run('transitions', 'before', 'other');
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'before and other were made with different settings: churn_event (none given), then none; lookback 365, then all; set.new.days 14, then 7; timezone UTC, then Europe/Berlin. [folders-differ]',
    );
    const nightly = [
      '--as-of',
      TO,
      '--since',
      '2025-01-01',
      '--by',
      'engagement',
      '--format',
      'jsonl',
      '--files',
      'all',
      '--keep',
      'country',
    ];
    writeFileSync(pathOf('staff.csv'), 'user_id\nu7632062\n');
    await classify(SHOP, ...nightly, '--where', 'country=DE,US', '--exclude', 'staff.csv', '--out', 'filtered');
    await refused(
      ['before', 'filtered'],
      3,
      'settings: exclude (none given), then given; since (none given), then 2025-01-01; where none, then country=DE,US.',
    );
    await classify(
      SHOP,
      '--as-of',
      FROM,
      '--since',
      '2025-01-01',
      '--where',
      'country=DE,US',
      '--exclude',
      'staff.csv',
      '--out',
      'filtered-before',
    );
    writeFileSync(pathOf('staff.csv'), 'user_id\nu7632062\nu8220534\n');
    await classify(SHOP, ...nightly, '--where', 'country=DE,US', '--exclude', 'staff.csv', '--out', 'filtered-now');
    const { summary } = await moves('filtered-moves', 'filtered-before', 'filtered-now');
    expect(summary['notes']).toEqual([
      'Both folders were made with --where country=DE,US --exclude.',
      'The later folder was made with another file of --exclude, so that some may have entered, left or moved by that.',
    ]);
  });

  it('a segment of one’s own that only the later run has changes nobody’s status', async () => {
    const own = ['segments:', '  buyers:', '    goal: to thank them', '    where:', '      did: purchase', ''].join('\n');
    writeFileSync(pathOf('own.yaml'), own);
    await classify(SHOP, '--as-of', TO, '--config', 'own.yaml', '--out', 'own');
    const { summary } = await moves('own-moves', 'before', 'own');
    expect(counted(summary)).toEqual(counted((await moves('own-none', 'before', 'after')).summary));
  });

  it('ids and texts that a spreadsheet would run are those of the other folder', async () => {
    const events = (days: readonly string[]): string =>
      `user_id,time,event\n${['=1+1', '-7', '+49 170', "'quoted", 'plain'].flatMap((id) => days.map((day) => `${id},${day},open\n`)).join('')}`;
    writeFileSync(pathOf('signs.csv'), events(['2026-05-01', '2026-05-12']));
    await classify('signs.csv', '--as-of', '2026-05-10', '--spreadsheet-safe', '--out', 'safe');
    await classify('signs.csv', '--as-of', '2026-05-20', '--out', 'plain');
    expect(readFileSync(pathOf('safe', 'members.csv'), 'utf8')).toContain("\n'=1+1,");
    const { rows } = await moves('signs', 'safe', 'plain');
    expect(rows.map((row) => [row['user_id'], row['change']])).toEqual(
      ["'quoted", '+49 170', '-7', '=1+1', 'plain'].map((id) => [id, 'stayed']),
    );
  });
});
