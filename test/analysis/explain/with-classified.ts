import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExplainSettings } from '../../../src/analysis/explain/explain.js';
import { classifyFiles } from '../../../src/cli/classification.js';
import { loadRfmModel } from '../../../src/cli/load-rfm-model.js';
import { type Flags, readSettings } from '../../../src/cli/read-settings.js';
import { withSession } from '../../../src/cli/session.js';
import type { Database } from '../../../src/engine/database.js';
import { findInputFiles } from '../../../src/input/sources.js';
import { silentIo } from '../../support/silent-io.js';

export interface Classified {
  readonly database: Database;
  readonly settings: ExplainSettings;
}

/** Classifies the text of an export with these flags (camel-case, as commander gives them), for work on what then stands in the database. */
export async function withClassified<T>(
  csv: string,
  flags: Flags,
  work: (classified: Classified) => Promise<T>,
  now = '2100-01-01',
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'segment-explain-'));
  const io = silentIo(folder, new Date(now));
  try {
    await writeFile(join(folder, 'events.csv'), csv);
    const settings = await readSettings('explain', { threads: '1', memoryLimit: '512MB', ...flags }, io, ['events.csv']);
    const inputs = await findInputFiles(settings.inputs, folder);
    return await withSession(io, settings, { inputs, output: undefined }, async (session) => {
      const options = {
        settings,
        rfmModel: loadRfmModel(settings.rfm, folder),
        keepDays: true,
        command: { whole: 'segment explain events.csv', withoutColumns: 'segment explain events.csv', typed: [] },
      };
      const classification = await classifyFiles(io, session, options);
      const about = { summary: classification.result, parameters: settings.set, shape: classification.userDays.shape };
      return await work({ database: session.database, settings: about });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
