import type { Preset } from './preset.js';

/** A status with and without the prefix that WooCommerce stores. */
function statuses(...names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `wc_${name}`]);
}

/** Orders of WooCommerce as export plugins write them: a row an order, or a row an item with the cells of the order repeated. */
export const woocommerce: Preset = {
  name: 'woocommerce',
  title: 'WooCommerce orders',
  source: 'a CSV of an order export plugin, with order_id, status, order_total and the customer',
  unverified: ['the names of the columns, which differ between plugins and can be changed in them', 'the name refunded_total'],
  signature: {
    required: ['order_id', ['status', 'order_status'], 'order_total', ['date', 'order_date'], 'billing_email'],
    optional: [
      'order_number',
      'order_currency',
      'customer_id',
      'customer_user',
      'refunded_total',
      'shipping_total',
      'tax_total',
      'payment_method',
    ],
    excluded: [],
  },
  columns: {
    user: ['customer_user', 'customer_id', 'billing_email'],
    time: ['order_date', 'date'],
    value: 'order_total',
    refunded: 'refunded_total',
    quantity: null,
    order: 'order_id',
    eventId: null,
    session: null,
    currency: ['order_currency', 'currency'],
  },
  blanks: { customer_user: ['0'], customer_id: ['0'] },
  rowNames: {
    rules: [
      { event: 'order_cancelled', column: ['status', 'order_status'], is: statuses('cancelled', 'canceled', 'trash'), hasAmount: false },
      { event: 'order', column: ['status', 'order_status'], is: statuses('refunded'), hasAmount: false },
      { event: 'order', column: ['status', 'order_status'], is: statuses('completed'), hasAmount: true },
      { event: 'order', column: ['status', 'order_status'], is: statuses('processing', 'on_hold'), hasAmount: true },
      { event: 'payment_failed', column: ['status', 'order_status'], is: statuses('failed'), hasAmount: false },
      {
        event: 'order_pending',
        column: ['status', 'order_status'],
        is: statuses('pending', 'checkout_draft', 'draft', 'auto_draft'),
        hasAmount: false,
      },
    ],
    otherwise: { event: 'order_unknown', hasAmount: false, isUnknown: true },
  },
  orderLines: { itemColumns: ['item', 'line_item', 'order_item', 'product'] },
  eventRoles: { refund: ['order_cancelled'] },
};
