import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { ident, join, type Sql, sql } from '../../src/sql/sql.js';

/** Rows of texts, '' for nothing, as an export job would write them. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export type Random = () => number;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAY = 86_400_000;
const LAST = Date.UTC(2024, 11, 3);
/** Ids that tempt a reader to trim, round, fold, unquote or sort them wrongly. */
const ODD_IDS = [
  '007',
  '7',
  '1e5',
  '12345678901234567890',
  '12345678901234567891',
  'ü',
  'U\u0308',
  'a,b',
  'say "x"',
  ' lead',
  "o'b",
  '😀',
  '=1+1',
  'two\nlines',
];
const EVENTS = [
  'view',
  'view',
  'view',
  'Add To Cart',
  'login',
  'purchase',
  'purchase',
  'refund',
  'email_sent',
  'uninstall',
  'payment_failed',
  'cancel_click',
];
const PLANS = ['free', 'pro', 'pro plus', 'a,b', 'ünïcode', ''];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const iso = (at: number): string => new Date(at).toISOString();

/** A user and their own pace, so that every status occurs: from daily to once, some gone for long. */
function someone(random: Random, users: number): { id: string; at: number } {
  const number = Math.floor(random() ** 2 * users);
  const id = number < ODD_IDS.length ? (ODD_IDS[number] ?? '') : `u${number}`;
  const gone = ((number * 37) % 11) * 25 * DAY;
  return { id, at: LAST - gone - Math.floor(random() ** 1.5 * 320 * DAY) };
}

/** Product analytics: event ids of which some repeat, exactly or with other contents, orders of several rows, money with 6 decimals, columns to keep. */
export function messyEvents(seed: number, count: number): Table {
  const random = seeded(seed);
  const rows: string[][] = [];
  for (let index = 0; index < count; index++) {
    const { id, at } = someone(random, 260);
    const event = pick(random, EVENTS);
    const isMoney = event === 'purchase' || event === 'refund';
    const amount = !isMoney ? '' : random() < 0.03 ? 'oops' : (random() * 200).toFixed(pick(random, [2, 2, 2, 0, 6]));
    const order = event === 'purchase' && random() < 0.7 ? `o${Math.floor(random() * count * 0.2)}` : '';
    const row = [uuid(random), random() < 0.004 ? '' : id, event, iso(at), amount, order, pick(random, PLANS), String(random() < 0.5)];
    rows.push(row);
    if (random() < 0.03) rows.push([...row]);
    if (random() < 0.02) rows.push([...row.slice(0, 4), '1.25', ...row.slice(5, 6), pick(random, PLANS), row[7] ?? '']);
  }
  for (const at of ['2024-11-31T00:00:00Z', 'yesterday', '1970-01-01T00:00:00Z'])
    rows.push([uuid(random), 'u30', 'view', at, '', '', '', 'true']);
  return { columns: ['event_id', 'user_id', 'event', 'timestamp', 'revenue', 'order_id', 'plan', 'is_trial'], rows };
}

export const EVENT_TYPES: Readonly<Record<string, Sql>> = {
  event_id: sql`uuid`,
  revenue: sql`decimal(18, 6)`,
  is_trial: sql`boolean`,
};

/** An order export: naive times to the second, lines of one receipt, negative amounts, no event column. */
export function messyOrders(seed: number, count: number): Table {
  const random = seeded(seed);
  const rows: string[][] = [];
  for (let index = 0; index < count; index++) {
    const { id, at } = someone(random, 300);
    const order = String(100_000 + Math.floor(random() * count * 0.6));
    const amount = random() < 0.05 ? `-${(random() * 40).toFixed(2)}` : (random() * 120).toFixed(2);
    rows.push([order, id, iso(at).slice(0, 19).replace('T', ' '), amount, pick(random, ['DE', 'FR', 'NA', ''])]);
  }
  return { columns: ['order_id', 'customer_id', 'order_date', 'total', 'country'], rows };
}

export const ORDER_TYPES: Readonly<Record<string, Sql>> = {
  order_id: sql`bigint`,
  order_date: sql`timestamp`,
  total: sql`decimal(12, 2)`,
};

/** Visits without money: whole numbers as ids, epoch milliseconds. */
export function messyVisits(seed: number, count: number): Table {
  const random = seeded(seed);
  const rows = Array.from({ length: count }, () => {
    const number = Math.floor(random() ** 2 * 240);
    const at = LAST - Math.floor(random() ** 2 * 200 * DAY) - ((number * 7) % 5) * 20 * DAY;
    return [String(9_007_199_254_740_990 + number), String(at), pick(random, ['visit', 'open', 'search'])];
  });
  return { columns: ['user_id', 'ts', 'event'], rows };
}

