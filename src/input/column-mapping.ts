// STAND-IN by the lead so that the pipeline runs meanwhile: overwrite this file with the real one.
import { normaliseName } from '../events/normalise-name.js';
export type ColumnRole = 'user' | 'time' | 'event' | 'value' | 'quantity' | 'order' | 'eventId' | 'session' | 'currency';
export interface InputColumn { readonly name: string; readonly isNested: boolean; readonly sample: readonly string[]; readonly isTime: boolean }
export type ColumnFlags = Partial<Record<ColumnRole, string>>;
export interface ColumnMapping { readonly columns: Readonly<Record<ColumnRole, string | null>>; readonly notes: readonly string[]; readonly everyRowIsAnOrder: boolean; readonly multiplyByQuantity: boolean }
const N: Record<ColumnRole, string> = { user: 'user_id userid uid customer_id customerid cust_id', time: 'occurred_at timestamp event_time date invoicedate order_date ts time', event: 'event event_name event_type', value: 'revenue amount dollar_value price unit_price unitprice', quantity: 'quantity', order: 'order_id invoice_no invoiceno invoice', eventId: 'event_id', session: 'session_id user_session', currency: 'currency' };
export function mapColumns(columns: readonly InputColumn[], flags: ColumnFlags, _context: { readonly file: string; readonly command: string }): ColumnMapping {
  const out = {} as Record<ColumnRole, string | null>;
  for (const role of Object.keys(N) as ColumnRole[]) {
    const flag = flags[role];
    out[role] = flag === 'none' ? null : flag ?? N[role].split(' ').map((n) => columns.find((c) => normaliseName(c.name) === n)?.name).find((n) => n !== undefined) ?? null;
  }
  return { columns: out, notes: [], everyRowIsAnOrder: flags.order === 'none', multiplyByQuantity: /unit_?price/.test(normaliseName(out.value ?? '')) };
}
