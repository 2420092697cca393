import type { Database } from '../engine/database.js';
import { inputDays, inputEvents, inputIds } from '../input/stored-events.js';
import { list, type Sql, sql } from '../sql/sql.js';
import { buildPiece, compactPieces, daysKey, findPiece, type LivePiece, type PieceSettings, repeatedRows } from './day-pieces.js';
import type { KeptInput } from './event-store.js';
import type { StoredInput } from './state-pointer.js';

export interface RollUpSettings extends Omit<PieceSettings, 'key'> {
  /** Of the settings of reading. */
  readonly reading: string;
  readonly moneyScale: number;
  readonly hasEventId: boolean;
  /** Rows of one event id are repetitions only where their days follow each other within so many days. */
  readonly dedupDays: number;
  /** Called with the inputs whose events are about to be read. */
  readonly beforeEvents: (inputs: readonly KeptInput[]) => Promise<void>;
}

/** The days of all inputs. */
export interface RolledUp {
  /** The inputs with where their days are. */
  readonly ledger: readonly StoredInput[];
  readonly pieces: readonly LivePiece[];
  /** How many inputs had days that were damaged and had to be counted again. */
  readonly damaged: number;
  /** How many new inputs reach into days of which the events are kept no longer, so that ids cannot be compared. */
  readonly uncompared: number;
}

/**
 * Counts the days of inputs that have none, and again those of inputs that share an event id with a new one; the events of one id within
 * `dedupDays` of each other are set aside, whatever input they are in. All days of the result can be read on together. Fails as the engine
 * and the disk do.
 */
export async function rollUp(
  database: Database,
  inputs: readonly StoredInput[],
  kept: ReadonlyMap<string, KeptInput>,
  settings: RollUpSettings,
): Promise<RolledUp> {
  const { reading, shape, dedupDays, moneyScale, hasEventId, beforeEvents } = settings;
  const key = daysKey(reading, shape, dedupDays);
  const { pieces: known, damaged } = await findPieces(settings.stateDirectory, inputs, key);
  const counted = new Set(known.flatMap(({ live }) => live));
  const fresh = inputs.filter(({ folder }) => !counted.has(folder));
  const filesOf = (some: readonly Pick<StoredInput, 'folder'>[]): KeptInput[] => some.flatMap(({ folder }) => kept.get(folder) ?? []);
  await beforeEvents(filesOf(fresh));
  const dated = await withDays(database, inputs, fresh, filesOf);
  let pieces: readonly LivePiece[] = known;
  if (fresh.length > 0) {
    const again = hasEventId ? await setAside(database, dated, { fresh, known, filesOf, settings }) : [];
    const counting = [...fresh, ...again];
    const files = filesOf(counting);
    await beforeEvents(files);
    const events = inputEvents(files, moneyScale);
    const piece = await buildPiece(
      database,
      {
        inputs: counting.map(({ folder }) => folder),
        moneyScale,
        once: hasEventId ? sql`select events.* from (${events}) as events anti join set_aside using (input, event_id, day)` : events,
        repeated: hasEventId
          ? sql`
select events.*
from (${events}) as events
semi join set_aside using (input, event_id, day)
order by occurred_at, event_id, input`
          : undefined,
      },
      { ...settings, key },
    );
    const isAgain = new Set(again.map(({ folder }) => folder));
    const others = known.map(({ piece: one, live }) => ({ piece: one, live: live.filter((folder) => !isAgain.has(folder)) }));
    const all = [...others.filter(({ live }) => live.length > 0), { piece, live: piece.inputs }];
    pieces = await compactPieces(database, all, { ...settings, key });
  }
  const letGo = inputs.filter((input) => !input.hasEvents);
  const uncompared = hasEventId
    ? dated.filter(
        (input) => fresh.some(({ folder }) => folder === input.folder) && letGo.some((other) => areNear(input, other, dedupDays)),
      ).length
    : 0;
  const places = new Map(pieces.flatMap(({ piece, live }) => live.map((folder): [string, string] => [folder, piece.name])));
  return { ledger: dated.map((input) => ({ ...input, days: places.get(input.folder) ?? null })), pieces, damaged, uncompared };
}

/** Makes the table `input_repeats` of the rows that are set aside: the columns of `events`, and `input`; returns whether there is any. */
export async function loadRepeats(database: Database, pieces: readonly LivePiece[], moneyScale: number): Promise<boolean> {
  const rows = repeatedRows(pieces, moneyScale);
  if (rows === undefined) return false;
  await database.run(sql`create or replace temp table input_repeats as ${rows}`);
  const [found] = await database.rows<{ rows: number }>(sql`select count(*) as rows from input_repeats`);
  return found !== undefined && found.rows > 0;
}

async function findPieces(
  stateDirectory: string,
  inputs: readonly StoredInput[],
  key: string,
): Promise<{ readonly pieces: readonly LivePiece[]; readonly damaged: number }> {
  const pieces: LivePiece[] = [];
  let damaged = 0;
  for (const name of new Set(inputs.flatMap(({ days }) => days ?? []))) {
    const of = inputs.filter(({ days }) => days === name);
    const piece = await findPiece(stateDirectory, name);
    const live = of.map(({ folder }) => folder).filter((folder) => piece?.inputs.includes(folder));
    if (piece === undefined || live.length < of.length) damaged += of.length;
    else if (piece.key === key) pieces.push({ piece, live });
  }
  return { pieces, damaged };
}

