import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { WARNING_CODES } from '../../src/analysis/classify/warnings.js';
import { COMPARE_WARNING_CODES } from '../../src/analysis/compare/compare-result.js';
import { METRICS } from '../../src/analysis/compare/metrics.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { ExitCode } from '../../src/cli/exit-code.js';
import { interruptExitCode } from '../../src/cli/io.js';
import { createProgram } from '../../src/cli/program.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { MESSAGES } from '../../src/errors/messages.js';
import { CHURN_EVENTS, CHURN_HINTS, PASSIVE_EVENTS, PURCHASE_EVENTS, REFUND_EVENTS } from '../../src/events/event-roles.js';
import { PRESETS } from '../../src/input/presets/index.js';
import { MEMBER_COLUMNS } from '../../src/membership/members-query.js';
import { HELP_TOPICS } from '../../src/report/help-topics/index.js';
import { segmentationsOf } from '../../src/segmentation/index.js';
import { DEFAULT_RFM_MODEL, RFM_MODELS } from '../../src/segmentation/rfm/models/index.js';
import { PARAMETER_NAMES } from '../../src/segmentation/status/status-parameters.js';
import { runCli } from '../support/run-cli.js';
import { silentIo } from '../support/silent-io.js';
import { commandFromSources } from '../support/spawn-cli.js';
import { MAY_IMPORT, OPEN_TO_ALL, PACKAGE_USERS } from '../support/who-may-import.js';
import { codeBlocks, tableAfter, writtenSections } from './readme-blocks.js';
import { writeReadme } from './readme-sections.js';
import { commandOf } from './run-commands.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
const BLOCKS = codeBlocks(README);

/** The block in a language that holds a line like this. */
function block(language: string, line = ''): string {
  const found = BLOCKS.filter((one) => one.language === language && one.lines.some((text) => text.startsWith(line)));
  expect(found).toHaveLength(1);
  return `${found[0]?.lines.join('\n')}\n`;
}

const isMentioned = (name: string): boolean => README.includes(`\`${name}\``);

