import { existsSync, lstatSync, renameSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { DEMO_DEFAULTS, DEMO_LIMITS, DEMO_SHAPES, type DemoSettings, type DemoShapeName, isDemoShape } from '../../demo/demo.js';
import { fail } from '../../errors/segment-error.js';
import { addDisplayOptions } from '../options.js';
import type { Command } from './command.js';

type DemoFormat = 'csv' | 'parquet';

interface DemoFile {
  /** As the user wrote it. */
  readonly shown: string;
  readonly path: string;
  readonly format: DemoFormat;
}

/** With more, keeping the rows in order costs more than it gains, and Parquet row groups end elsewhere. */
const THREADS = 1;

const SHAPE_NAMES = Object.keys(DEMO_SHAPES) as DemoShapeName[];

export const demo: Command = {
  name: 'demo',
  group: 'look',
  summary: 'write a realistic sample export to try things on',
  register(program, io) {
    const shapes = SHAPE_NAMES.map((name) => `${name}: ${DEMO_SHAPES[name].meaning}`);
    const command = program
      .command(demo.name)
      .summary(demo.summary)
      .description(`Writes a realistic sample export. The same flags write the same bytes, on any machine.\n\n${shapes.join('\n')}`)
      .optionsGroup('Decide:')
      .option('--users <n>', `number of users (default: ${DEMO_DEFAULTS.users}); a shop has about 23 events a user`)
      .option('--days <n>', `days the export covers (default: ${DEMO_DEFAULTS.days})`)
      .option('--seed <n>', `another number, other people (default: ${DEMO_DEFAULTS.seed})`)
      .option('--shape <name>', `${SHAPE_NAMES.join(', ')} (default: ${DEMO_DEFAULTS.shape})`)
      .option('--end <date>', `last day, YYYY-MM-DD (default: ${DEMO_DEFAULTS.end})`)
      .optionsGroup('Write:')
      .option('--out <file>', 'the file to write (default: demo.csv)')
      .option('--format <format>', 'csv or parquet (default: as the name of the file says)')
      .option('--force', 'replace the file if it is there')
      .optionsGroup('Run:')
      .option('--memory-limit <size>', 'memory for the engine; 512MB is enough for 50 million events (default: half, at most 2GB)')
      .option('--progress <style>', 'auto, bar, plain or none (default: auto)');
    addDisplayOptions(command);
    command.action(async (flags: Record<string, unknown>) => {
      const settings = parseDemoSettings(flags);
      const file = parseDemoFile(flags, io.cwd);
      const { parseRunOptions } = await import('../parse-options.js');
      const run = parseRunOptions(flags);
      checkTarget(file, flags['force'] === true);

      const { withSession } = await import('../session.js');
      const { demoQuery } = await import('../../demo/demo-query.js');
      // The temporary folder stands beside the file, so that the finished file can be renamed into place.
      const options = { ...run, threads: THREADS, tempDir: dirname(file.path) };
      const events = await withSession(io, options, { inputs: [], output: undefined }, async ({ database, spoolDirectory, progress }) => {
        const written = join(spoolDirectory, `demo.${file.format}`);
        progress.step('writing');
        const rows = await database.copy(demoQuery(settings, file.format === 'csv' ? 'text' : 'instant'), written, { format: file.format });
        checkTarget(file, flags['force'] === true);
        renameSync(written, file.path);
        progress.finish(rows);
        return rows;
      });

      if (run.json) {
        io.stdout.write(`${JSON.stringify({ file: file.shown, format: file.format, events, ...settings }, undefined, 2)}\n`);
      } else if (!run.quiet) {
        const { formatCounted } = await import('../../report/format.js');
        const { safeText } = await import('../../report/safe-text.js');
        const { users, days, shape, end, seed } = settings;
        io.stdout.write(
          `${safeText(file.shown)}: ${formatCounted(events, 'event')} of ${formatCounted(users, 'user')}, ` +
            `${formatCounted(days, 'day')} to ${end} (${shape}, seed ${seed})\n`,
        );
      }
    });
  },
};

function parseDemoSettings(flags: Readonly<Record<string, unknown>>): DemoSettings {
  const shape = flags['shape'] ?? DEMO_DEFAULTS.shape;
  if (typeof shape !== 'string' || !isDemoShape(shape)) {
    fail('bad-option-value', { option: '--shape', value: String(shape), expected: SHAPE_NAMES.join(', ') });
  }
  return {
    users: parseSize(flags, 'users'),
    days: parseSize(flags, 'days'),
    seed: parseSize(flags, 'seed'),
    shape,
    end: parseEnd(flags['end'] ?? DEMO_DEFAULTS.end),
  };
}

function parseSize(flags: Readonly<Record<string, unknown>>, name: 'users' | 'days' | 'seed'): number {
  const text = String(flags[name] ?? DEMO_DEFAULTS[name]);
  const [least, most] = DEMO_LIMITS[name];
  const size = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(size >= least && size <= most)) {
    fail('bad-option-value', { option: `--${name}`, value: text, expected: `a whole number from ${least} to ${most}` });
  }
  return size;
}

function parseEnd(value: unknown): string {
  const text = String(value);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const [earliest, latest] = DEMO_LIMITS.end;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) || text < earliest || text > latest) {
    fail('bad-option-value', { option: '--end', value: text, expected: `a day from ${earliest} to ${latest}` });
  }
  return text;
}

function parseDemoFile(flags: Readonly<Record<string, unknown>>, cwd: string): DemoFile {
  const named = flags['format'];
  if (named !== undefined && named !== 'csv' && named !== 'parquet') {
    fail('bad-option-value', { option: '--format', value: String(named), expected: 'csv or parquet' });
  }
  const shown = String(flags['out'] ?? `demo.${named ?? 'csv'}`);
  const ending = formatOfName(shown);
  const format = named ?? ending;
  if (format === undefined)
    fail('bad-option-value', { option: '--out', value: shown, expected: 'a name ending in .csv or .parquet, or --format' });
  if (ending !== undefined && ending !== format) fail('options-contradict', { left: `--out ${shown}`, right: `--format ${format}` });
  return { shown, path: resolve(cwd, shown), format };
}

function formatOfName(name: string): DemoFormat | undefined {
  const ending = extname(name).toLowerCase();
  return ending === '.csv' ? 'csv' : ending === '.parquet' ? 'parquet' : undefined;
}

/** A file of somebody else stays; a folder, a link or a device is never replaced. */
function checkTarget({ shown, path }: DemoFile, force: boolean): void {
  const folder = dirname(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) fail('demo-no-folder', { path: shown, folder });
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) fail('demo-not-a-file', { path: shown });
  if (found !== undefined && !force) fail('demo-file-exists', { path: shown });
}
