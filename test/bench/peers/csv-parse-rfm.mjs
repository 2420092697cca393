// The RFM of `segment classify` for a `segment demo` of the shape shop, with csv-parse and plain JavaScript.
// node csv-parse-rfm.mjs FILE OUTPUT
import { createReadStream, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse';

const DAY_MS = 86_400_000;

const [file, output] = process.argv.slice(2);
const users = new Map();
let asOf = 0;
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
  const day = Math.floor(Date.parse(row.timestamp) / DAY_MS);
  asOf = Math.max(asOf, day);
  const user = users.get(row.user_id) ?? { orders: new Set(), newest: undefined, cents: 0 };
  users.set(row.user_id, user);
  if (row.event === 'purchase') {
    user.orders.add(row.order_id);
    user.newest = Math.max(user.newest ?? day, day);
  }
  if (row.revenue !== '') user.cents += Math.round(Number(row.revenue) * 100);
}

const scored = [...users.values()].filter(({ orders }) => orders.size > 0);
const sorted = (value) => scored.map(value).sort((left, right) => left - right);
const recencies = fifths(sorted(({ newest }) => asOf - newest));
const frequencies = splitFifths(sorted(({ orders }) => orders.size));
const amounts = fifths(sorted(({ cents }) => cents));

const lines = ['user_id,rfm_segment,recency_score,frequency_score,monetary_score,recency_days,frequency,monetary'];
for (const id of [...users.keys()].sort()) {
  const { orders, newest, cents } = users.get(id);
  const money = (cents / 100).toFixed(2);
  if (orders.size === 0) {
    lines.push(`${id},prospects,,,,,0,${money}`);
    continue;
  }
  const recency = asOf - newest;
  const r = 5 - below(recency, recencies);
  const f = 1 + below(orders.size, frequencies);
  const m = 1 + below(cents, amounts);
  lines.push(`${id},${segment(r, f)},${r},${f},${m},${recency},${orders.size},${money}`);
}
writeFileSync(output, `${lines.join('\n')}\n`);

/** Type 7, in hundredths. */
function quantile(values, share, parts) {
  const position = (values.length - 1) * share;
  const lower = Math.floor(position / parts);
  const rest = (position % parts) * (100 / parts);
  return values[lower] * (100 - rest) + (values[lower + 1] ?? 0) * rest;
}

function fifths(values) {
  return [1, 2, 3, 4].map((share) => quantile(values, share, 5));
}

/** When most bought once, frequency is scored among the others. */
function splitFifths(values) {
  const edges = fifths(values);
  const above = values.filter((value) => 100 * value > edges[0]);
  if (edges[0] !== edges[1] || above.length === 0) return edges;
  return [edges[0], ...[1, 2, 3].map((share) => quantile(above, share, 4))];
}

function below(value, edges) {
  return edges.filter((edge) => 100 * value > edge).length;
}

function segment(r, f) {
  if (f >= 4) return r === 5 ? 'champions' : r >= 3 ? 'loyal_customers' : f === 5 ? 'cant_lose' : 'at_risk_customers';
  if (f === 3 && r <= 3) return r === 3 ? 'needs_attention' : 'at_risk_customers';
  if (f >= 2 && r >= 4) return 'potential_loyalists';
  if (r <= 3) return r === 3 ? 'about_to_sleep' : 'hibernating';
  return r === 4 ? 'promising' : 'new_customers';
}