export const VISIT_TYPES: Readonly<Record<string, Sql>> = { user_id: sql`bigint`, ts: sql`bigint` };

/** Naive times crowded around both clock changes of New York in 2024: the hour that does not exist and the one that comes twice. */
export function messyLocalTimes(seed: number, count: number): Table {
  const random = seeded(seed);
  const rows = Array.from({ length: count }, () => {
    const { id } = someone(random, 120);
    const change = pick(random, ['2024-03-10T02:00:00Z', '2024-11-03T01:00:00Z', '2024-07-01T00:00:00Z']);
    const at = Date.parse(change) + Math.floor((random() - 0.5) * 3 * DAY);
    return [
      id,
      iso(random() < 0.3 ? Date.parse(change) + Math.floor(random() * 3_600_000) : at)
        .slice(0, 23)
        .replace('T', ' '),
      (random() * 9).toFixed(3),
    ];
  });
  return { columns: ['user_id', 'time', 'amount'], rows };
}

export const LOCAL_TYPES: Readonly<Record<string, Sql>> = { time: sql`timestamp`, amount: sql`decimal(9, 3)` };

/** So many users that their rows fill several of the engine's row groups, with some repeated event ids. */
export function manyUsers(seed: number, count: number, users: number): Table {
  const random = seeded(seed);
  const rows = Array.from({ length: count }, (_, index) => {
    const user = Math.floor(random() * users);
    const at = new Date(Date.UTC(2024, 0, 1) + Math.floor(random() * 400) * DAY + (index % 86_400) * 1000);
    const isOrder = random() < 0.4;
    const id = random() < 0.002 ? index - 1 : index;
    return [
      `e${id}`,
      `u${user}`,
      at.toISOString(),
      isOrder ? 'purchase' : 'view',
      isOrder ? (random() * 90).toFixed(2) : '',
      `p${index % 7}`,
    ];
  });
  return { columns: ['event_id', 'user_id', 'timestamp', 'event', 'revenue', 'plan'], rows };
}

/** The same rows in another order. */
export function shuffled({ columns, rows }: Table, seed: number): Table {
  const random = seeded(seed);
  const mixed = [...rows];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other] as readonly string[], mixed[index] as readonly string[]];
  }
  return { columns, rows: mixed };
}

/** The same columns in another order. */
export function turned({ columns, rows }: Table, by: number): Table {
  const turn = <T>(list: readonly T[]): T[] => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];
  return { columns: turn(columns), rows: rows.map(turn) };
}

/** The rows dealt to several tables whose columns stand in different orders. */
export function dealt(table: Table, parts: number): Table[] {
  return Array.from({ length: parts }, (_, part) =>
    turned({ columns: table.columns, rows: table.rows.filter((_row, index) => index % parts === part) }, part),
  );
}

export function csvText({ columns, rows }: Table, lineEnd = '\n', delimiter = ','): string {
  const cell = (text: string): string => (/["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns, ...rows].map((row) => row.map(cell).join(delimiter) + lineEnd).join('');
}

/** An object a row: '' as null, as '' or left out, what JSON can write as a number as one, the keys in changing orders. */
export function jsonlText({ columns, rows }: Table): string {
  return rows
    .map((row, place) => {
      const members = columns.flatMap((name, index) => {
        const text = row[index] ?? '';
        if (text === '') return place % 3 === 0 ? [] : [`${JSON.stringify(name)}:${place % 3 === 1 ? 'null' : '""'}`];
        const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && place % 2 === 0;
        return [`${JSON.stringify(name)}:${isNumber ? text : JSON.stringify(text)}`];
      });
      const turn = place % Math.max(1, members.length);
      return `{${[...members.slice(turn), ...members.slice(0, turn)].join(',')}}\n`;
    })
    .join('');
}

/** Writes the rows as Parquet: '' as NULL, columns of the types named, the others as text. What does not fit its type becomes NULL. */
export async function writeParquet(path: string, table: Table, types: Readonly<Record<string, Sql>> = {}): Promise<void> {
  const folder = dirname(path);
  const source = `${path}.source.csv`;
  const database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 2 ** 29,
    tempDirectory: tmpdir(),
    allowedPaths: [],
    allowedDirectories: [folder],
  });
  try {
    writeFileSync(source, csvText(table));
    const schema = join(table.columns.map((name) => sql`${ident(name)}: 'VARCHAR'`));
    const cells = join(
      table.columns.map((name) => {
        const type = types[name];
        return type === undefined ? ident(name) : sql`try_cast(${ident(name)} as ${type}) as ${ident(name)}`;
      }),
    );
    const query = sql`select ${cells} from read_csv(${source}, columns = {${schema}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"')`;
    await database.copy(query, path, { format: 'parquet' });
  } finally {
    database.close();
    rmSync(source, { force: true });
  }
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