/** A heading as the name of its place on a page. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('the README', () => {
  it('says what the sources say, and shows what its commands print (npm run docs writes it)', async () => {
    const written = await writeReadme(README);
    const sections = writtenSections(README);
    for (const [index, fresh] of writtenSections(written).entries()) {
      expect(sections[index]?.body, `<!-- ${fresh.kind}: ${fresh.of} -->`).toBe(fresh.body);
    }
    expect(written).toBe(README);
    expect(sections.flatMap(({ kind, of }) => (kind === 'topic' ? [of] : []))).toEqual(HELP_TOPICS.map(({ name }) => name));
    expect(sections.flatMap(({ kind, of }) => (kind === 'table' ? [of] : []))).toEqual([
      'examples',
      'options',
      'parameters',
      'errors',
      'warnings',
    ]);
    // It runs every command on the page.
  }, 300_000);

  it('begins with the two commands', () => {
    expect(BLOCKS.slice(0, 2)).toMatchObject([
      { language: 'sh', lines: ['npm ci && npx segment classify fixtures/shop.csv'] },
      { language: 'sh', lines: ['npm ci && npm test'] },
    ]);
  });

  it('names npm scripts that there are, and only commands its test runs', () => {
    for (const [, script = ''] of README.matchAll(/npm run ([\w:]+)/g)) expect(MANIFEST.scripts).toHaveProperty([script]);
    const lines = BLOCKS.flatMap(({ language, lines: all }) => (language === 'sh' ? all : []));
    expect(lines.map((line) => commandOf(line)[0] ?? 'npm').filter((program) => !['segment', 'head', 'npm'].includes(program))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('npm ')).every((line) => /^npm ci && (npm test|npx segment .*)$/.test(line))).toBe(true);
  });

  it('links to headings that there are', () => {
    const headings = [...README.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
    const links = [...README.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !headings.includes(link ?? ''))).toEqual([]);
  });

  it('links to files that there are, and names files that there are', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    const paths = [...README.matchAll(/`((?:src|test|bin|fixtures)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    expect([...links, ...paths].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(links).toContain('LICENSE');
    expect(paths.length).toBeGreaterThan(20);
  });
});

describe('everything is in the README', () => {
  function flagsOf(command: Command): string[] {
    return [...command.options.map(({ long }) => long ?? ''), ...command.commands.flatMap(flagsOf)];
  }

  it('every command and flag', () => {
    const program = createProgram(silentIo());
    expect(COMMANDS.map(({ name }) => name).filter((name) => !README.includes(`segment ${name}`))).toEqual([]);
    const flags = new Set(flagsOf(program));
    expect(flags.size).toBeGreaterThan(50);
    expect([...flags].filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(README))).toEqual([]);
  });

  it.each([
    ['parameter', PARAMETER_NAMES],
    ['segmentation', segmentationsOf(DEFAULT_RFM_MODEL).map(({ name }) => name)],
    ['segment', RFM_MODELS.flatMap((model) => segmentationsOf(model).flatMap(({ segments }) => segments.map(({ name }) => name)))],
    ['RFM model', RFM_MODELS.map(({ name }) => name)],
    ['column of members', MEMBER_COLUMNS],
    ['warning code', Object.keys(WARNING_CODES)],
    ['warning code of a comparison', Object.keys(COMPARE_WARNING_CODES)],
    ['metric', METRICS.map(({ name }) => name)],
    ['error code', Object.keys(MESSAGES)],
    ['event name with a role', [...PASSIVE_EVENTS, ...CHURN_EVENTS, ...PURCHASE_EVENTS, ...REFUND_EVENTS]],
    ['hint of churn', CHURN_HINTS],
    ['preset', PRESETS.map(({ name }) => name)],
    ['runtime dependency', Object.keys(MANIFEST.dependencies)],
  ])('every %s', (_, names) => {
    expect(names.filter((name) => !isMentioned(name))).toEqual([]);
  });

  it('every reason of a reject', () => {
    const source = (name: string): string => readFileSync(join(ROOT, 'src', 'input', name), 'utf8');
    const structure = /type RecordProblem =([^;]+);/.exec(source('text/record-scanner.ts'))?.[1]?.matchAll(/'([\w-]+)'/g) ?? [];
    const times = source('time-query.ts').matchAll(/(?:then|else) '([a-z_]+)'/g);
    const reasons = [...new Set([...structure, ...times].map((match) => (match[1] ?? '').replaceAll('-', '_')))];
    expect(reasons).toHaveLength(9);
    expect(reasons.filter((reason) => !isMentioned(reason))).toEqual([]);
  });

  it('every exit code', () => {
    const signals = (['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map(interruptExitCode);
    const codes = tableAfter(README, '## Exit codes, errors and warnings').flatMap(([cell = '']) => cell.split(', ').map(Number));
    expect(codes).toEqual([...Object.values(ExitCode), ...signals]);
  });
});

describe('the files in the README', () => {
  let cwd = '';
  let set: string[] = [];
  beforeAll(async () => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-readme-')));
    cpSync(join(ROOT, 'fixtures'), join(cwd, 'fixtures'), { recursive: true });
    expect(await runCli(['classify', 'fixtures/shop.csv', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
    set = readdirSync(join(cwd, 'segments')).sort();
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(cwd, 'segments', name), 'utf8'));

  function keysOf(value: unknown): string[] {
    if (value === null || typeof value !== 'object') return [];
    if (Array.isArray(value)) return value.flatMap(keysOf);
    return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
  }

  it('are those of a set', () => {
    const tree = BLOCKS.find(({ lines }) => lines[0] === 'segments/')?.lines.slice(1) ?? [];
    const shown = new Set(tree.map((line) => line.trim().split(/[ /]/)[0] ?? ''));
    expect([...shown].sort()).toEqual(set);
  });

  it('have every key of summary.json and manifest.json', () => {
    expect(keysOf(json('summary.json')).filter((key) => !isMentioned(key))).toEqual([]);
    for (const name of ['summary.json', 'manifest.json']) {
      const keys = tableAfter(README, `### ${name}`).flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]));
      expect(keys, name).toEqual(Object.keys(json(name)));
    }
    expect(['file', 'line', 'reason', 'why', 'returned'].filter((key) => !isMentioned(key))).toEqual([]);
  });
});

describe('the house in the README', () => {
  const folders = tableAfter(README, '## How it is built');

  it('has the rows of the table that the architecture test holds', () => {
    const described = Object.fromEntries(folders.map(([folder = '', , imports = '']) => [folder.replaceAll('`', ''), imports]));
    const there = readdirSync(join(ROOT, 'src')).filter((name) => readable(name));
    expect(Object.keys(described).sort()).toEqual(there.sort());
    for (const [folder, imports] of Object.entries(described)) {
      const rules = (MAY_IMPORT[folder] ?? []).filter((rule) => readable(rule.replace(/^types:/, '').split('/')[0] ?? ''));
      const plain = rules.filter((rule) => !rule.startsWith('types:'));
      const types = rules.flatMap((rule) => (rule.startsWith('types:') ? [rule.slice('types:'.length)] : []));
      const text = [plain.join(', '), ...(types.length === 0 ? [] : [`result types of ${types.join(', ')}`])].join('; ');
      expect(imports, folder).toBe(text);
    }
    expect(README).toContain(`\`${OPEN_TO_ALL.join('` and `')}\` are open to all`);
  });

  it('has the packages that src uses, and no others', () => {
    const packages = Object.keys(PACKAGE_USERS).filter((name) => !name.startsWith('node:'));
    expect(Object.keys(MANIFEST.dependencies).sort()).toEqual(packages.sort());
  });

  /** Whether something of that name is in src, with a file in it. */
  function readable(name: string): boolean {
    const path = join(ROOT, 'src', name);
    return existsSync(path) && (name.endsWith('.ts') || readdirSync(path).length > 0);
  }
});

