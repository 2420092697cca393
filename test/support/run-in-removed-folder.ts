import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../src/cli/main.js';

/** Runs the program's command line in a folder that is not there any more. */
const folder = mkdtempSync(join(tmpdir(), 'segment-gone-'));
process.chdir(folder);
rmdirSync(folder);
process.exitCode = await runProcess();
