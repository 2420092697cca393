import type { Preset } from './preset.js';

/** Payments of the Stripe dashboard: amounts in the main unit, failed ones among them, what was given back in the same row. */
export const stripe: Preset = {
  name: 'stripe',
  title: 'Stripe payments',
  source: 'Payments, Export, as CSV with all columns',
  unverified: ['the statuses beyond Paid, succeeded, Refunded and Failed', 'whether a status is ever written in another language'],
  signature: {
    required: ['id', ['Created (UTC)', 'Created date (UTC)'], 'Amount', 'Amount Refunded', 'Currency', 'Status'],
    optional: ['Customer ID', 'Customer Email', 'Captured', 'Seller Message', 'Description', 'Fee', 'Mode', 'Payment Source Type'],
    excluded: [],
  },
  columns: {
    user: ['Customer ID', 'Customer Email'],
    time: ['Created (UTC)', 'Created date (UTC)'],
    value: 'Amount',
    refunded: 'Amount Refunded',
    quantity: null,
    order: 'id',
    eventId: 'id',
    session: null,
    currency: 'Currency',
  },
  rowNames: {
    rules: [
      { event: 'payment_failed', column: 'Status', is: ['failed', 'blocked'], hasAmount: false },
      { event: 'payment_cancelled', column: 'Status', is: ['canceled', 'cancelled', 'expired'], hasAmount: false },
      { event: 'payment_pending', column: 'Captured', is: ['false'], hasAmount: false },
      {
        event: 'payment_pending',
        column: 'Status',
        is: [
          'pending',
          'processing',
          'incomplete',
          'uncaptured',
          'requires_capture',
          'requires_action',
          'requires_confirmation',
          'requires_payment_method',
        ],
        hasAmount: false,
      },
      {
        event: 'payment',
        column: 'Status',
        is: ['paid', 'succeeded', 'refunded', 'partially_refunded', 'partial_refund', 'disputed'],
        hasAmount: true,
      },
    ],
    otherwise: { event: 'payment_unknown', hasAmount: false, isUnknown: true },
  },
  utcTimes: ['Created (UTC)', 'Created date (UTC)', 'Refunded date (UTC)', 'Available On (UTC)'],
  eventRoles: { passive: ['payment_failed', 'payment_pending', 'payment_unknown'], refund: ['payment_cancelled'] },
};
