import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RFM_MODELS } from '../../src/segmentation/rfm/models/index.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const OWN = 'recency: [30, 90]\nfrequency: [1]\nsegments:\n  near: {scores: R2-3, meaning: here, action: greet}\n  far: {scores: R1}\n';

const folder = makeRunFolder();
const cwd = folder.path;
beforeAll(() => {
  writeFileSync(join(cwd, 'own.yaml'), OWN);
});
afterAll(folder.remove);

interface Summary {
  readonly segmentations: Readonly<Record<string, Readonly<Record<string, { readonly users: number }>>>>;
  readonly edges: Readonly<Record<string, readonly string[] | null>> | null;
}

interface Manifest {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settings_hash: string;
}

function manifestOf(out: string): Manifest {
  return JSON.parse(readFileSync(join(cwd, out, 'manifest.json'), 'utf8')) as Manifest;
}

/** Orders of users with one each, as `user,days before 2026-06-30,amount`. */
function orders(...lines: readonly (readonly [string, number, string])[]): string {
  const rows = lines.map(([user, daysAgo, amount]) => {
    const day = new Date(Date.UTC(2026, 5, 30 - daysAgo)).toISOString().slice(0, 10);
    return `${user},${day},${amount}`;
  });
  return `user_id,order_date,amount\n${rows.join('\n')}\n`;
}

describe('thirds', () => {
  // Five buyers: the edges stand at positions 4/3 and 8/3, counted from 0.
  // Days 0, 3, 6, 9, 12: 3 + 3·1/3 = 4 and 6 + 3·2/3 = 8. Money 10, 20, 31, 40, 50: 20 + 11/3 = 23.6667 and 31 + 9·2/3 = 37.
  // One order each: both edges of frequency are 1, nobody lies above, so everybody is F1.
  it('five buyers by hand', async () => {
    writeFileSync(join(cwd, 'five.csv'), orders(['a', 0, '10'], ['b', 3, '50'], ['c', 6, '31'], ['d', 9, '40'], ['e', 12, '20']));
    const run = await classifyOnce(['five.csv', '--rfm', 'thirds'], 'five', { cwd });
    const { edges } = run.summary as unknown as Summary;
    expect(edges).toEqual({ recency_days: ['4', '8'], frequency: ['1', '1'], monetary: ['23.666667', '37.00'] });
    const found = Object.fromEntries(
      members('five').map((member) => [member['user_id'], `${member['rfm_score']} ${member['rfm_segment']}`]),
    );
    expect(found).toEqual({
      a: '311 recent_customers',
      b: '313 recent_customers',
      c: '212 needs_attention',
      d: '113 inactive_customers',
      e: '111 inactive_customers',
    });
    expect(run.codes).toContain('collapsed_edges');
  });

  // Seven of ten bought once: both thirds of 1,1,1,1,1,1,1,2,3,5 are 1 (positions 3 and 6). Above 1 lie 2, 3 and 5, their median is 3.
  it('frequency is scored among repeat buyers where both edges coincide', async () => {
    const often = (user: string, count: number): [string, number, string][] =>
      Array.from({ length: count }, (_, index) => [user, index, '1']);
    const once = ['a', 'b', 'c', 'd', 'e', 'f', 'f2'].map((user): [string, number, string] => [user, 0, '1']);
    writeFileSync(join(cwd, 'ten.csv'), orders(...once, ...often('g', 2), ...often('h', 3), ...often('i', 5)));
    const { summary } = await classifyOnce(['ten.csv', '--rfm', 'thirds'], 'ten', { cwd });
    expect((summary as unknown as Summary).edges?.['frequency']).toEqual(['1', '3']);
    expect(members('ten').map((member) => `${member['user_id']}${member['frequency_score']}`)).toEqual(
      'a1 b1 c1 d1 e1 f1 f21 g2 h2 i3'.split(' '),
    );
    const plain = await classifyOnce(['ten.csv', '--rfm', 'thirds', '--scoring', 'quantile'], 'plain', { cwd });
    expect((plain.summary as unknown as Summary).edges?.['frequency']).toEqual(['1', '1']);
  });
});

