// Before anything of the program.
import { watchFiles } from './watched-files.js';

/**
 * Runs the program's command line until it would make a certain call that changes a file below a folder, and dies there as by kill -9.
 * Arguments: the folder, the number of the call counted from 1, the command line.
 */
const [root = '', number = '', ...argv] = process.argv.slice(2);
let count = 0;
watchFiles({
  root,
  judge: ({ isWrite }) => {
    if (isWrite) count += 1;
    if (isWrite && count === Number(number)) process.kill(process.pid, 'SIGKILL');
    return undefined;
  },
});
process.argv.splice(2, process.argv.length, ...argv);
const { runProcess } = await import('../../src/cli/main.js');
process.exitCode = await runProcess();