/** The inputs with their first and last days, also of those that nobody has looked at. */
async function withDays(
  database: Database,
  inputs: readonly StoredInput[],
  fresh: readonly StoredInput[],
  filesOf: (some: readonly StoredInput[]) => KeptInput[],
): Promise<readonly StoredInput[]> {
  const files = filesOf(fresh);
  if (files.length === 0) return inputs;
  const rows = await database.rows<{ input: string; first_day: number | null; last_day: number | null }>(inputDays(files));
  const found = new Map(rows.map((row) => [row.input, row]));
  return inputs.map((input) => {
    const row = found.get(input.folder);
    return row === undefined ? input : { ...input, firstDay: row.first_day, lastDay: row.last_day };
  });
}

/**
 * Fills the table `set_aside` (`input`, `event_id`, `day`) with the rows of new inputs whose id stands on another row near by, and with those of known
 * inputs that have to be counted again for that; returns these.
 */
async function setAside(
  database: Database,
  dated: readonly StoredInput[],
  {
    fresh,
    known,
    filesOf,
    settings,
  }: {
    readonly fresh: readonly StoredInput[];
    readonly known: readonly LivePiece[];
    readonly filesOf: (some: readonly StoredInput[]) => KeptInput[];
    readonly settings: RollUpSettings;
  },
): Promise<readonly StoredInput[]> {
  const { dedupDays, moneyScale, beforeEvents } = settings;
  const isFresh = new Set(fresh.map(({ folder }) => folder));
  const freshOnes = dated.filter(({ folder }) => isFresh.has(folder));
  const ranges = freshOnes.flatMap(rangeOf);
  const near = dated.filter(
    (input) => !isFresh.has(input.folder) && input.hasEvents && freshOnes.some((one) => areNear(input, one, dedupDays)),
  );
  const nearFiles = filesOf(near);
  await beforeEvents(nearFiles);
  const newIds = inputIds(filesOf(fresh));
  const first = Math.min(...ranges.map((range) => range.first)) - dedupDays;
  const last = Math.max(...ranges.map((range) => range.last)) + dedupDays;
  const nearIds =
    nearFiles.length === 0 ? undefined : sql`select * from (${inputIds(nearFiles)}) as near_ids where day between ${first} and ${last}`;
  const shared =
    nearIds === undefined
      ? sql``
      : sql`
    union all
    select id_hash
    from (select hash(event_id) as id_hash from (${nearIds}) as ids) as near_hashes
    semi join (select hash(event_id) as id_hash from (${newIds}) as ids) as new_hashes using (id_hash)`;
  await database.run(sql`
create or replace temp table repeated_hashes as
with hashes as (
    select hash(event_id) as id_hash
    from (${newIds}) as ids${shared}
)
select id_hash
from hashes
group by id_hash
having count(*) > 1`);
  const rows = nearIds === undefined ? newIds : sql`${newIds} union all ${nearIds}`;
  await database.run(sql`
create or replace temp table set_aside as
with id_rows as (
    select ids.*
    from (${rows}) as ids
    semi join repeated_hashes on repeated_hashes.id_hash = hash(ids.event_id)
),
     gaps as (
    select *,
           day - lag(day) over id_days as since_earlier,
           lead(day) over id_days - day as until_later
    from id_rows
    window id_days as (partition by event_id order by day)
)
select distinct input,
       event_id,
       day
from gaps
where coalesce(since_earlier <= ${dedupDays}, false)
   or coalesce(until_later <= ${dedupDays}, false)`);
  if (near.length === 0) return [];
  const hasEarlier = await loadRepeats(database, known, moneyScale);
  const isKnown = sql`select input, event_id, day from input_repeats`;
  const hit = await database.rows<{ input: string }>(sql`
select distinct input
from (
  select *
  from set_aside
  where input not in (select unnest(${list([...isFresh])}))${
    hasEarlier
      ? sql`
  except
  ${isKnown}`
      : sql``
  }
) as hits
order by input`);
  const again = new Set(hit.map(({ input }) => input));
  const counting = list([...isFresh, ...again]);
  if (hasEarlier && again.size > 0) {
    await database.run(sql`
insert into set_aside
${isKnown}
where input in (select unnest(${list([...again])}))
except
select * from set_aside`);
  }
  await database.run(sql`delete from set_aside where input not in (select unnest(${counting}))`);
  return near.filter(({ folder }) => again.has(folder));
}

function areNear(left: StoredInput, right: StoredInput, days: number): boolean {
  return rangeOf(left).some(({ first, last }) => rangeOf(right).some((range) => first <= range.last + days && last >= range.first - days));
}

function rangeOf({ firstDay, lastDay }: StoredInput): { readonly first: number; readonly last: number }[] {
  return firstDay === null || lastDay === null ? [] : [{ first: firstDay, last: lastDay }];
}

/** All rows but those of `input_repeats`; rows of one id and day are set aside together. */
export function withoutRepeats(identifiedEvents: Sql): Sql {
  return sql`
      select events.*
      from (${identifiedEvents}) as events
      anti join input_repeats using (event_id, day)`;
}
