import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAY_IMPORT, OPEN_TO_ALL, PACKAGE_USERS } from './support/who-may-import.js';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Parts of Node that may be used wherever files are. */
const PURE_NODE = ['buffer', 'crypto', 'path', 'stream', 'timers/promises', 'url', 'util', 'zlib'].map((name) => `node:${name}`);
const FILE_FOLDERS = ['files', 'input', 'membership', 'state', 'cli', 'config'];

/** What only the command line knows. The owner of a lock is a process, and so is what has a umask. */
const CLI_ONLY = /\bprocess\.(?!platform\b)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bconsole\./;
const KNOWS_PROCESS = ['membership/publish/run-owner.ts', 'membership/publish/file-modes.ts'];

interface Import {
  readonly target: string;
  readonly isType: boolean;
}

function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/gm)) {
    found.push({ target: match[2] ?? '', isType: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm)) {
    found.push({ target: match[1] ?? match[2] ?? '', isType: false });
  }
  return found;
}

/** What breaks the rules in a set of files, by path below src. */
function violations(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const folder = path.split('/')[0] ?? '';
    const problems = importsOf(text)
      .filter((one) => !isAllowed(path, folder, one))
      .map(({ target }) => `${path} imports ${target}`);
    if (MAY_IMPORT[folder] === undefined) problems.push(`${path}: the folder ${folder} is not in the table`);
    const reach = folder === 'cli' || KNOWS_PROCESS.includes(path) ? null : CLI_ONLY.exec(text);
    if (reach !== null) problems.push(`${path} uses ${reach[0]}`);
    return problems;
  });
}

function isAllowed(path: string, folder: string, { target, isType }: Import): boolean {
  if (!target.startsWith('.')) return isAllowedPackage(folder, target);
  const to = posix.normalize(posix.join(posix.dirname(path), target)).replace(/\.js$/, '');
  const toFolder = to.split('/')[0] ?? '';
  if (toFolder === folder || OPEN_TO_ALL.includes(toFolder)) return true;
  return (MAY_IMPORT[folder] ?? []).some((rule) => {
    const [name = '', onlyTypes] = rule.startsWith('types:') ? [rule.slice('types:'.length), true] : [rule, false];
    if (onlyTypes && !isType && !to.endsWith('-result')) return false;
    return name.includes('/') ? to === name : toFolder === name;
  });
}

function isAllowedPackage(folder: string, name: string): boolean {
  const users = PACKAGE_USERS[name];
  if (users !== undefined) return users.includes(folder);
  return PURE_NODE.includes(name) && FILE_FOLDERS.includes(folder);
}

function sourceFiles(): Record<string, string> {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(SRC, path), 'utf8')]));
}

describe('the house', () => {
  it('keeps to who may import whom', () => {
    expect(violations(sourceFiles())).toEqual([]);
  });

  it('has no drawer for odds and ends', () => {
    const folders = Object.keys(sourceFiles()).flatMap((path) => path.split('/').slice(0, -1));
    expect(folders.filter((name) => /^(utils?|helpers?|common|types?|misc|shared)$/.test(name))).toEqual([]);
  });

  it('names files in kebab-case', () => {
    expect(Object.keys(sourceFiles()).filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path))).toEqual([]);
  });

  it('leaves the making of SQL to the sql tag', () => {
    const text = Object.entries(sourceFiles()).filter(([, source]) => /\.fromTemplate\(/.test(source));
    expect(text.map(([path]) => path)).toEqual(['sql/sql.ts']);
  });
});

describe('the rules', () => {
  it.each([
    ['a lower floor that looks up', 'sql/x.ts', "import { y } from '../users/y.js';", 'sql/x.ts imports ../users/y.js'],
    ['a report that computes', 'report/x.ts', "import { y } from '../analysis/y.js';", 'report/x.ts imports ../analysis/y.js'],
    ['a report that loads late', 'report/x.ts', "await import('../membership/y.js');", 'report/x.ts imports ../membership/y.js'],
    [
      'the real engine outside cli',
      'users/x.ts',
      "import { openDuckDb } from '../engine/duckdb.js';",
      'users/x.ts imports ../engine/duckdb.js',
    ],
    ['the driver outside engine', 'cli/x.ts', "import type { A } from '@duckdb/node-api';", 'cli/x.ts imports @duckdb/node-api'],
    ['a package nobody allowed', 'cli/x.ts', "import lodash from 'lodash';", 'cli/x.ts imports lodash'],
    [
      'files read by a pure folder',
      'segmentation/rfm/x.ts',
      "import { readFileSync } from 'node:fs';",
      'segmentation/rfm/x.ts imports node:fs',
    ],
    ['an import over several lines', 'time/x.ts', "import {\n  a,\n  b,\n} from '../sql/b.js';", 'time/x.ts imports ../sql/b.js'],
    ['a re-export', 'errors/x.ts', "export { a } from '../sql/b.js';", 'errors/x.ts imports ../sql/b.js'],
    ['an import for its effect', 'sql/x.ts', "import '../cli/main.js';", 'sql/x.ts imports ../cli/main.js'],
    ['the clock below cli', 'input/x.ts', 'const now = new Date();', 'input/x.ts uses new Date()'],
    ['a folder of its own', 'utils/x.ts', '', 'utils/x.ts: the folder utils is not in the table'],
  ])('would notice %s', (_name, path, text, problem) => {
    expect(violations({ [path]: text })).toEqual([problem]);
  });

  it.each([
    ['report/x.ts', "import type { ClassifyResult } from '../analysis/classify/classify-result.js';"],
    ['report/x.ts', "import { RULE_NAMES } from '../analysis/explain/explain-result.js';"],
    ['users/x.ts', "import type { Database } from '../engine/database.js';"],
    ['segmentation/rfm/x.ts', "import { fail } from '../../errors/segment-error.js';"],
    ['engine/x.ts', "const { DuckDBInstance } = await import('@duckdb/node-api');"],
    ['input/x.ts', "import { createGunzip } from 'node:zlib';\nimport { glob } from 'tinyglobby';"],
  ])('would let %s pass', (path, text) => {
    expect(violations({ [path]: text })).toEqual([]);
  });
});
