// Run by kill-and-full-disk.test.ts: publishes sets of growing size into the folder until it is stopped or fails.
import { openOutputFolder } from '../../../src/membership/publish/output-folder.js';
import { DRAFT, stage } from './output-sets.js';

const [directory = '', count = '0', lines = '1000'] = process.argv.slice(2);
process.on('SIGXFSZ', () => undefined);

for (let round = 1; count === '0' || round <= Number(count); round++) {
  const folder = await openOutputFolder({ directory, force: false, inputPaths: [], cwd: '/' });
  try {
    const members = `user_id\n${`${round}\n`.repeat(Number(lines) * round)}`;
    const status = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`status/s${index}-${round % 3}.csv`, `user_id\n${round}\n`]),
    );
    await folder.publish(stage(folder, { 'members.csv': members, ...status }), DRAFT);
  } catch (error) {
    process.stderr.write(`${(error as { code?: string }).code}: ${(error as Error).message}\n`);
    process.exitCode = 4;
  } finally {
    await folder.discard();
  }
  process.stdout.write('.');
}