describe('own cut points', () => {
  it('divide as they say, the point itself below', async () => {
    const model = 'recency: [30, 90]\nfrequency: [1]\nmonetary: [0, 99.99]\nsegments:\n  any: {scores: R1-3}\n';
    writeFileSync(join(cwd, 'cuts.yaml'), model);
    const lines = orders(['a', 0, '99.99'], ['b', 30, '100'], ['c', 31, '0'], ['d', 90, '0.01'], ['e', 91, '-5'], ['f', 200, '1']);
    writeFileSync(join(cwd, 'six.csv'), lines.replace('e,', 'e,').concat('e,2026-03-31,2\n'));
    const { summary } = await classifyOnce(['six.csv', '--rfm', 'cuts.yaml'], 'six', { cwd });
    expect((summary as unknown as Summary).edges).toEqual({ recency_days: ['30', '90'], frequency: ['1'], monetary: ['0.00', '99.99'] });
    // e bought for 2 on 31 March, 91 days ago, and sent 5 back: −3 in all.
    expect(Object.fromEntries(members('six').map((member) => [member['user_id'], member['rfm_score']]))).toEqual({
      a: '312',
      b: '313',
      c: '211',
      d: '212',
      e: '111',
      f: '112',
    });
  });

  it('in active days where nobody ordered, without money', async () => {
    const events = 'user_id,event,timestamp\na,view,2026-06-30\na,view,2026-06-29\nb,view,2026-05-01\n';
    writeFileSync(join(cwd, 'views.csv'), events);
    const run = await classifyOnce(['views.csv', '--rfm', 'own.yaml'], 'views', { cwd });
    expect(members('views').map((member) => [member['user_id'], member['rfm_score'], member['rfm_segment']])).toEqual([
      ['a', '32', 'near'],
      ['b', '21', 'near'],
    ]);
    expect(run.summary.warnings.map(({ code }) => code)).not.toContain('collapsed_edges');
  });
});

