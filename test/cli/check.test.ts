import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunOptions, runCli } from '../support/run-cli.js';

const CASES = fileURLToPath(new URL('../cases/check/', import.meta.url));
const EVENTS = readFileSync(join(CASES, '0001-holds', 'files', 'events.csv'), 'utf8');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-check-'));
  writeFileSync(join(cwd, 'events.csv'), EVENTS);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const run = (argv: readonly string[], options: RunOptions = {}) => runCli(argv, { cwd, ...options });
const check = (...argv: string[]) => run(['check', ...argv]);
const baseline = () => JSON.parse(readFileSync(join(cwd, 'segments.baseline.json'), 'utf8'));
const takeBaseline = (slug: string): void =>
  cpSync(join(CASES, slug, 'files', 'segments.baseline.json'), join(cwd, 'segments.baseline.json'));

describe('what is checked', () => {
  it('an output folder, its summary or its members are the run they are of', async () => {
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    const [ofExport] = baseline().runs;
    expect((await run(['classify', 'events.csv', '--out', 'out', '--format', 'parquet', '--quiet'])).exitCode).toBe(0);
    for (const path of ['out', 'out/summary.json', 'out/members.parquet', 'out/manifest.json']) {
      rmSync(join(cwd, 'segments.baseline.json'));
      expect(await check(path, '--update')).toMatchObject({ exitCode: 0, stderr: '' });
      const [ofFolder] = baseline().runs;
      // Events are not counted in a summary; how files are written is no definition.
      expect(ofFolder).toEqual({ ...ofExport, health: { ...ofExport.health, events: null } });
    }
  });

  it('refuses a folder that is not whole, not ours, newer, or named with what it was not made with', async () => {
    expect((await run(['classify', 'events.csv', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect(await check('out', '--set', 'new.days=7')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[checked-run-settings]'),
    });
    expect(await check('out', 'events.csv')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[checked-with-others]') });
    writeFileSync(join(cwd, 'out', 'members.csv'), 'user_id\n');
    expect(await check('out')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('members.csv is changed. [published-differs]'),
    });
    const manifest = JSON.parse(readFileSync(join(cwd, 'out', 'manifest.json'), 'utf8'));
    writeFileSync(join(cwd, 'out', 'manifest.json'), JSON.stringify({ ...manifest, format_version: 9 }));
    expect(await check('out')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[published-newer]') });
    rmSync(join(cwd, 'out', 'manifest.json'));
    expect(await check('out/summary.json')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('it has no manifest.json. [published-not-ours]'),
    });
  });

  it('csv, jsonl and a pipe give the same run', async () => {
    const [head = '', ...lines] = EVENTS.trimEnd().split('\n');
    const names = head.split(',');
    const objects = lines.map((line) =>
      JSON.stringify(Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell === '' ? null : cell]))),
    );
    writeFileSync(join(cwd, 'events.jsonl'), `${objects.join('\n')}\n`);
    const results = await Promise.all([check('events.csv', '--json'), check('events.jsonl', '--json')]);
    const [csv, jsonl] = results.map(({ stdout }) => JSON.parse(stdout));
    expect(jsonl).toEqual(csv);
    expect(csv).toMatchObject({ users: 100, rows: { used: 201 } });
  });
});

