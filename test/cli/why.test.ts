import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const HEAD = 'event_id,user_id,occurred_at,event\n';

interface Size {
  readonly segmentation: string | null;
  readonly segment: string;
  readonly before: number;
  readonly data: number | null;
  readonly people: number | null;
  readonly definitions: number | null;
  readonly after: number;
}

let cwd = '';
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-why-'));
  mkdirSync(join(cwd, 'in'));
  settings('few: {where: "active_days <= 1"}\n  old: {where: "status = churned"}');
  writeFileSync(join(cwd, 'in', 'day-1.csv'), `${HEAD}1,ann,2026-06-01T08:00:00Z,login\n2,bob,2026-06-01T09:00:00Z,login\n`);
  expect(await runCli(['run', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
  // One row stands twice, and dan's is of a day before the first run.
  writeFileSync(
    join(cwd, 'in', 'day-2.csv'),
    `${HEAD}2,bob,2026-06-01T09:00:00Z,login\n3,bob,2026-06-02T09:00:00Z,uninstall\n4,cid,2026-06-02T10:00:00Z,login\n5,dan,2026-05-31T10:00:00Z,login\n6,ann,2026-06-02T11:00:00Z,login\n`,
  );
  settings('few: {where: "active_days <= 2"}\n  gone: {where: "status = churned"}\nset: {occasional.days: 2}');
  expect(await runCli(['run', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function settings(segments: string): void {
  writeFileSync(join(cwd, 'segment.yaml'), `inputs: [in]\nout: out\nproof: false\nsegment_files: none\nsegments:\n  ${segments}\n`);
}

const why = (...argv: string[]) => runCli(['why', ...argv], { cwd });
const whyJson = async (...argv: string[]) => JSON.parse((await why(...argv, '--json')).stdout);
const sizeOf = (
  sizes: readonly Size[],
  segmentation: string | null,
  segment: string,
): Omit<Size, 'segmentation' | 'segment'> | undefined => {
  const {
    segmentation: _segmentation,
    segment: _segment,
    ...size
  } = sizes.find((one) => one.segmentation === segmentation && one.segment === segment) ?? ({} as Size);
  return size;
};
const files = (folder: string): string[] =>
  readdirSync(join(cwd, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.lock'))
    .sort();

describe('segment why', () => {
  it('tells data, people and definitions apart by the old settings on the new data', async () => {
    const before = [files('state'), readFileSync(join(cwd, 'state/current.json'), 'utf8')];
    const { data, definitions, untold, people, by_definitions: byDefinitions, sizes } = await whyJson();
    expect([files('state'), readFileSync(join(cwd, 'state/current.json'), 'utf8')]).toEqual(before);
    expect(untold).toBeNull();
    // bob's login came again under its id and counts once; dan's is of a day before the first run.
    expect(data).toEqual({ files: { new: ['in/day-2.csv'], changed: [], gone: [], same: 1 }, rows: { before: 2, after: 6, late: 1 } });
    expect(definitions).toEqual([
      { name: 'set.occasional.days', before: '3', after: '2' },
      { name: 'segment few', before: 'active_days <= 1', after: 'active_days <= 2' },
      { name: 'segment gone', before: null, after: 'status = churned' },
      { name: 'segment old', before: 'status = churned', after: null },
    ]);
    // By the old settings bob left, cid came, and dan had been there; ann, on two days, stays occasional until occasional.days is 2.
    expect(people).toEqual({ user: 1, late_data: 0, threshold: 0, entered: 1, entered_late: 1, left: 0 });
    expect(byDefinitions).toEqual({ moved: 1, entered: 0, left: 0 });
    expect(sizeOf(sizes, null, 'everybody')).toEqual({ before: 2, data: 1, people: 1, definitions: 0, after: 4 });
    // ann and bob; then dan (late) and cid came and bob left; then ann is active.
    expect(sizeOf(sizes, 'status', 'occasional')).toEqual({ before: 2, data: 1, people: 0, definitions: -1, after: 2 });
    expect(sizeOf(sizes, 'status', 'active')).toEqual({ before: 0, data: 0, people: 0, definitions: 1, after: 1 });
    expect(sizeOf(sizes, 'status', 'churned')).toEqual({ before: 0, data: 0, people: 1, definitions: 0, after: 1 });
    // On one day: ann and bob; then bob, cid and dan. On two at most: everybody.
    expect(sizeOf(sizes, 'rules', 'few')).toEqual({ before: 2, data: 1, people: 0, definitions: 1, after: 4 });
    expect(sizeOf(sizes, 'rules', 'old')).toEqual({ before: 0, data: 0, people: 1, definitions: -1, after: 0 });
    expect(sizeOf(sizes, 'rules', 'gone')).toEqual({ before: 0, data: 0, people: 0, definitions: 1, after: 1 });
  });

  it('has between both what one classification of all files by the old settings gives', async () => {
    const { sizes } = (await whyJson()) as { readonly sizes: readonly Size[] };
    const old = ['--no-config', '--segment', 'few: active_days <= 1', '--segment', 'old: status = churned', '--as-of', '2026-06-02'];
    const { segmentations } = JSON.parse((await runCli(['classify', 'in', '--dry-run', '--json', '--no-proof', ...old], { cwd })).stdout);
    const named = sizes.filter(({ segmentation, segment }) => segmentation !== null && segment !== 'gone');
    expect(named.length).toBeGreaterThan(6);
    for (const { segmentation, segment, before, data, people } of named) {
      expect(before + (data ?? 0) + (people ?? 0), `${segmentation}=${segment}`).toBe(segmentations[segmentation ?? ''][segment].users);
    }
  });

  it('says it in three sentences, with a table that adds up', async () => {
    expect((await why('1..2')).stdout).toBe(
      `Run 000001, as of 1 June 2026, to run 000002, as of 2 June 2026

Data: 1 new file (in/day-2.csv); 6 rows count, 4 more than then; 1 row more than
  then is late (of days up to 1 June 2026).
Definitions: set.occasional.days 3 → 2; segment few active_days <= 1 →
  active_days <= 2; segment gone nothing → status = churned and 1 more; by them
  alone 1 user is in another status.
People: 1 user is in another status (1 by what they did or left); 2 came, 1 of
  them by late data, 0 left.

                         then  data  people  definitions  now
everybody                   2    +1      +1            0    4
active                      0     0       0           +1    1
occasional                  2    +1       0           -1    2
churned                     0     0      +1            0    1
rfm=potential_loyalists     0     0      +1            0    1
rfm=new_customers           2     0      -1            0    1
rfm=hibernating             0    +1      +1            0    2
rules=few                   2    +1       0           +1    4
rules=gone                  0     0       0           +1    1
rules=old                   0     0      +1           -1    0
`,
    );
  });

  it('needs nothing of that where the definitions are the same', async () => {
    writeFileSync(join(cwd, 'in', 'day-3.csv'), `${HEAD}7,cid,2026-06-03T10:00:00Z,login\n`);
    expect(await runCli(['run', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
    const { definitions, untold, by_definitions: byDefinitions, sizes, data } = await whyJson('3');
    expect({ definitions, untold, byDefinitions }).toEqual({
      definitions: [],
      untold: null,
      byDefinitions: { moved: 0, entered: 0, left: 0 },
    });
    expect(data.rows).toEqual({ before: 6, after: 7, late: 0 });
    // cid is there on a second day.
    expect(sizeOf(sizes, 'status', 'active')).toEqual({ before: 1, data: 0, people: 1, definitions: 0, after: 2 });
    expect((await why('3')).stdout).toContain('Definitions: the same.');
  });

  it('reads the files themselves where they are read otherwise since, and says so where they are gone', async () => {
    // In Tokyo every event is of the same day; the file of the fourth night says that ann's day is over.
    expect(await runCli(['run', '--quiet', '--timezone', 'Asia/Tokyo'], { cwd })).toMatchObject({ exitCode: 0 });
    expect((await whyJson('2..last')).untold).toBeNull();
    const earlier = await whyJson('1..2');
    expect(earlier.untold).toMatch(/^the data of run 000002 are not kept any more: in\/day-1\.csv was replaced or removed since/);
    expect(earlier.by_definitions).toBeNull();
    expect(sizeOf(earlier.sizes, 'status', 'occasional')).toEqual({ before: 2, data: null, people: null, definitions: null, after: 2 });
    expect((await why('1..2')).stdout).toMatch(/People and definitions together: 2 users are in another status/);
    rmSync(join(cwd, 'in', 'day-1.csv'));
    expect((await whyJson('2..last')).untold).toBe('files are read otherwise since, and not all of them are there any more as they were');
  });

  it.each([
    ['why-word', 2, ['1..2..3']],
    ['why-word', 2, ['..2']],
    ['runs-not-in-order', 2, ['2..1']],
    ['run-unknown', 3, ['1..9']],
    ['state-missing', 3, ['--state', 'elsewhere']],
  ])('refuses with [%s]', async (code, exitCode, argv) => {
    expect(await why(...argv)).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(`[${code}]`) });
  });

  it('has nothing to say of one run', async () => {
    writeFileSync(join(cwd, 'one.csv'), `${HEAD}1,ann,2026-06-01T08:00:00Z,login\n`);
    const place = ['--state', 'one-state'];
    await runCli(['run', 'one.csv', '--quiet', '--no-config', '--no-proof', '--segment-files', 'none', '--out', 'one-out', ...place], {
      cwd,
    });
    expect(await why(...place)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[why-one-run]') });
  });
});