function members(out: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(cwd, out, 'members.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])));
}

describe.each([...RFM_MODELS.map(({ name }) => name), 'own.yaml'])('everything follows the model %s', (model) => {
  it('files, sizes, cross-table and SQL name its segments and no others', async () => {
    const out = `follows-${model}`;
    const run = await classifyOnce([SHOP, '--rfm', model, '--segment-files', 'ids'], out, { cwd });
    const sizes = Object.entries((run.summary as unknown as Summary).segmentations['rfm'] ?? {}).filter(
      ([name]) => name !== 'basis' && name !== 'model',
    );
    expect(readdirSync(join(cwd, out, 'rfm')).sort()).toEqual(sizes.map(([name]) => `${name}.csv`).sort());
    for (const [name, { users }] of sizes) {
      const lines = readFileSync(join(cwd, out, 'rfm', `${name}.csv`), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines.length - 1, name).toBe(users);
    }
    expect(sizes.reduce((sum, [, { users }]) => sum + users, 0)).toBe(run.summary.users);
    const { stdout } = await runCli(['classify', SHOP, '--rfm', model, '--dry-run'], { cwd, columns: 120, isTty: false });
    for (const [name, { users }] of sizes) if (users > 0) expect(stdout).toContain(name);
    const script = (await runCli(['sql', SHOP, '--rfm', model], { cwd })).stdout;
    for (const [name] of sizes) expect(script).toContain(`'${name}'`);
  });
});

describe('the manifest', () => {
  it('keeps the name of a model of ours, and what stands in one of one’s own; its path and words do not count', async () => {
    mkdirSync(join(cwd, 'models'));
    writeFileSync(join(cwd, 'models', 'copy.yaml'), `# a copy\n${OWN.replace('meaning: here', 'meaning: "there"')}`);
    writeFileSync(join(cwd, 'other.yaml'), OWN.replace('[30, 90]', '[30, 91]'));
    const hashes: string[] = [];
    for (const [index, model] of ['grid', 'thirds', 'own.yaml', join('models', 'copy.yaml'), 'other.yaml'].entries()) {
      await classifyOnce([SHOP, '--rfm', model], `hash-${index}`, { cwd });
      hashes.push(manifestOf(`hash-${index}`).settings_hash);
    }
    await classifyOnce([SHOP], 'hash-default', { cwd });
    const [grid, thirds, own, copy, other] = hashes;
    expect(manifestOf('hash-default').settings_hash).toBe(grid);
    expect(copy).toBe(own);
    expect(new Set([grid, thirds, own, other]).size).toBe(4);
    expect(manifestOf('hash-1').settings['rfm']).toBe('thirds');
    expect(manifestOf('hash-2').settings['rfm']).toEqual({
      recency: ['30', '90'],
      frequency: ['1'],
      monetary: 5,
      cells: [
        [['far'], ['far']],
        [['near'], ['near']],
        [['near'], ['near']],
      ],
    });
  });
});

describe('--freeze', () => {
  it('takes the edges of a run with the same scores, and gives the same members', async () => {
    for (const model of ['thirds', 'map125', 'own.yaml']) {
      await classifyOnce([SHOP, '--rfm', model], 'before', { cwd });
      const run = await classifyOnce([SHOP, '--rfm', model, '--freeze', join('before', 'manifest.json')], 'after', { cwd });
      expect(run.exitCode, run.stderr).toBe(0);
      expect(readFileSync(join(cwd, 'after', 'members.csv'), 'utf8')).toBe(readFileSync(join(cwd, 'before', 'members.csv'), 'utf8'));
    }
  });

  it.each([
    ['thirds', 'grid', 'its edges of recency are 28, 174, and the RFM model grid has 5 scores with other edges'],
    ['grid', 'thirds', 'and the RFM model thirds has 3 scores with other edges'],
    ['grid', 'own.yaml', 'and the RFM model own has 3 scores with other edges'],
    ['own.yaml', 'thirds', 'its edges of frequency are 1, and the RFM model thirds has 3 scores with other edges'],
    ['other-cuts.yaml', 'own.yaml', 'its edges of recency are 31, 90, and the RFM model own has 3 scores with other edges'],
  ])('refuses the edges of %s for %s', async (before, after, problem) => {
    writeFileSync(join(cwd, 'other-cuts.yaml'), OWN.replace('[30, 90]', '[31, 90]'));
    expect((await classifyOnce([SHOP, '--rfm', before], 'frozen', { cwd })).exitCode).toBe(0);
    const run = await runCli(['classify', SHOP, '--rfm', after, '--dry-run', '--freeze', join('frozen', 'manifest.json')], { cwd });
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('[frozen-model]');
    expect(run.stderr).toContain(problem);
  });
});

describe('a model that cannot be taken', () => {
  const refused = async (model: string): Promise<{ readonly code: string; readonly stderr: string; readonly exitCode: number }> => {
    const { stderr, exitCode } = await runCli(['classify', SHOP, '--rfm', model, '--out', 'never'], { cwd });
    return { code: /\[([a-z-]+)\]/.exec(stderr)?.[1] ?? '', stderr, exitCode };
  };

  it.each([
    ['a name nearly right', 'third', 'rfm-file-missing', 'did you mean --rfm thirds?'],
    ['a file that is not there', 'none/such.yaml', 'rfm-file-missing', 'grid, map125, thirds'],
    ['a folder', '.', 'rfm-file-unreadable', 'it is a folder'],
    ['an empty file', 'empty.yaml', 'rfm-file-unreadable', 'it is empty'],
    ['a large file', 'large.yaml', 'rfm-file-unreadable', 'more than 65536 bytes'],
    ['UTF-16', 'wide.yaml', 'rfm-file-unreadable', 'it is UTF-16'],
    ['bytes that are no UTF-8', 'latin.yaml', 'rfm-file-unreadable', 'latin.yaml:2'],
    ['problems', 'gaps.yaml', 'rfm-file-problems', 'gaps.yaml:2:1: no segment has R2-5 F1-5'],
  ])('%s', async (_what, model, code, text) => {
    writeFileSync(join(cwd, 'empty.yaml'), ' \n');
    writeFileSync(join(cwd, 'large.yaml'), '#'.repeat(70_000));
    writeFileSync(join(cwd, 'wide.yaml'), Buffer.from(`\ufeff${OWN}`, 'utf16le'));
    writeFileSync(join(cwd, 'latin.yaml'), Buffer.from('# one\n# \xe4\n', 'latin1'));
    writeFileSync(join(cwd, 'gaps.yaml'), '# gaps\nsegments:\n  a: {scores: R1}\n');
    const found = await refused(model);
    expect(found).toMatchObject({ code, exitCode: 2 });
    expect(found.stderr).toContain(text);
  });

  it('money that is not there', async () => {
    writeFileSync(join(cwd, 'no-money.csv'), 'user_id,order_date\na,2026-06-30\n');
    const run = await runCli(['classify', 'no-money.csv', '--rfm', 'map125', '--out', 'never'], { cwd });
    expect(run).toMatchObject({ exitCode: 3 });
    expect(run.stderr).toContain('no column holds amounts. [rfm-without-money]');
  });

  it('a path of a config file starts from its folder; the name of a model is no path', async () => {
    mkdirSync(join(cwd, 'conf', 'deep'), { recursive: true });
    writeFileSync(join(cwd, 'conf', 'mine.yaml'), OWN);
    writeFileSync(join(cwd, 'conf', 'segment.yaml'), 'rfm: mine.yaml\n');
    const here = { cwd: join(cwd, 'conf', 'deep') };
    const own = await runCli(['classify', SHOP, '--dry-run', '--json'], here);
    expect(Object.keys((JSON.parse(own.stdout) as Summary).segmentations['rfm'] ?? {})).toEqual([
      'near',
      'far',
      'lost',
      'prospects',
      'basis',
      'model',
    ]);
    writeFileSync(join(cwd, 'conf', 'segment.yaml'), 'rfm: thirds\n');
    const ours = await runCli(['classify', SHOP, '--dry-run', '--json'], here);
    expect((JSON.parse(ours.stdout) as Summary).segmentations['rfm']).toMatchObject({ model: 'thirds' });
  });
});

describe('explain', () => {
  it('words the scores of the model', async () => {
    const [user] = members('follows-thirds').filter((member) => member['rfm_segment'] === 'champions');
    const argv = ['explain', SHOP, '--user', user?.['user_id'] ?? '', '--rfm', 'thirds'];
    const { stdout } = await runCli(argv, { cwd });
    expect(stdout).toContain('RFM: champions (33');
    expect(stdout).toMatch(/R3 \(bought within 28 days; edges 28, 174\)/);
    const json = JSON.parse((await runCli([...argv, '--json'], { cwd })).stdout) as {
      readonly model: string;
      readonly edges: Summary['edges'];
    };
    expect(json.model).toBe('thirds');
    expect(json.edges?.['recency_days']).toHaveLength(2);
  });
});
