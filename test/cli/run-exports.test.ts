import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { runCli } from '../support/run-cli.js';

const HEAD = 'user_id,occurred_at,event,email\n';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-run-exports-'));
  mkdirSync(join(cwd, 'in'));
  writeFileSync(
    join(cwd, 'segment.yaml'),
    'inputs: [in]\nout: out\nproof: false\nsegment_files: none\nkeep: [email]\nsuppress: stop.csv\nexport:\n  klaviyo:\n    segments: [occasional]\n  amplitude:\n',
  );
  writeFileSync(join(cwd, 'stop.csv'), 'user_id\ncid\n');
  writeFileSync(
    join(cwd, 'in', 'day-1.csv'),
    `${HEAD}ann,2026-06-01T08:00:00Z,login,Ann@B.com\nbob,2026-06-01T09:00:00Z,login,\ncid,2026-06-01T09:00:00Z,login,c@b.com\n`,
  );
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...argv: string[]) => runCli(['run', ...argv], { cwd });
const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');

describe('export: of the config file', () => {
  it('is part of the set of a run, with checksums; a failure publishes nothing, and neither does a held run', async () => {
    const first = await run();
    expect(first, first.stderr).toMatchObject({ exitCode: 0 });
    // bob has no address, cid is on the list.
    expect(read('out/current/audiences/klaviyo/status-occasional.csv')).toBe('Email\nann@b.com\n');
    expect(read('out/current/audiences/amplitude/everyone.csv')).toBe('ann\nbob\n');
    expect(JSON.parse(read('out/current/audiences/summary.json')).audiences[0].left_out).toMatchObject({ suppressed: 1, no_contact: 1 });
    expect(await verifyOutputs(join(cwd, 'out/current'))).toEqual([]);
    const files: { name: string; rows: number | null }[] = JSON.parse(read('out/latest.json')).files;
    expect(files).toContainEqual(expect.objectContaining({ name: 'audiences/amplitude/everyone.csv', rows: 2 }));

    // The list decides on nobody's segment: another one is no other definition, and loads nothing again.
    writeFileSync(join(cwd, 'stop.csv'), 'user_id\nann\n');
    appendFileSync(join(cwd, 'in', 'day-1.csv'), 'bob,2026-06-02T09:00:00Z,uninstall,\n');
    const held = await run('--limit', 'status=churned max 0', '--json');
    expect(held).toMatchObject({ exitCode: 1 });
    expect(readdirSync(join(cwd, 'out/sets'))).toEqual(['000001']);
    const pointer = JSON.parse(read('state/current.json'));
    expect(new Set(pointer.runs.map((one: { settings_hash: string }) => one.settings_hash)).size).toBe(1);

    const config = read('segment.yaml');
    writeFileSync(
      join(cwd, 'segment.yaml'),
      config.replace('    segments: [occasional]', '    segments: [occasional]\n    email: address'),
    );
    expect(await run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[audience-column-unknown]') });
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000001'));
    writeFileSync(join(cwd, 'segment.yaml'), config);
    expect(await run('--quiet')).toMatchObject({ exitCode: 0 });
    expect(read('out/current/audiences/amplitude/everyone.csv')).toBe('bob\ncid\n');
    expect(readdirSync(join(cwd, 'out/sets'))).toHaveLength(2);

    writeFileSync(join(cwd, 'key'), 'k'.repeat(32), { mode: 0o600 });
    expect(await run('--quiet', '--pseudonym-key-file', 'key')).toMatchObject({ exitCode: 0 });
    expect(read('out/current/audiences/amplitude/everyone.csv')).toMatch(/^[0-9a-f]{64}\n[0-9a-f]{64}\n$/);
    expect(await run('--quiet', '--no-config', 'in', '--out', 'out', '--keep', 'email')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(cwd, 'out/current/audiences'))).toBe(false);
  });
});