describe('the baseline', () => {
  it('keeps out what is off, and counts it run by run', async () => {
    takeBaseline('0002-regression');
    const before = baseline();
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 0 });
    expect(baseline()).toEqual({
      ...before,
      failing: { as_of: '2026-06-30', subjects: { 'status=occasional': 1, 'status=reactivated': 1 } },
    });
    // The same night once more is the same run.
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 0 });
    const later = `${EVENTS}u000,login,2026-07-01T08:00:00Z,\n`;
    writeFileSync(join(cwd, 'events.csv'), later);
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 1 });
    expect(baseline()).toEqual({
      ...before,
      failing: { as_of: '2026-07-01', subjects: { 'status=occasional': 2, 'status=reactivated': 2 } },
    });
    expect(await check('events.csv', '--accept', 'a campaign')).toMatchObject({ exitCode: 0 });
    expect(baseline().runs.at(-1)).toMatchObject({
      as_of: '2026-07-01',
      accepted: { reason: 'a campaign', subjects: ['status=occasional', 'status=reactivated'] },
    });
    expect(baseline().failing).toBeNull();
  });

  it('--warn-as-error fails at once', async () => {
    takeBaseline('0002-regression');
    expect(await check('events.csv', '--for', '2', '--warn-as-error')).toMatchObject({ exitCode: 1 });
  });

  it('--exclude-date leaves runs out', async () => {
    takeBaseline('0002-regression');
    const dates = Array.from({ length: 9 }, (_, day) => ['--exclude-date', `2026-06-${21 + day}`]).flat();
    expect(await check('events.csv', ...dates, '--json')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"runs": 0') });
    expect((await check('events.csv', '--exclude-date', '2026-06-31')).exitCode).toBe(2);
  });

  it('limits stand in the config file too', async () => {
    writeFileSync(join(cwd, 'segment.yaml'), 'size_limit:\n  - status=occasional max 10\n  - status=active share 0..0.5\nfor: 1\n');
    expect(await check('events.csv')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('status=occasional: 75 users; allowed at most 10'),
    });
    expect((await run(['config'])).stdout).toContain('size_limit');
  });

  it('is written whole, where a link leads, and nothing is left beside it', async () => {
    mkdirSync(join(cwd, 'kept'));
    writeFileSync(join(cwd, 'kept', 'b.json'), '{"format_version":1,"failing":null,"definitions":{},"runs":[]}');
    symlinkSync(join('kept', 'b.json'), join(cwd, 'segments.baseline.json'));
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'kept', 'b.json'), 'utf8')).runs).toHaveLength(1);
    expect(readdirSync(join(cwd, 'kept'))).toEqual(['b.json']);
  });

  it('says where it cannot be read or written', async () => {
    mkdirSync(join(cwd, 'folder'));
    expect(await check('events.csv', '--baseline', 'folder')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[baseline-unreadable]'),
    });
    expect(await check('events.csv', '--baseline', 'absent/b.json', '--update')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[baseline-unwritable]'),
    });
    expect(existsSync(join(cwd, 'absent'))).toBe(false);
  });

  it('in CI it is written with --force alone', async () => {
    for (const argv of [['--update'], ['--accept', 'because']]) {
      const refused = await run(['check', 'events.csv', ...argv], { env: { CI: 'true' } });
      expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[baseline-in-ci]') });
    }
    expect((await run(['check', 'events.csv'], { env: { CI: 'true' } })).exitCode).toBe(0);
    expect((await run(['check', 'events.csv', '--update', '--force'], { env: { CI: 'true' } })).exitCode).toBe(0);
    expect(baseline().runs).toHaveLength(1);
  });
});

