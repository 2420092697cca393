import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type CliIo, type CliStream, type InterruptSignal, interruptState } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';

/** Larger than any that a system gives. */
const DEAD_PID = 2 ** 30;
const CHECKSUM = /\b[0-9a-f]{64}\b/g;
const RUN_NUMBER = /(?<!\d)\d{6,}(?!\d)/g;
/** What hangs on the clock, on how many runs were tried, or on whether the first of them had loaded the files. */
const CLOCK_KEY = /^(timings|sequence|at|loaded)$|_(ms|seconds)$/;
/** Names that a run draws by chance: of staging folders, drafts and temporary folders. */
const DRAWN = /(\.segment-|\.segment-current-|\.segment\.lock\.|making-|current\.json\.|segment-\d+-)[0-9a-f]{16}/g;

export interface NightResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NightOptions {
  readonly now: Date;
  readonly argv?: readonly string[];
  /** Called with what raises a signal, as soon as the command begins. */
  readonly meanwhile?: (raise: (signal: InterruptSignal) => void) => void;
}

/** Runs a command line in this process as if it had begun in the folder; temporary files go to its `tmp`. Several may run at once. */
export async function runIn(cwd: string, command: readonly string[], { now, meanwhile }: NightOptions): Promise<NightResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const interrupts = interruptState((code) => {
    throw new Error(`the process would have ended at once with ${code}`);
  });
  const io: CliIo = {
    stdout: memoryStream(stdout),
    stderr: memoryStream(stderr),
    stdin: { isTty: true, open: () => Readable.from([]) },
    env: {},
    cwd,
    now: () => now,
    engineThreads: 1,
    onInterrupt: interrupts.onInterrupt,
    interruptedBy: interrupts.interruptedBy,
  };
  meanwhile?.((signal) => interrupts.raise(signal));
  const exitCode = await main(command, io);
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** The command line of the nightly job of a folder, with its `segment.yaml`. */
export function nightCommand(cwd: string): string[] {
  return ['run', '--config', join(cwd, 'segment.yaml'), '--temp-dir', join(cwd, 'tmp')];
}

/** The nightly job of a folder. */
export function runNight(cwd: string, { argv = [], ...options }: NightOptions): Promise<NightResult> {
  return runIn(cwd, [...nightCommand(cwd), ...argv], options);
}

function memoryStream(chunks: string[]): CliStream {
  return {
    write: (text) => void chunks.push(text),
    flush: async () => {},
    isTty: false,
    columns: undefined,
    colorDepth: 1,
    terminal: undefined,
  };
}

/** A folder to run nights in: the config, and an empty `in` and `tmp`. */
export function makeWorld(cwd: string, config: string): void {
  for (const folder of ['in', 'tmp']) mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, 'segment.yaml'), `inputs: [in]\nout: out\nstate: state\n${config}`);
}

/** A copy of a folder with its links and times. */
export function copyWorld(from: string, to: string): string {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return to;
}

/** Lets every lock, and whatever else a run signs, be that of a process that has ended. */
export function killOwners(cwd: string): void {
  for (const entry of readdirSync(cwd, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !(entry.name.startsWith('.segment.lock') || entry.name === 'owner.json')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    if (text.trim() !== '') writeFileSync(path, JSON.stringify({ ...JSON.parse(text), pid: DEAD_PID, boot_id: null, started: null }));
  }
}

/** What readers get, to the byte: where the link leads, and each file of that set. Undefined where there is none. */
export function publishedSet(cwd: string): Readonly<Record<string, string>> | undefined {
  const out = join(cwd, 'out');
  if (!existsSync(join(out, 'current'))) return undefined;
  return {
    link: readlinkSync(join(out, 'current')),
    latest: readFileSync(join(out, 'latest.json'), 'latin1'),
    ...rawTree(join(out, 'current')),
  };
}

/** The same without the number of the run, timings, and the checksums of what holds them. */
export function comparableSet(cwd: string): Readonly<Record<string, string>> | undefined {
  const found = publishedSet(cwd);
  const [, id = ''] = found?.['link']?.split('/') ?? [];
  return found && mapValues(found, (text, name) => comparable(name, text, (one) => one.replaceAll(id, 'run')));
}

/** Every file below a folder as relative name → bytes; folders end in `/`, links hold their target. */
export function rawTree(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const entry = lstatSync(path);
    if (entry.isSymbolicLink()) found[prefix + name] = `-> ${readlinkSync(path)}`;
    else if (entry.isDirectory()) Object.assign(found, { [`${prefix}${name}/`]: '' }, rawTree(path, `${prefix}${name}/`));
    else found[prefix + name] = readFileSync(path, 'latin1');
  }
  return found;
}

/**
 * State, output and temporary files of a folder, without what differs between equal histories: the numbers of runs are counted anew; times
 * by the clock, timings, the checksums of what holds those, and the folder's own path are left out.
 */
export function comparableTree(cwd: string): Record<string, string> {
  const { runs } = JSON.parse(readFileSync(join(cwd, 'state', 'current.json'), 'utf8')) as { runs: readonly { id: string }[] };
  const ids = new Map(runs.map(({ id }, index) => [id, `run-${index + 1}`]));
  return treeWith(cwd, (text) => text.replaceAll(RUN_NUMBER, (id) => ids.get(id) ?? id));
}

/** Tells apart what a broken night left: the same without drawn names and whose locks they are, the numbers of runs as they are. */
export function leftBehind(cwd: string): string {
  const tree = treeWith(cwd, (text) => text.replaceAll(DRAWN, '$1*'));
  const signed = mapValues(tree, (text, name) => (/segment\.lock|owner\.json$/.test(name) ? String(text.trim() === '') : text));
  return createHash('sha256').update(JSON.stringify(signed)).digest('hex');
}

function treeWith(cwd: string, renamed: (text: string) => string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of ['state', 'out', 'tmp']) {
    if (!existsSync(join(cwd, folder))) continue;
    for (const [name, bytes] of Object.entries(rawTree(join(cwd, folder)))) {
      found[`${folder}/${renamed(name)}`] = comparable(name, bytes.replaceAll(cwd, ''), renamed);
    }
  }
  return found;
}

function comparable(name: string, text: string, renamed: (text: string) => string): string {
  if (text.startsWith('-> ') || name === 'link') return renamed(text);
  if (!(name.endsWith('.json') || name === 'latest') || !text.startsWith('{')) return text;
  let value: unknown;
  try {
    value = JSON.parse(text, (key, part: unknown) => (CLOCK_KEY.test(key) ? null : part));
  } catch {
    return text;
  }
  return renamed(JSON.stringify(value, null, 1).replaceAll(CHECKSUM, 'checksum'));
}

function mapValues(record: Readonly<Record<string, string>>, change: (text: string, name: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, change(text, name)]));
}

/** The names in which two records differ. */
export function differences(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): string[] {
  return Object.keys({ ...left, ...right }).filter((name) => left[name] !== right[name]);
}
