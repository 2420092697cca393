import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunOptions, runCli } from './support/run-cli.js';

// A case is a folder: argv.json (what is typed), files/ (what lies in the folder it is typed in), options.json
// (columns, isTty, env), and what comes out: stdout, stderr, exit-code, and the files written, under expected/.
// (without their `.gitignore`, which would keep them out of git). `npm run test:update` writes what comes out; read it before you commit it.
const CASES = fileURLToPath(new URL('cases/', import.meta.url));
const BINARY = /\.(parquet|arrow|gz)$/;

let cwd = '';
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-case-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe.each(foldersIn(CASES))('%s', (command) => {
  it.each(foldersIn(join(CASES, command)))('%s', async (slug) => {
    const folder = join(CASES, command, slug);
    const given = join(folder, 'files');
    if (existsSync(given)) cpSync(given, cwd, { recursive: true });
    const before = filesIn(cwd);

    const argv = readJson<string[]>(join(folder, 'argv.json'));
    const options = existsSync(join(folder, 'options.json')) ? readJson<RunOptions>(join(folder, 'options.json')) : {};
    const { stdout, stderr, exitCode } = await runCli(argv, { ...options, cwd });

    await expect(withoutPlace(stdout)).toMatchFileSnapshot(join(folder, 'stdout'));
    await expect(withoutPlace(stderr)).toMatchFileSnapshot(join(folder, 'stderr'));
    await expect(`${exitCode}\n`).toMatchFileSnapshot(join(folder, 'exit-code'));
    await expectFiles(
      filesIn(cwd).filter((path) => !before.includes(path)),
      join(folder, 'expected'),
    );
    for (const path of before) expect(readFileSync(join(cwd, path)), `${path} was changed`).toEqual(readFileSync(join(given, path)));
  });
});

async function expectFiles(written: readonly string[], expected: string): Promise<void> {
  for (const path of written) {
    if (BINARY.test(path) || basename(path) === '.gitignore') continue;
    mkdirSync(expected, { recursive: true });
    await expect(withoutPlace(contentOf(path))).toMatchFileSnapshot(join(expected, path));
  }
  const stale = existsSync(expected) ? filesIn(expected).filter((path) => !written.includes(path)) : [];
  expect(stale, 'files that are expected but were not written').toEqual([]);
}

/** A file's text; of a manifest without the timings, and without the settings, which name every option there is. */
function contentOf(path: string): string {
  const text = readFileSync(join(cwd, path), 'utf8');
  if (!path.endsWith('manifest.json')) return text;
  const { timings: _timings, settings: _settings, settings_hash: _hash, ...manifest } = JSON.parse(text) as Record<string, unknown>;
  const summary = join(cwd, dirname(path), 'summary.json');
  const hasHash = existsSync(summary) && SETTINGS_HASH.test(readFileSync(summary, 'utf8'));
  SETTINGS_HASH.lastIndex = 0;
  // The summary is compared too, but for the hash of the settings.
  return `${JSON.stringify(manifest, undefined, 2)}\n`.replace(
    /("name": "summary\.json",\s+"rows": null,\s+"sha256": ")[0-9a-f]{64}/,
    hasHash ? '$1<hash>' : '$&',
  );
}

/** Every option there is changes the hash of the settings. */
const SETTINGS_HASH = /(?<=Hash: {4}|settings(?:_hash": "| ))[0-9a-f]{12,64}/g;

function withoutPlace(text: string): string {
  return text.replaceAll(cwd, '<cwd>').replaceAll(SETTINGS_HASH, '<hash>');
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(folder.length + 1)] : [])).sort();
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
