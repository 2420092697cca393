import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvText, messyEvents, messyLocalTimes } from '../support/messy-export.js';
import { setBelow } from '../support/output-files.js';
import { runCli } from '../support/run-cli.js';
import { type SpawnOptions, type SpawnResult, spawnCli } from '../support/spawn-cli.js';

type Environment = NonNullable<SpawnOptions['env']>;

/** Times of the last input lie around a clock change of New York: a process in that zone must not read them as its own. */
const INPUTS = [
  { name: 'events', csv: csvText(messyEvents(21, 500)), flags: ['--files', 'all', '--keep', 'plan'] },
  { name: 'local', csv: csvText(messyLocalTimes(22, 500)), flags: ['--timezone', 'America/New_York'] },
];

const ENVIRONMENTS: readonly (readonly [name: string, env: Environment])[] = [
  ['TZ=America/New_York', { TZ: 'America/New_York' }],
  ['TZ=Asia/Kathmandu, LANG=C', { TZ: 'Asia/Kathmandu', LANG: 'C', LC_ALL: 'C' }],
  ['LC_ALL=tr_TR.UTF-8', { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
  ['no HOME, no TMPDIR, no PATH, a NODE_ENV', { HOME: undefined, TMPDIR: undefined, PATH: undefined, NODE_ENV: 'production' }],
  ['colours asked for, CI', { FORCE_COLOR: '3', NO_COLOR: undefined, CI: 'true', COLUMNS: '20' }],
];

let folder: string;
let runs = 0;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-environment-')));
  for (const { name, csv } of INPUTS) writeFileSync(join(folder, `${name}.csv`), csv);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function classify(
  { name, flags }: (typeof INPUTS)[number],
  env: Environment,
): Promise<{ result: SpawnResult; set: Record<string, string> }> {
  runs += 1;
  const out = join(folder, `out-${runs}`);
  const argv = ['classify', join(folder, `${name}.csv`), '--out', out, '--json', '--max-rejects', '100%', ...flags];
  const result = await spawnCli(argv, { env });
  return { result, set: result.exitCode === 0 ? setBelow(out) : {} };
}

describe.each(INPUTS)('$name, classified in an odd environment', (input) => {
  let base: Awaited<ReturnType<typeof classify>>;
  beforeAll(async () => {
    base = await classify(input, { TZ: 'UTC', LANG: 'en_US.UTF-8' });
    expect(base.result.exitCode).toBe(0);
  });

  // Only the zone could touch times without one.
  const environments = ENVIRONMENTS.filter(([, { TZ }]) => input.name === 'events' || TZ !== undefined);
  it.each(environments)('%s: the same bytes in every file and on stdout', async (_name, env) => {
    expect(await classify(input, env)).toEqual(base);
  });
});

describe('a place for temporary files that does not exist', () => {
  it('is named, with the flag that helps', async () => {
    const nowhere = join(folder, 'nowhere');
    expect(await runCli(['classify', join(folder, 'events.csv'), '--dry-run', '--temp-dir', nowhere])).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: `error: No temporary folder can be made in ${nowhere}: it does not exist. [temp-folder]\nhint: name another folder with --temp-dir.\n`,
    });
  });
});

describe.skipIf(process.platform === 'win32')('a working folder that was removed', () => {
  const script = fileURLToPath(new URL('../support/run-in-removed-folder.ts', import.meta.url));

  it('does not matter to commands that name whole paths, or none', async () => {
    const out = join(folder, 'from-nowhere');
    const argv = ['classify', join(folder, 'events.csv'), '--out', out, '--max-rejects', '100%', '--quiet'];
    expect((await spawnCli(argv, { script })).exitCode).toBe(0);
    expect(setBelow(out)['members.csv']).toContain('user_id,');
    expect(await spawnCli(['params', '--json'], { script })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await spawnCli(['params', '--json', '--config', 'none'], { script })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([[['classify', 'events.csv']], [['classify', '*.csv']], [['demo']]])('is named by %j', async (argv) => {
    const { exitCode, stdout, stderr } = await spawnCli(argv, { script });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain('it was removed or renamed meanwhile. [working-folder-gone]\nhint: ');
  });
});
