import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { classify, DEFAULT_PARAMETERS, type OracleAnswer, type OracleSettings, type OracleUser } from '../oracle/oracle.js';
import { type OracleColumns, readEvents } from '../oracle/read-events.js';
import { expectSameProof } from './compare-proof.js';
import { expectSameMembers, expectSameSummary } from './compare-with-oracle.js';
import { runCli } from './run-cli.js';

/** Far after every test date, so that the clock never limits the as-of date by accident. */
const FAR_LATER = new Date('2100-01-01T00:00:00Z');

/** The settings of a plain `segment classify FILE`, with some of them changed. */
export function oracleSettings(changes: Partial<OracleSettings> = {}): OracleSettings {
  return {
    nowMicros: BigInt(FAR_LATER.getTime()) * 1000n,
    timezone: 'UTC',
    lookbackDays: 365,
    scoring: 'auto',
    everyRowIsAnOrder: false,
    ...changes,
    parameters: { ...DEFAULT_PARAMETERS, ...changes.parameters },
  };
}

/** The flags that give the command line the same settings. */
export function flagsOf(settings: OracleSettings): string[] {
  const flags = ['--timezone', settings.timezone, '--lookback', String(settings.lookbackDays), '--scoring', settings.scoring];
  if (settings.model !== undefined) flags.push('--rfm', settings.model);
  if (settings.asOf !== undefined) flags.push('--as-of', settings.asOf);
  if (settings.since !== undefined) flags.push('--since', settings.since);
  if (settings.everyRowIsAnOrder) flags.push('--order-column', 'none');
  const named = (flag: string, names: string[] | undefined): void => {
    if (names === undefined) return;
    for (const name of names.length === 0 ? ['none'] : names) flags.push(flag, name);
  };
  named('--value-event', settings.valueEvents);
  named('--churn-event', settings.churnEvents);
  named('--passive-event', settings.passiveEvents);
  named('--risk-event', settings.riskEvents);
  named('--start-event', settings.startEvents);
  named('--cancel-event', settings.cancelEvents);
  named('--trial-event', settings.trialEvents);
  named('--trial-end-event', settings.trialEndEvents);
  for (const { first, last } of settings.pauses ?? []) flags.push('--pause', first === last ? first : `${first}..${last}`);
  for (const [name, value] of Object.entries(settings.parameters)) {
    if (value !== DEFAULT_PARAMETERS[name]) flags.push('--set', `${name}=${value}`);
  }
  return flags;
}

/** Looks at what a command wrote: `read` gives the text of a file, `out` is the folder, gone afterwards. */
type Look<T> = (read: (name: string) => Promise<string>, out: string, stdout: string) => Promise<T>;

/** Classifies a file through the command line in this process and returns what `look` makes of the files. */
export async function classifyByCommand<T>(
  file: string,
  settings: OracleSettings,
  look: Look<T>,
  flags: readonly string[] = [],
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'segment-both-'));
  try {
    const out = join(folder, 'out');
    const now = new Date(Number(settings.nowMicros / 1000n));
    const argv = ['classify', file, '--out', out, ...flagsOf(settings), ...flags];
    const { stdout, stderr, exitCode } = await runCli(argv, { now });
    if (exitCode !== 0) throw new Error(`segment ${argv.join(' ')} ended with ${exitCode}\n${stderr}`);
    return await look((name) => readFile(join(out, name), 'utf8'), out, stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For runs of which only members.csv and the summary are compared: each further file costs a statement and a sync. */
export const NO_SEGMENT_FILES = ['--segment-files', 'none'];

/** The lines of members.csv, by user. */
export async function usersByCommand(file: string, settings: OracleSettings): Promise<Map<string, OracleUser>> {
  const members = await classifyByCommand(file, settings, (read) => read('members.csv'), NO_SEGMENT_FILES);
  const users: OracleUser[] = parse(members, { columns: true });
  return new Map(users.map((user) => [user.user_id, user]));
}

/** The same from the oracle. */
export async function usersByOracle(file: string, columns: OracleColumns, settings: OracleSettings): Promise<Map<string, OracleUser>> {
  const answer = classify(readEvents(await readFile(file, 'utf8'), columns, settings.timezone), settings);
  return new Map(answer.users.map((user) => [user.user_id, user]));
}

/** Classifies a file with the command line and with the oracle, and throws where they differ. */
export async function expectBothWaysEqual(file: string, columns: OracleColumns, settings: OracleSettings): Promise<OracleAnswer> {
  const events = readEvents(await readFile(file, 'utf8'), columns, settings.timezone);
  const answer = classify(events, settings);
  const look: Look<void> = async (read) => {
    expectSameMembers(await read('members.csv'), answer);
    expectSameSummary(await read('summary.json'), answer);
    expectSameProof(await read('summary.json'), answer, events, settings);
  };
  await classifyByCommand(file, settings, look, NO_SEGMENT_FILES);
  return answer;
}
