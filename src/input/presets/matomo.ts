import type { Preset } from './preset.js';

/** What dumps of the database write for an empty cell. */
const NULLS = ['NULL', '\\N'];

/** The raw tables of Matomo: actions, and conversions beside them, whose goal 0 is an order and -1 a cart that was left. */
export const matomo: Preset = {
  name: 'matomo',
  title: 'Matomo actions and conversions',
  source: 'the tables log_link_visit_action and log_conversion of the database, as CSV with their headers',
  unverified: ['how the visitor id, eight bytes, is written in a dump', 'the goals 0 and -1 of shops'],
  signature: {
    required: ['idvisitor', 'idvisit', 'server_time', ['idlink_va', 'idgoal']],
    optional: ['idsite', 'idaction_url', 'idaction_name', 'idpageview', 'custom_float', 'revenue', 'idorder', 'buster'],
    excluded: [],
  },
  columns: {
    user: ['user_id', 'idvisitor'],
    time: 'server_time',
    value: 'revenue',
    quantity: null,
    order: 'idorder',
    eventId: { needs: ['idlink_va'], with: ['idgoal', 'idorder'] },
    session: 'idvisit',
    currency: null,
  },
  blanks: { user_id: NULLS, revenue: NULLS, idorder: NULLS, idlink_va: NULLS, idgoal: NULLS },
  rowNames: {
    rules: [
      { event: 'order', column: 'idgoal', is: { exactly: '0' }, hasAmount: true },
      { event: 'cart', column: 'idgoal', is: { exactly: '-1' }, hasAmount: false },
      { event: 'goal', column: 'idgoal', is: 'filled', hasAmount: false },
    ],
    otherwise: { event: 'action', hasAmount: false, isUnknown: false },
  },
  utcTimes: ['server_time'],
};
