import { existsSync, lstatSync, renameSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Settings } from '../../config/settings.js';
import { DEMO_SHAPES, type DemoSettings } from '../../demo/demo.js';
import { EngineError } from '../../engine/database.js';
import { fail, segmentError } from '../../errors/segment-error.js';
import { addOptions } from '../options.js';
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

export const demo: Command = {
  name: 'demo',
  group: 'look',
  summary: 'write a realistic sample export to try things on',
  register(program, io) {
    const shapes = Object.entries(DEMO_SHAPES).map(([name, { meaning }]) => `${name}: ${meaning}`);
    const command = program
      .command(demo.name)
      .summary(demo.summary)
      .description(
        `Writes a realistic sample export. The same flags write the same bytes, on any machine; 512MB of memory are enough for 50 million events.\n\n${shapes.join('\n')}`,
      );
    addOptions(command, 'demo').action(async (flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('demo', flags, io);
      const { demoUsers: users, demoDays: days, demoSeed: seed, demoShape: shape, demoEnd: end, demoForce: force } = settings;
      const people: DemoSettings = { users, days, seed, shape, end };
      const file = parseDemoFile(settings, io.cwd);
      checkTarget(file, force);

      const { withSession } = await import('../session.js');
      const { demoQuery } = await import('../../demo/demo-query.js');
      // The temporary folder stands beside the file, so that the finished file can be renamed into place.
      const options = { ...settings, threads: THREADS, tempDir: dirname(file.path) };
      const events = await withSession(io, options, { inputs: [], output: undefined }, async ({ database, spoolDirectory, progress }) => {
        const written = join(spoolDirectory, `demo.${file.format}`);
        progress.step('writing');
        const query = demoQuery(people, file.format === 'csv' ? 'text' : 'instant');
        const rows = await database.copy(query, written, { format: file.format }).catch((error: unknown) => {
          const isFull = error instanceof EngineError && error.kind === 'disk-full';
          throw isFull ? segmentError('disk-full', { path: file.shown, flag: '--out' }, { cause: error }) : error;
        });
        checkTarget(file, force);
        renameSync(written, file.path);
        progress.finish(rows);
        return rows;
      });

      if (settings.json) {
        io.stdout.write(`${JSON.stringify({ file: file.shown, format: file.format, events, ...people }, undefined, 2)}\n`);
      } else if (!settings.quiet) {
        const { formatCounted } = await import('../../report/format.js');
        const { safeText } = await import('../../report/safe-text.js');
        io.stdout.write(
          `${safeText(file.shown)}: ${formatCounted(events, 'event')} of ${formatCounted(users, 'user')}, ` +
            `${formatCounted(days, 'day')} to ${end} (${shape}, seed ${seed})\n`,
        );
      }
    });
  },
};

function parseDemoFile({ demoFormat: named, demoOut }: Settings, cwd: string): DemoFile {
  const shown = demoOut ?? `demo.${named ?? 'csv'}`;
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
