import type { Preset } from './preset.js';

/** Orders of Shopify: a row an item, the cells of the order on its first row only, or on all of them. */
export const shopify: Preset = {
  name: 'shopify',
  title: 'Shopify orders',
  source: 'Orders, Export, "Plain CSV file"',
  unverified: ['the financial statuses beyond paid, pending, authorized, voided, refunded and their partial forms'],
  signature: {
    required: ['Name', 'Email', 'Financial Status', 'Created at', 'Lineitem quantity'],
    optional: [
      'Paid at',
      'Fulfillment Status',
      'Currency',
      'Subtotal',
      'Total',
      'Lineitem name',
      'Lineitem price',
      'Cancelled at',
      'Refunded Amount',
      'Id',
      'Tags',
    ],
    excluded: [],
  },
  columns: {
    user: 'Email',
    time: 'Created at',
    value: 'Total',
    refunded: 'Refunded Amount',
    quantity: null,
    order: 'Name',
    eventId: null,
    session: null,
    currency: 'Currency',
  },
  rowNames: {
    rules: [
      { event: 'order_cancelled', column: 'Cancelled at', is: 'filled', hasAmount: false },
      { event: 'order_cancelled', column: 'Financial Status', is: ['voided', 'expired'], hasAmount: false },
      { event: 'order', column: 'Financial Status', is: ['refunded'], hasAmount: false },
      { event: 'order', column: 'Financial Status', is: ['partially_refunded'], hasAmount: true },
      { event: 'order', column: 'Financial Status', is: ['paid', 'partially_paid'], hasAmount: true },
      { event: 'order', column: 'Financial Status', is: ['authorized', 'pending'], hasAmount: true },
    ],
    otherwise: { event: 'order_unknown', hasAmount: false, isUnknown: true },
  },
  orderLines: { itemColumns: ['Lineitem'] },
  eventRoles: { refund: ['order_cancelled'] },
};
