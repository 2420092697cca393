import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRunFolder } from '../support/classify-once.js';
import { type RunResult, runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const OWN = fileURLToPath(new URL('../../fixtures/own-segments.yaml', import.meta.url));
const folder = makeRunFolder();
afterAll(() => folder.remove());

const run = (...argv: string[]): Promise<RunResult> => runCli(argv, { cwd: folder.path });
const tables = (script: string): string[] =>
  [...script.matchAll(/^create or replace temp (?:table|view) (\w+) as/gm)].map(([, name = '']) => name);

beforeAll(() => {
  writeFileSync(
    join(folder.path, 'few.csv'),
    'user_id,timestamp,event,plan\nada,2024-06-01,view,pro\nada,2024-06-02,purchase,pro\nben,2024-06-01,view,free\ncyd,2024-06-03,login,\n',
  );
  writeFileSync(
    join(folder.path, 'own.yaml'),
    'by: [property:plan, first_match]\nkeep: plan\nsegments:\n  seen: { where: did(view) }\n  other: { where: monetary > 5 }\n  quiet: { where: not segment(seen) or status = churned }\n',
  );
});

it('prints one segment with what it needs and nothing else, which gives just its members in stock DuckDB', async () => {
  const members = async (name: string, ...given: string[]): Promise<[string[], string[]]> => {
    const { stdout, stderr, exitCode } = await run('sql', ...given, '--segment', name);
    expect(exitCode, stderr).toBe(0);
    return [(await runScript(stdout, folder.path)).map((row) => String(row['user_id'])), tables(stdout)];
  };
  const few = ['few.csv', '--config', 'own.yaml'];
  const [seen, ofSeen] = await members('seen', ...few);
  expect(seen).toEqual(['ada', 'ben']);
  // Its rule asks for events only.
  expect(ofSeen).toEqual([
    'events',
    'day_kinds',
    'user_days',
    'rule_events',
    'user_gaps',
    'users',
    'classified_users',
    'own_segments',
    'segment_members',
  ]);
  const [quiet, ofQuiet] = await members('quiet', ...few);
  expect(quiet).toEqual(['cyd']);
  // It asks for a status, and for seen.
  expect(ofQuiet).toEqual(expect.arrayContaining(['population_gaps', 'rule_events', 'classified_users']));
  expect(ofQuiet).not.toContain('members');
  const [named] = await members('late', ...few, '--segment', 'late: did(login)');
  expect(named).toEqual(['cyd']);
});

it('agrees with the list for every segment of a shop', async () => {
  const listed = async (name: string): Promise<string> =>
    (await run('list', SHOP, '--config', OWN, name, '--columns', 'user_id')).stdout.trim().split('\n').slice(1).join(' ');
  for (const name of ['left_carts', 'best_buyers', 'night_owls']) {
    const { stdout } = await run('sql', SHOP, '--config', OWN, '--segment', name);
    const rows = await runScript(stdout, folder.path);
    expect(rows.length, name).toBeGreaterThan(10);
    expect(rows.map((row) => String(row['user_id'])).join(' '), name).toBe(await listed(name));
  }
});

it('says its rule at the top, and what is wrong with a name', async () => {
  const { stdout } = await run('sql', 'few.csv', '--config', 'own.yaml', '--segment', 'quiet');
  expect(stdout).toContain('-- seen: did(view)\n-- quiet: not segment(seen) or status = churned\n');
  expect(stdout).not.toMatch(/other:|"other"/);
  const told = async (...argv: string[]): Promise<string> => {
    const { exitCode, stderr } = await run(...argv);
    expect(exitCode).toBe(2);
    return stderr;
  };
  const sql = ['sql', 'few.csv', '--config', 'own.yaml'];
  expect(await told(...sql, '--segment', 'sen')).toMatch(/--segment sen: there is no such segment.*"seen".*\[compare-unknown-segment\]/s);
  expect(await told(...sql, '--segment', 'seen', '--segment', 'quiet')).toContain(
    '--segment seen and --segment quiet contradict each other',
  );
  expect(await told('sql', 'few.csv', '--segment', 'seen')).toContain("--segment seen means something only with --segment 'seen: RULE'");
  // Elsewhere a name alone defines nothing.
  expect(await told('classify', 'few.csv', '--config', 'own.yaml', '--segment', 'seen')).toContain(
    'a name alone chooses a segment for segment sql only',
  );
});
