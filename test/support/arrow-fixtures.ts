import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as arrow from 'apache-arrow';

export const CASES = fileURLToPath(new URL('../cases', import.meta.url));

/** The events of the cases of JSON Lines and Arrow: user, event, time, amount in cents, order, plan. */
const EVENTS: readonly (readonly [string, string, string, number | null, string | null, string | null])[] = [
  ['ann', 'purchase', '2026-01-05T10:00:00.000Z', 2000, 'o1', 'pro'],
  ['ann', 'purchase', '2026-02-09T10:00:00.250Z', 3550, 'o2', 'pro'],
  ['ann', 'refund', '2026-02-12T09:00:00.000Z', 550, 'o2', null],
  ['ann', 'view', '2026-04-13T12:00:00.000Z', null, null, 'free'],
  ['007', 'view', '2026-01-20T08:00:00.000Z', null, null, null],
  ['007', 'purchase', '2026-03-01T08:00:00.000Z', 12_345, 'o3', 'team, large'],
  ['7', 'view', '2026-04-20T08:00:00.000Z', null, null, 'free'],
  ['cy', 'account_closed', '2026-04-18T08:00:00.000Z', null, null, 'pro'],
  ['cy', 'view', '2026-04-01T08:00:00.000Z', null, null, 'pro'],
];

function jsonLines(): string {
  return EVENTS.map(([user_id, event, timestamp, cents, order_id, plan]) => {
    const amount = cents === null ? {} : { amount: cents / 100 };
    return `${JSON.stringify({ user_id, event, timestamp, ...amount, order_id, props: { plan } })}\n`;
  }).join('');
}

/** Dictionary, decimal, instant and struct, in two batches. */
function arrowStream(): Uint8Array {
  const words = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8(), 1);
  const names = arrow.vectorFromArray([...new Set(EVENTS.map(([, event]) => event))], new arrow.Utf8());
  const props = new arrow.Struct([new arrow.Field('plan', new arrow.Utf8(), true)]);
  const decimal = new arrow.Decimal(2, 12);
  const fields = [
    new arrow.Field('user_id', new arrow.LargeUtf8(), true),
    new arrow.Field('event', words, true),
    new arrow.Field('timestamp', new arrow.TimestampMillisecond('UTC'), true),
    new arrow.Field('amount', decimal, true),
    new arrow.Field('order_id', new arrow.Utf8View(), true),
    new arrow.Field('props', props, true),
  ];
  const schema = new arrow.Schema(fields);
  const writer = new arrow.RecordBatchStreamWriter();
  for (const rows of [EVENTS.slice(0, 5), EVENTS.slice(5)]) {
    const event = arrow.makeData({
      type: words,
      length: rows.length,
      nullCount: 0,
      data: Int8Array.from(rows, ([, name]) => names.indexOf(name)),
      dictionary: names,
    });
    const children = [
      arrow.vectorFromArray(
        rows.map(([user]) => user),
        new arrow.LargeUtf8(),
      ).data[0],
      event,
      arrow.vectorFromArray(
        rows.map(([, , at]) => Date.parse(at)),
        new arrow.TimestampMillisecond('UTC'),
      ).data[0],
      arrow.vectorFromArray(
        rows.map(([, , , cents]) => (cents === null ? null : Uint32Array.of(cents, 0, 0, 0))),
        decimal,
      ).data[0],
      arrow.vectorFromArray(
        rows.map(([, , , , order]) => order),
        new arrow.Utf8View(),
      ).data[0],
      arrow.vectorFromArray(
        rows.map(([, , , , , plan]) => ({ plan })),
        props,
      ).data[0],
    ] as arrow.Data[];
    writer.write(
      new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(fields), length: rows.length, nullCount: 0, children })),
    );
  }
  writer.finish();
  return writer.toUint8Array(true);
}

const STREAM = arrowStream();

/** The inputs of the cases by path below `test/cases`; `npx tsx test/support/arrow-fixtures.ts` writes them. */
export const ARROW_CASES: Readonly<Record<string, string | Uint8Array>> = {
  'classify/0030-json-lines/files/events.jsonl': jsonLines(),
  'classify/0031-arrow/files/events.arrow': STREAM,
  'classify/0032-arrow-cut/files/events.arrow': STREAM.subarray(0, STREAM.length - 100),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(ARROW_CASES)) {
    mkdirSync(dirname(join(CASES, name)), { recursive: true });
    writeFileSync(join(CASES, name), content);
  }
}
