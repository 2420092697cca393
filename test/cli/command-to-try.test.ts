import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-try-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The words a shell makes of the command at the end of the hint. */
function wordsOfHint(stderr: string): string[] {
  const command = /^hint: .*?(segment (?:classify|explain|sql) .*?)(?: \(.*)?\n$/m.exec(stderr)?.[1];
  expect(command, stderr).toBeDefined();
  const script = `segment() { printf '%s\\0' "$@"; }; ${command}`;
  const { stdout, status } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  expect(status, stderr).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

describe.skipIf(!hasBash)('the command that an error prints works when it is copied', () => {
  it.each<[what: string, file: string, csv: string, argv: string[], code: string]>([
    [
      'no user column, the time found by its values',
      'a.csv',
      'kunde;wann;was\nu1;2024-01-01;view\nu2;2024-01-02;view\n',
      [],
      'columns-missing',
    ],
    ['neither named', 'b.csv', 'wer,von,bis\nu1,2024-01-01,2024-01-02\n', [], 'columns-missing'],
    ['two equally good', 'c.csv', 'user-id,user_id,time\nu1,u2,2024-01-01\n', [], 'columns-ambiguous'],
    ['an absent user column', 'd.csv', 'userid,time\nu1,2024-01-01\n', ['--user-column', 'x'], 'column-absent'],
    ['an absent time column', 'e.csv', 'userid,wann\nu1,2024-01-01\n', ['--time-column', 'x'], 'column-absent'],
    ['an absent event column', 'f.csv', 'userid,time\nu1,2024-01-01\n', ['--event-column', 'x'], 'column-absent'],
    ['a column name with quotes', 'g.csv', '"user of it\'s ""me""",time\nu1,2024-01-01\n', [], 'columns-missing'],
    ['a column name that is an escape', 'h.csv', '\u001b[31muser\u202e,time\nu1,2024-01-01\n', [], 'columns-missing'],
    ['a column name with a dash, blanks and $', 'i.csv', '-$(client no) *,time\nu1,2024-01-01\n', [], 'columns-missing'],
    ['a file name with a line end', 'new\nline.csv', 'wer,time\nu1,2024-01-01\n', [], 'columns-missing'],
    ['a file name with a quote, a bracket and a tab', "o'\t[1] é.csv", 'wer,time\nu1,2024-01-01\n', [], 'columns-missing'],
    ['a file name that begins with a dash', '-out.csv', 'wer,time\nu1,2024-01-01\n', [], 'columns-missing'],
    [
      'flags without which it fails',
      'j.csv',
      'wer|caf\xe9\nu1|1.1.2024\n',
      ['--encoding', 'latin-1', '--delimiter', '|', '--time-column', 'caf\xe9', '--time-format', '%d.%m.%Y'],
      'columns-missing',
    ],
    [
      'switches that are undone',
      'p.csv',
      'wer,time\nu1,2024-01-01\n',
      ['--no-config', '--no-strict', '--color', '--verbose'],
      'columns-missing',
    ],
    ['dates of an unknown order', 'k.csv', 'wer,time\nu1,03/04/2024\n', ['--user-column', 'wer'], 'date-order-ambiguous'],
    ['a comma of unknown meaning', 'l.csv', 'wer,time,price\nu1,2024-01-01,"1,234"\n', ['--user-column', 'wer'], 'decimal-ambiguous'],
    ['two currencies', 'm.csv', 'wer,time,price\nu1,2024-01-01,€ 1\nu1,2024-01-02,$ 1\n', ['--user-column', 'wer'], 'currencies-mixed'],
  ])('%s', async (_, file, csv, argv, code) => {
    writeFileSync(join(cwd, file), csv, argv.includes('latin-1') ? 'latin1' : 'utf8');
    for (const [command, ...flags] of [['classify', '--dry-run', '--set', 'new.days=3'], ['explain', '--user', 'u1'], ['sql']] as const) {
      const refused = await runCli([command, ...argv, ...flags, '--', file], { cwd });
      expect(refused.stderr).toContain(`[${code}]`);
      const words = wordsOfHint(refused.stderr);
      expect(words).toEqual(expect.arrayContaining([...flags, ...argv.filter((word) => word.startsWith('--no-') || word === '--color')]));
      const { exitCode, stderr } = await runCli(words, { cwd });
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }, words.join(' ')).toEqual({ exitCode: 0, stderr: '' });
    }
  });

  it('whom to explain', async () => {
    writeFileSync(join(cwd, 'n.csv'), 'wer,time\nu1,2024-01-01\n');
    const { stderr } = await runCli(['explain', 'n.csv', '--user-column', 'wer'], { cwd });
    expect((await runCli(wordsOfHint(stderr), { cwd })).exitCode).toBe(0);
  });

  it('there is none where no column can be the time', async () => {
    writeFileSync(join(cwd, 'o.csv'), 'user_id,wann\nu1,x\n');
    const { stderr } = await runCli(['classify', 'o.csv'], { cwd });
    expect(stderr).toMatch(/\[columns-missing\]\nhint: name a column of the file with --time-column\.\n$/);
  });
});
