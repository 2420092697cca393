import type { Preset } from './preset.js';

/** UCI Online Retail and Online Retail II: one row an invoice line. */
export const uciOnlineRetail: Preset = {
  name: 'uci-online-retail',
  title: 'UCI Online Retail I and II',
  source: 'the workbook of the UCI repository, saved as CSV',
  unverified: ['whether months come first in slash dates: the workbook itself holds dates, their text depends on how it was saved'],
  signature: {
    required: [
      ['InvoiceNo', 'Invoice'],
      'StockCode',
      'Description',
      'Quantity',
      'InvoiceDate',
      ['UnitPrice', 'Price'],
      ['CustomerID', 'Customer ID'],
    ],
    optional: ['Country'],
    excluded: [],
  },
  columns: {
    user: ['CustomerID', 'Customer ID'],
    time: 'InvoiceDate',
    value: ['UnitPrice', 'Price'],
    quantity: 'Quantity',
    order: ['InvoiceNo', 'Invoice'],
    eventId: null,
    session: null,
    currency: null,
  },
  rowNames: {
    rules: [{ event: 'order_cancelled', column: ['InvoiceNo', 'Invoice'], is: { begins: 'C' }, hasAmount: true }],
    otherwise: { event: 'purchase', hasAmount: true, isUnknown: false },
  },
  slashOrder: 'month-first',
  eventRoles: { refund: ['order_cancelled'] },
};
