// Packs the project, installs the tarball in an empty folder and runs the installed command: what users get, works.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ALLOWED = [/^bin\/segment\.js$/, /^dist\/.+\.(js|d\.ts|txt)$/, /^README\.md$/, /^LICENSE$/, /^CHANGELOG\.md$/, /^package\.json$/];
const NEEDED = [
  'bin/segment.js',
  'dist/cli/main.js',
  'dist/cli/help.txt',
  'dist/index.js',
  'dist/index.d.ts',
  'LICENSE',
  'CHANGELOG.md',
  'README.md',
  'package.json',
];
const EVENTS = `user_id,event,occurred_at,amount
ann,purchase,2026-01-03T10:00:00Z,20.00
ann,purchase,2026-03-01T10:00:00Z,35.50
ben,view,2026-02-11T08:30:00Z,
007,purchase,2026-06-29T23:59:59Z,9.99
ann,view,2026-06-30T12:00:00Z,
`;

const problems = [];

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

function expectThat(holds, problem) {
  if (!holds) problems.push(problem);
}

const folder = mkdtempSync(join(tmpdir(), 'segment-package-'));
try {
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT);
  if (packed.status !== 0) throw new Error(`npm pack failed:\n${packed.stderr}`);
  const [tarball] = JSON.parse(packed.stdout);
  const paths = tarball.files.map((file) => file.path);
  for (const path of paths)
    expectThat(
      ALLOWED.some((pattern) => pattern.test(path)),
      `the package holds ${path}, which does not belong in it`,
    );
  for (const path of NEEDED) expectThat(paths.includes(path), `the package lacks ${path}`);

  const linted = await publint({ pkgDir: ROOT, strict: true, pack: false });
  for (const message of linted.messages) problems.push(`publint: ${formatMessage(message, linted.pkg) ?? message.code}`);

  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const installed = run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball.filename)], folder);
  if (installed.status !== 0) throw new Error(`npm install of the tarball failed:\n${installed.stderr}`);
  const bin = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'segment.cmd' : 'segment');

  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const shown = run(bin, ['--version'], folder);
  expectThat(shown.stdout === `${version}\n`, `segment --version printed ${JSON.stringify(shown)}`);
  const help = run(bin, ['--help'], folder);
  expectThat(help.status === 0 && help.stdout.startsWith('Usage: segment'), `segment --help printed ${JSON.stringify(help)}`);

  writeFileSync(join(folder, 'events.csv'), EVENTS);
  const classified = run(bin, ['classify', 'events.csv'], folder);
  expectThat(classified.status === 0, `segment classify ended in ${classified.status}:\n${classified.stderr}`);
  if (classified.status === 0) {
    const users = readFileSync(join(folder, 'segments', 'members.csv'), 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]);
    expectThat(users.join(' ') === '007 ann ben', `members.csv lists the users ${users.join(' ')}`);
    expectThat(readdirSync(join(folder, 'segments')).includes('manifest.json'), 'there is no manifest.json');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? 'the package is complete and works\n' : `${problems.length} problems with the package\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
