import type { Preset } from './preset.js';

/**
 * UCI Online Retail II: one row an invoice line; `Price` is the price of one unit. (Online Retail I says
 * `UnitPrice` and needs no preset.) A cancelled line has a negative quantity.
 */
export const uciOnlineRetail: Preset = {
  name: 'uci-online-retail-ii',
  headers: ['invoice', 'stockcode', 'description', 'quantity', 'invoicedate', 'price', 'customer_id'],
  columns: { user: 'customer_id', time: 'invoicedate', value: 'price', quantity: 'quantity', order: 'invoice' },
};
