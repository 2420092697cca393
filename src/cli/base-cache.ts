import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { type Database, EngineError } from '../engine/database.js';
import { isSystemError, systemReason } from '../errors/system-error.js';
import { hashFile } from '../files/hash-file.js';
import { ownParquet } from '../input/readers/own-parquet.js';
import type { InputFile } from '../input/sources.js';
import { readManifest } from '../membership/publish/manifest.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { ident, type Sql, sql } from '../sql/sql.js';
import { dayInZone } from '../time/zone-offsets.js';
import type { UserDays } from '../users/build-user-days.js';
import { type CacheEntry, type CacheFolder, entryKey, findEntry, type PendingEntry, startEntry, touchEntry } from './cache-folder.js';
import type { CliIo } from './io.js';
import { listPeopleFiles } from './people-files.js';
import { baseEventsQuery, baseUsersQuery, type EventFacts, type RuleBase } from './rule-base.js';
import type { Session } from './session.js';
import { readVersion } from './version.js';

/** Counts up when what an entry holds becomes another thing for the same version. */
const FORMAT = 1;
/** They say what is made of a base, not what is in it. What was named as input is told by the files themselves. */
const AFTER_BASE = ['inputs', 'segments', 'recipes', 'examples'] as const satisfies readonly OptionName[];
const DAY_MS = 86_400_000;
const TABLES = { events: 'events.parquet', users: 'users.parquet', members: 'members.parquet' } as const;

/** What an entry says of itself. */
interface Report {
  /** SHA-256 of each file, in their order. */
  readonly files: readonly string[];
  /** An as-of date that was not given: with no event after it (`isSettled`) it stays when the clock goes on, else as long as the clock shows the same day. */
  readonly asOf: { readonly isSettled: boolean; readonly clockDay: number };
  readonly base: RuleBase;
}

/** A base as files keep it, read again. */
export interface KeptBase {
  readonly base: RuleBase;
  readonly events: Sql;
}

/** The bases that earlier runs kept, for the files and settings of this one. */
export class BaseCache {
  readonly #io: Pick<CliIo, 'now'>;
  readonly #folder: CacheFolder;
  readonly #session: Session;
  readonly #settings: Settings;
  readonly #key: string;
  readonly #files: readonly InputFile[];
  readonly #before: readonly (BigIntStats | undefined)[];
  #pending: PendingEntry | undefined;
  #checksums: readonly string[] | undefined;

  constructor(io: Pick<CliIo, 'now'>, folder: CacheFolder, session: Session, settings: Settings, rfmModel: RfmModel) {
    this.#io = io;
    this.#folder = folder;
    this.#session = session;
    this.#settings = settings;
    this.#files = [...session.inputs, ...listPeopleFiles(session.people)];
    this.#before = this.#files.map(stateOf);
    this.#key = entryKey(this.#description(rfmModel));
  }

