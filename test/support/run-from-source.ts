import { runProcess } from '../../src/cli/main.js';

process.exitCode = await runProcess();
