import type { Preset } from './preset.js';

/** Charges as the API and its copies in warehouses hold them: amounts in the smallest unit of the currency. */
export const stripeApi: Preset = {
  name: 'stripe-api',
  title: 'Stripe charges, from the API or a warehouse',
  source: 'charge objects, one a row or line',
  unverified: ['the names that copies in warehouses give to customer and created'],
  signature: {
    required: ['id', 'amount', 'amount_refunded', 'currency', 'created', 'status', ['customer', 'customer_id']],
    optional: ['captured', 'paid', 'refunded', 'balance_transaction', 'payment_intent', 'livemode', 'receipt_email'],
    excluded: [],
  },
  columns: {
    user: ['customer', 'customer_id', 'receipt_email'],
    time: 'created',
    value: 'amount',
    refunded: 'amount_refunded',
    quantity: null,
    order: 'id',
    eventId: 'id',
    session: null,
    currency: 'currency',
  },
  rowNames: {
    rules: [
      { event: 'payment_failed', column: 'status', is: ['failed'], hasAmount: false },
      { event: 'payment_pending', column: 'status', is: ['pending'], hasAmount: false },
      { event: 'payment_pending', column: 'captured', is: ['false'], hasAmount: false },
      { event: 'payment', column: 'status', is: ['succeeded'], hasAmount: true },
    ],
    otherwise: { event: 'payment_unknown', hasAmount: false, isUnknown: true },
  },
  minorUnits: {
    zeroDecimals: 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
    threeDecimals: 'BHD JOD KWD OMR TND'.split(' '),
  },
  utcTimes: ['created'],
  eventRoles: { passive: ['payment_failed', 'payment_pending', 'payment_unknown'] },
};