  /** The base that an earlier run kept, when no byte of the files and no setting has changed; `stale` when it lacks what `isEnough` asks for. */
  async find(isEnough: (base: RuleBase) => boolean): Promise<{ readonly kept?: KeptBase; readonly stale?: RuleBase }> {
    const entry = await findEntry(this.#folder, this.#key);
    if (entry === undefined) return {};
    const report = entry.report as Report;
    const checksums = await this.#fileChecksums();
    if (checksums.length !== report.files.length || checksums.some((sha256, index) => sha256 !== report.files[index])) return {};
    const { isSettled, clockDay } = report.asOf;
    const today = this.#clockDay();
    if (this.#settings.asOf === undefined && (isSettled ? report.base.asOfDay >= today : clockDay !== today)) return {};
    if (!isEnough(report.base)) return { stale: report.base };
    touchEntry(entry, this.#io.now());
    return { kept: await this.#load(entry, report.base) };
  }

  /** Writes the events of a base that is being made, and returns them as they are read from there. */
  async keepEvents(events: Sql, shape: RuleBase['shape'], facts: EventFacts): Promise<Sql> {
    this.close();
    this.#pending = startEntry(this.#folder, this.#io.now());
    const path = join(this.#pending.directory, TABLES.events);
    await this.#session.database.copy(baseEventsQuery(events, shape, facts), path, { format: 'parquet' });
    return sql`select * from ${ownParquet(path)}`;
  }

  /** Keeps the base whose events were written; not when a file has changed meanwhile. */
  async publish(base: RuleBase, { ceiling, counts }: UserDays): Promise<void> {
    const pending = this.#pending;
    // Told by the hour of the clock.
    if (pending === undefined || ceiling !== undefined) return;
    const { database } = this.#session;
    await database.copy(baseUsersQuery(base), join(pending.directory, TABLES.users), { format: 'parquet' });
    await database.copy(sql`select * from members order by user_id`, join(pending.directory, TABLES.members), { format: 'parquet' });
    const files = await this.#fileChecksums();
    if (this.#files.some((file, index) => !isSameState(this.#before[index], stateOf(file)))) return;
    const report: Report = { files, asOf: { isSettled: counts.afterAsOf === 0, clockDay: this.#clockDay() }, base };
    await pending.publish(this.#key, report, Object.values(TABLES));
    this.#pending = undefined;
  }

  /** Leaves nothing behind that was not published. */
  close(): void {
    this.#pending?.discard();
    this.#pending = undefined;
  }

  async #load({ directory }: CacheEntry, base: RuleBase): Promise<KeptBase> {
    const { database } = this.#session;
    await createTable(database, 'users', join(directory, TABLES.users));
    await createTable(database, 'members', join(directory, TABLES.members));
    return { base, events: sql`select * from ${ownParquet(join(directory, TABLES.events))}` };
  }

  async #fileChecksums(): Promise<readonly string[]> {
    if (this.#checksums === undefined) {
      const checksums: string[] = [];
      for (const { origin, path } of this.#files) checksums.push(origin?.sha256 ?? (await hashFile(path, this.#session.signal)));
      this.#checksums = checksums;
    }
    return this.#checksums;
  }

  /** No event of a later day can become the as-of date; those of this day are told apart by the hour. */
  #clockDay(): number {
    return dayInZone(new Date(this.#io.now().getTime() + DAY_MS), this.#settings.timezone);
  }

  /** Everything but the contents of files that decides what is in a base. */
  #description(rfmModel: RfmModel): string {
    const settings = this.#settings;
    const options = optionsOf('preview').filter(
      (name) => optionOf(name).group !== 'run' && !(AFTER_BASE as readonly OptionName[]).includes(name),
    );
    const files = this.#files.map(({ name, path, format, compression, partitions, origin }) => [
      name,
      origin === undefined ? path : [origin.isStdin ? null : origin.path, origin.member?.name],
      format,
      compression,
      [...partitions],
    ]);
    return JSON.stringify(
      [
        FORMAT,
        readVersion(),
        process.versions['tz'] ?? process.versions.node,
        Object.keys(this.#session.people),
        files,
        options.map((name) => [keyOf(name), settings[name] ?? null]),
        rfmModel,
        settings.freeze === undefined ? null : readManifest(settings.freeze),
      ],
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
  }
}

/** Whether a failure is one of the cache, not of what was asked. */
export function cacheFailure(error: unknown): string | undefined {
  if (error instanceof EngineError)
    return error.kind === 'interrupted' || error.kind === 'out-of-memory' ? undefined : error.message.split('\n')[0];
  return isSystemError(error) ? systemReason(error) : undefined;
}

async function createTable(database: Database, name: string, path: string): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as select * from ${ownParquet(path)}`);
}

function stateOf({ origin, path }: InputFile): BigIntStats | undefined {
  return origin?.isStdin ? undefined : statSync(origin?.path ?? path, { bigint: true, throwIfNoEntry: false });
}

/** The time of a change of the file cannot be set back as its time of writing can. */
function isSameState(before: BigIntStats | undefined, after: BigIntStats | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  const { ino, size, mtimeNs, ctimeNs } = before;
  return ino === after.ino && size === after.size && mtimeNs === after.mtimeNs && ctimeNs === after.ctimeNs;
}