describe('the summary of a job', () => {
  it('is added to what stands there, whatever the reporter', async () => {
    const path = join(cwd, 'step.md');
    writeFileSync(path, 'before\n');
    const { exitCode, stdout } = await run(['check', 'events.csv', '--reporter', 'github'], { env: { GITHUB_STEP_SUMMARY: path } });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('##');
    expect(readFileSync(path, 'utf8')).toMatch(/^before\n## segment check\n/);
  });

  it('changes no verdict when it cannot be written', async () => {
    const { exitCode, stderr } = await run(['check', 'events.csv', '--limit', 'status=occasional max 1'], {
      env: { GITHUB_STEP_SUMMARY: cwd },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("$GITHUB_STEP_SUMMARY can't be written");
  });
});

describe('members without their manifest', () => {
  const MEMBERS = [
    'user_id,status,rfm_segment,visitor',
    ...Array.from({ length: 40 }, (_, index) => `u${index},${index < 30 ? 'active' : 'at_risk'},champions,${index < 10 ? 'new' : ''}`),
  ].join('\n');

  it('are judged by their sizes; what they do not tell is said to be unknown', async () => {
    writeFileSync(join(cwd, 'members.csv'), `${MEMBERS}\n`);
    expect(await check('members.csv')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[members-as-of]') });
    const { exitCode, stdout } = await check('members.csv', '--as-of', '2026-06-30', '--update');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Holds: 40 users as of 30 June 2026');
    expect(stdout).toContain('rows, days, the newest event');
    const [recorded] = baseline().runs;
    expect(recorded).toMatchObject({ as_of: '2026-06-30', definitions: null, health: null, users: 40 });
    // Segments without users are sizes too; users in none are in none.
    expect(recorded.sizes.status).toMatchObject({ new: 0, active: 30, at_risk: 10, churned: 0 });
    expect(recorded.sizes.visitor).toEqual({ new: 10, returning: 0 });
    expect(Object.keys(recorded.sizes)).toEqual(['status', 'rfm', 'visitor']);
  });

  it('are told by their columns under any name, packed or piped, and judged by runs of exports too', async () => {
    writeFileSync(join(cwd, 'tonight.csv.gz'), gzipSync(`${MEMBERS}\n`));
    writeFileSync(join(cwd, 'plain.tsv'), `${MEMBERS.replaceAll(',', '\t')}\n`);
    const [packed, plain, piped] = [
      await check('tonight.csv.gz', '--as-of', '2026-06-30', '--json'),
      await check('plain.tsv', '--as-of', '2026-06-30', '--json'),
      await run(['check', '-', '--as-of', '2026-06-30', '--json'], { stdin: MEMBERS }),
    ];
    expect(JSON.parse(packed?.stdout ?? '')).toMatchObject({ users: 40, rows: null, settings_hash: null });
    expect([plain?.stdout, piped?.stdout]).toEqual([packed?.stdout, packed?.stdout]);
    takeBaseline('0002-regression');
    // The runs before had 100 users.
    const { exitCode, stdout } = await check('tonight.csv.gz', '--as-of', '2026-06-30');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('users: 40 users; expected');
    expect(await check('tonight.csv.gz', '--as-of', '2026-06-30', '--set', 'new.days=7')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[checked-run-settings]'),
    });
  });

  it.each(['parquet', 'arrow', 'jsonl', 'csv'])('of a run are the sizes of that run: %s', async (format) => {
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    const [ofExport] = baseline().runs;
    expect((await run(['classify', 'events.csv', '--out', 'out', '--format', format, '--quiet'])).exitCode).toBe(0);
    cpSync(join(cwd, 'out', `members.${format}`), join(cwd, `members.${format}`));
    rmSync(join(cwd, 'segments.baseline.json'));
    expect(await check(`members.${format}`, '--as-of', ofExport.as_of, '--update')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(baseline().runs[0]).toEqual({ ...ofExport, definitions: null, health: null });
    // The manifest of the run knows the date and the settings, and whether the file is the one it is of.
    cpSync(join(cwd, 'out', 'manifest.json'), join(cwd, 'manifest.json'));
    rmSync(join(cwd, 'segments.baseline.json'));
    expect(await check(`members.${format}`, '--update')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(baseline().runs[0]).toEqual({ ...ofExport, health: null });
    writeFileSync(join(cwd, 'members.csv'), MEMBERS);
    expect(await check('members.csv')).toMatchObject(
      format === 'csv' ? { exitCode: 3, stderr: expect.stringContaining('[published-differs]') } : { exitCode: 0 },
    );
  });

  it('a summary alone has its date and its rows', async () => {
    expect((await run(['classify', 'events.csv', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    cpSync(join(cwd, 'out', 'summary.json'), join(cwd, 'summary.json'));
    writeFileSync(join(cwd, 'summary.json.gz'), gzipSync(readFileSync(join(cwd, 'summary.json'))));
    for (const name of ['summary.json', 'summary.json.gz']) {
      expect(JSON.parse((await check(name, '--json')).stdout)).toMatchObject({
        as_of: '2026-06-30',
        users: 100,
        rows: { used: 201 },
        settings_hash: null,
      });
      expect((await check(name)).stdout).toContain('Its settings are not known');
    }
    expect(await check('summary.json', '--previous', 'out')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[previous-without-members]'),
    });
    writeFileSync(join(cwd, 'summary.json'), '{"as_of":"2026-06-30"}');
    expect(await check('summary.json')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[summary-not-ours]') });
  });

  it('an export with columns of members is an export', async () => {
    const [head = '', ...lines] = EVENTS.trimEnd().split('\n');
    writeFileSync(join(cwd, 'enriched.csv'), `${head},status,rfm_segment\n${lines.map((line) => `${line},active,champions`).join('\n')}\n`);
    expect(JSON.parse((await check('enriched.csv', '--json')).stdout)).toMatchObject({ users: 100, rows: { used: 201 } });
  });
});

describe('where users went', () => {
  const moves = async (...argv: string[]) => JSON.parse((await check(...argv, '--json')).stdout).moves;
  beforeEach(async () => {
    expect((await run(['classify', 'events.csv', '--out', 'old', '--quiet', '--format', 'jsonl'])).exitCode).toBe(0);
  });

  it('tells an edit from another date, from other data, and from nothing', async () => {
    expect(await moves('events.csv', '--previous', 'old')).toMatchObject({ by: 'nothing', definition_changes: [] });
    const edit = await moves('events.csv', '--previous', 'old', '--set', 'new.days=7');
    expect(edit).toMatchObject({ by: 'definitions', definition_changes: [{ name: 'set.new.days', before: '14', after: '7' }] });
    const [status] = edit.segmentations;
    expect(status).toMatchObject({ segmentation: 'status', entered: 0, left: 0 });
    expect(status.flows.reduce((sum: number, { users }: { users: number }) => sum + users, 0)).toBe(status.moved);
    writeFileSync(join(cwd, 'only.csv'), 'user_id\nu000\n');
    // A list of people is a definition, though it is one more file.
    const fewer = await moves('events.csv', '--previous', 'old', '--only', 'only.csv');
    expect(fewer).toMatchObject({ by: 'definitions' });
    expect(fewer.segmentations[0]).toMatchObject({ left: 99, entered: 0 });
    writeFileSync(join(cwd, 'events.csv'), `${EVENTS}u000,login,2026-06-30T08:00:00Z,\n`);
    expect(await moves('events.csv', '--previous', 'old')).toMatchObject({ by: 'data' });
    writeFileSync(join(cwd, 'events.csv'), `${EVENTS}u000,login,2026-07-01T08:00:00Z,\n`);
    expect(await moves('events.csv', '--previous', 'old')).toMatchObject({ by: 'time', as_of: '2026-06-30' });
  });

  it('is the same of a folder and of its members, which do not know what they were made of', async () => {
    const ofExport = await moves('events.csv', '--previous', 'old', '--set', 'new.days=7');
    expect((await run(['classify', 'events.csv', '--out', 'new', '--quiet', '--set', 'new.days=7'])).exitCode).toBe(0);
    expect(await moves('new', '--previous', 'old')).toEqual(ofExport);
    cpSync(join(cwd, 'new', 'members.csv'), join(cwd, 'members.csv'));
    const ofTable = await moves('members.csv', '--as-of', '2026-06-30', '--previous', 'old');
    expect(ofTable).toMatchObject({ by: 'unknown', definition_changes: [] });
    expect(ofTable.segmentations.map(({ flows }: { flows: unknown }) => flows)).toEqual(
      ofExport.segmentations.map(({ flows }: { flows: unknown }) => flows),
    );
  });

  it('refuses what is no earlier membership', async () => {
    expect(await check('events.csv', '--previous', 'old', '--as-of', '2026-06-29')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[previous-later]'),
    });
    expect(await check('events.csv', '--previous', '.')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[published-not-ours]'),
    });
    expect((await run(['transitions', 'events.csv', '--from', '2026-06-01', '--out', 'moved', '--quiet'])).exitCode).toBe(0);
    expect(await check('events.csv', '--previous', 'moved')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[published-without-members]'),
    });
    writeFileSync(join(cwd, 'old', 'members.jsonl'), '');
    expect(await check('events.csv', '--previous', 'old')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[published-differs]'),
    });
  });
});

describe('whom it counts', () => {
  it('is said of an export and of its folder in the same words', async () => {
    writeFileSync(join(cwd, 'only.csv'), 'user_id\nu000\nu001\nu002\n');
    writeFileSync(join(cwd, 'people.csv'), 'user_id,created_at\nu000,2026-01-01\n');
    const filters = ['--only', 'only.csv', '--since', '2026-01-01', '--users', 'people.csv'];
    const words = 'Counted: only those in only.csv; events since 1 January 2026; with the people of\npeople.csv.';
    expect((await check('events.csv', ...filters)).stdout).toContain(words);
    expect((await run(['classify', 'events.csv', ...filters, '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect((await check('out')).stdout).toContain(words);
    const json = JSON.parse((await check('out', '--json')).stdout);
    expect(json).toMatchObject({ filters: { where: [], only: 'only.csv', exclude: null }, since: '2026-01-01', users_file: 'people.csv' });
  });
});

describe('an export that stands still', () => {
  it('is stale from the second run on, unless its date is named', async () => {
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    const { exitCode, stdout } = await check('events.csv');
    expect(exitCode).toBe(1);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'the export is stale, so its segments are not judged. fail stale export: the newest event is of 30 June 2026; expected 1 July 2026 or later',
    );
    expect(text).toContain('To judge a run once more, name its date with --as-of.');
    expect((await check('events.csv', '--as-of', '2026-06-30')).exitCode).toBe(0);
    expect((await run(['classify', 'events.csv', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect((await check('out')).exitCode).toBe(1);
    expect((await run(['classify', 'events.csv', '--as-of', '2026-06-30', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect((await check('out')).exitCode).toBe(0);
    writeFileSync(join(cwd, 'events.csv'), `${EVENTS}u000,login,2026-07-01T08:00:00Z,\n`);
    expect((await check('events.csv')).exitCode).toBe(0);
  });

  it('is no reason to refuse an edit', async () => {
    expect((await run(['classify', 'events.csv', '--out', 'old', '--quiet'])).exitCode).toBe(0);
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    expect((await check('events.csv', '--previous', 'old', '--set', 'new.days=7')).exitCode).toBe(0);
  });

  it('fails by the clock alone where --max-age is given', async () => {
    // The clock stands at 1 July 2026, 00:00 UTC.
    expect((await check('events.csv')).exitCode).toBe(0);
    expect((await check('events.csv', '--max-age', '1d')).exitCode).toBe(0);
    expect(await check('events.csv', '--max-age', '0')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/expected\s+1\s+July\s+2026\s+or\s+later/),
    });
    // In New York it is still 30 June.
    expect((await check('events.csv', '--max-age', '0', '--timezone', 'America/New_York')).exitCode).toBe(0);
    expect((await run(['classify', 'events.csv', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect((await check('out', '--max-age', '0')).exitCode).toBe(1);
    cpSync(join(cwd, 'out', 'members.csv'), join(cwd, 'members.csv'));
    expect(await check('members.csv', '--as-of', '2026-06-30', '--max-age', '1')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[max-age-unknown]'),
    });
  });

  it('of two runs in a row fails in the second, each of which --update counts', async () => {
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    expect(await check('events.csv', '--for', '2')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('without it, what is pending'),
    });
    expect((await check('events.csv', '--for', '2', '--update')).exitCode).toBe(0);
    expect((await check('events.csv', '--for', '2', '--update')).exitCode).toBe(1);
    expect(baseline().failing).toEqual({ as_of: '2026-06-30', subjects: { 'newest event': 2 } });
  });
});
