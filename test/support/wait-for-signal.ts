import { processIo } from '../../src/cli/io.js';

// Works until the first signal; with the argument `deaf` it goes on working after that.
const isDeaf = process.argv.includes('deaf');
const io = processIo();
const working = setInterval(() => {}, 1000);
io.onInterrupt((signal) => {
  io.stderr.write(`stopping on ${signal}\n`);
  if (!isDeaf) clearInterval(working);
});
io.stdout.write('working\n');
