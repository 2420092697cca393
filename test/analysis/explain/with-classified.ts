import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExplainSettings } from '../../../src/analysis/explain/explain.js';
import { classifyFiles } from '../../../src/cli/classification.js';
import type { CliIo, CliStream } from '../../../src/cli/io.js';
import { type Flags, parseDecisionOptions, parseInputOptions, parseRunOptions } from '../../../src/cli/parse-options.js';
import { withSession } from '../../../src/cli/session.js';
import type { Database } from '../../../src/engine/database.js';
import { findInputFiles } from '../../../src/input/sources.js';

export interface Classified {
  readonly database: Database;
  readonly settings: ExplainSettings;
}

const STREAM: CliStream = { write() {}, flush: async () => {}, isTty: false, columns: undefined, colorDepth: 1, terminal: undefined };

/** Classifies the text of an export with these flags (camel-case, as commander gives them), for work on what then stands in the database. */
export async function withClassified<T>(
  csv: string,
  flags: Flags,
  work: (classified: Classified) => Promise<T>,
  now = '2100-01-01',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'segment-explain-'));
  const io: CliIo = {
    stdout: STREAM,
    stderr: STREAM,
    env: {},
    cwd: folder,
    now: () => new Date(now),
    onInterrupt: () => () => {},
    interruptedBy: () => undefined,
  };
  try {
    await writeFile(join(folder, 'events.csv'), csv);
    const inputs = await findInputFiles(['events.csv'], folder);
    const input = parseInputOptions(flags);
    const decision = parseDecisionOptions(flags, io);
    return await withSession(
      io,
      parseRunOptions({ threads: '1', memoryLimit: '512MB' }),
      { inputs, output: undefined },
      async (session) => {
        const options = { input, decision, keep: [], isSpreadsheetSafe: false, keepDays: true, command: 'segment explain events.csv' };
        const classification = await classifyFiles(io, session, inputs, options);
        const settings = { summary: classification.result, parameters: decision.parameters, shape: classification.userDays.shape };
        return await work({ database: session.database, settings });
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