const hasTools = process.platform !== 'win32' && ['bash', 'jq', 'sha256sum'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe('the config file in the README', () => {
  it('is one, and says everything there is', () => {
    const { layer, problems } = parseConfigFile(block('yaml', 'time_format:'), 'segment.yaml', (path) => path);
    expect(problems).toEqual([]);
    expect([...layer.keys()]).toEqual(['inputs', 'timezone', 'timeFormat', 'churnEvent', 'riskEvent', 'keep', 'set']);
    for (const line of ['retain:', 'notify_file:']) {
      expect(parseConfigFile(block('yaml', line), 'segment.yaml', (path) => path).problems).toEqual([]);
    }
  });
});

describe('the recipes in the README', () => {
  let cwd = '';
  let shop = '';
  beforeAll(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-recipes-')));
    for (const folder of ['exports', 'node_modules/.bin']) mkdirSync(join(cwd, folder), { recursive: true });
    cpSync(join(ROOT, 'fixtures'), join(cwd, 'fixtures'), { recursive: true });
    cpSync(join(ROOT, 'fixtures', 'shop.csv'), join(cwd, 'exports', 'shop.csv'));
    const bin = join(cwd, 'node_modules', '.bin', 'segment');
    writeFileSync(
      bin,
      `#!/bin/sh\nexec ${commandFromSources()
        .map((word) => `"${word}"`)
        .join(' ')} "$@"\n`,
    );
    chmodSync(bin, 0o755);
    shop = join(cwd, 'shop');
    mkdirSync(join(shop, 'notes'), { recursive: true });
    for (const name of ['exports', 'node_modules']) cpSync(join(cwd, name), join(shop, name), { recursive: true });
    // The fixture is older than two days by the clock.
    writeFileSync(join(shop, 'segment.yaml'), block('yaml', 'notify_file:').replace('max_age: 2d\n', ''));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, CI: '', GITHUB_STEP_SUMMARY: '', ...env } });
  const segment = (...args: readonly string[]) => run(join(cwd, 'node_modules', '.bin', 'segment'), args);
  /** The first script of several lines in a workflow. */
  const scriptOf = (lines: readonly string[]): string => {
    const from = lines.findIndex((line) => line.trim() === 'run: |') + 1;
    const indent = lines[from]?.search(/\S/) ?? 0;
    const length = lines.slice(from).findIndex((line) => line.search(/\S/) < indent);
    return `${lines.slice(from, length === -1 ? undefined : from + length).join('\n')}\n`;
  };
  const inCi = { CI: 'true', GITHUB_STEP_SUMMARY: '' };
  beforeEach(() => rmSync(join(cwd, 'segments.baseline.json'), { force: true }));

  describe.skipIf(!hasTools)('every night', () => {
    const inShop = (script: string, env: NodeJS.ProcessEnv = {}) =>
      spawnSync('sh', ['-c', script], { cwd: shop, encoding: 'utf8', env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env } });

    it('the line for cron is silent on a good night, with an empty environment, and prints the notice on another one', () => {
      const [, line = ''] = /^20 2 \* \* \* {2}(.*)$/m.exec(block('text', 'MAILTO')) ?? [];
      const night = line.replace('/srv/shop', `'${shop}'`);
      expect(inShop(night)).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(
        readFileSync(join(shop, 'notes/run.log'), 'utf8')
          .trimEnd()
          .split('\n')
          .map((text) => JSON.parse(text))
          .at(-1),
      ).toMatchObject({
        phase: 'done',
      });
      appendFileSync(join(shop, 'segment.yaml'), "size_limit: ['status=at_risk max 1']\n");
      expect(inShop(night)).toMatchObject({ stdout: expect.stringMatching(/^## segment run: held\n/), stderr: '' });
      const [fresh = '', whole = ''] = block('bash', 'find -L').trim().split('\n');
      expect(inShop(fresh).status).toBe(0);
      expect(inShop(whole).status).toBe(0);
      appendFileSync(join(shop, 'segments/current/status/new.csv'), 'x\n');
      expect(inShop(whole).status).not.toBe(0);
      expect(inShop(fresh.replace('-1560', '-0')).status).not.toBe(0);
    });

    it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('the units are ones', () => {
      for (const name of ['segment.service', 'segment.timer']) {
        const unit = BLOCKS.find(({ info }) => info === name)?.lines.join('\n') ?? '';
        writeFileSync(join(shop, name), `${unit.replaceAll('/srv/shop', shop)}\n`);
      }
      const units = ['./segment.service', './segment.timer'];
      expect(spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { cwd: shop, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    });

    it('the workflow is one, and its step shows what became of the run', () => {
      const text = block('yaml', 'name: nightly segments');
      const workflow = parse(text) as { jobs: { segments: { steps: { run?: string; uses?: string }[] } } };
      const { steps } = workflow.jobs.segments;
      expect(steps.every(({ run: script, uses }) => (script === undefined) !== (uses === undefined))).toBe(true);
      const script = steps.find((step) => step.run?.includes('segment run'))?.run ?? '';
      const summary = join(shop, 'step.md');
      const step = spawnSync('bash', ['-e', '-c', script], {
        cwd: shop,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], GITHUB_STEP_SUMMARY: summary },
      });
      expect(step).toMatchObject({ status: 1, stdout: '' });
      expect(readFileSync(summary, 'utf8')).toMatch(/^## segment run: held\n/);
    });
  });

  it.skipIf(!hasTools)('the CI step passes on the fixture, and annotates what is off', () => {
    expect(segment('check', 'exports', '--as-of', '2026-06-29', '--update', '--quiet').status).toBe(0);
    const script = scriptOf(block('yaml', 'name: segments').split('\n'));
    const summary = join(cwd, 'step.md');
    expect(run('bash', ['-e', '-c', script], { ...inCi, GITHUB_STEP_SUMMARY: summary })).toMatchObject({ status: 0 });
    expect(readFileSync(summary, 'utf8')).toContain('## segment check');
    const tight = run('bash', ['-e', '-c', script.replace('0..0.05', '0..0.01')], inCi);
    expect(tight).toMatchObject({ status: 1, stdout: expect.stringMatching(/^::error title=segment check%3A status=at_risk::/m) });
  });

  it.skipIf(!hasTools)('the GitLab job writes its test report', () => {
    expect(segment('check', 'exports', '--as-of', '2026-06-29', '--update', '--quiet').status).toBe(0);
    const [line = ''] = block('yaml', 'segment-check:').match(/\.\/node_modules.*/) ?? [];
    expect(run('bash', ['-e', '-c', line], inCi)).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(cwd, 'segments.xml'), 'utf8')).toContain('<testsuite name="segment check"');
  });

  it.skipIf(!hasTools || spawnSync('git', ['--version']).status !== 0)('the comment of a pull request says what its edit moves', () => {
    const git = (...args: readonly string[]): void => {
      const settings = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
      expect(run('git', [...settings, ...args]).status).toBe(0);
    };
    writeFileSync(join(cwd, 'segment.yaml'), 'set:\n  dormant.multiple: 2\n');
    git('init', '--quiet');
    git('add', 'segment.yaml');
    git('commit', '--quiet', '--message', 'base');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    writeFileSync(join(cwd, 'segment.yaml'), 'set:\n  dormant.multiple: 1\n');
    const script = scriptOf(block('yaml', 'name: what an edit').split('\n'));
    expect(run('bash', ['-e', '-c', script], { ...inCi, GITHUB_BASE_REF: 'main' })).toMatchObject({ status: 0 });
    rmSync(join(cwd, 'segment.yaml'));
    const comment = readFileSync(join(cwd, 'comment.md'), 'utf8');
    expect(comment).toContain('This edit moves 6 users: 5 at\\_risk → dormant, 1 active → reactivated.');
    expect(comment.split('\n').filter((line) => /^\| u\d/.test(line))).toHaveLength(3);
  });

  it('the library example counts the statuses', () => {
    const face = pathToFileURL(commandFromSources(join(ROOT, 'src', 'index.ts'))[1]).href;
    writeFileSync(join(cwd, 'report.mts'), block('ts').replace("'segment-cli'", `'${face}'`));
    const { stdout, stderr, status } = run(process.execPath, ['--import', import.meta.resolve('tsx'), join(cwd, 'report.mts')]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('never_active 9\n');
    expect(stdout.trim().split('\n')).toHaveLength(9);
  });
});
