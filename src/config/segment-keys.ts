/** The keys of own segments in a config file: of a definition, and of the parts of rules. */
export const DEFINITION_KEYS = ['description', 'goal', 'min_size', 'priority', 'ignore', 'where'] as const;
export const SELECTOR_KEYS = ['event', 'where', 'hours', 'weekdays'] as const;
export const WINDOW_KEYS = ['in', 'after', 'before', 'since', 'until', 'within'] as const;
export const RANGE_KEYS = ['at_least', 'at_most', 'more_than', 'less_than', 'exactly', 'between'] as const;
export const MEASURE_KEYS = ['distinct', 'sum', 'average', 'least', 'greatest'] as const;
/** What is asked of a text, a number or a day. */
export const TEST_KEYS = ['not', 'is', 'contains', 'matches', 'set', ...RANGE_KEYS, 'since', 'until', 'after', 'before'] as const;
export const DID_KEYS = [...SELECTOR_KEYS, ...MEASURE_KEYS, ...RANGE_KEYS, 'per', 'over', 'then', 'then_not', ...WINDOW_KEYS] as const;
/** Of events that others are compared with. */
export const OTHER_KEYS = [...SELECTOR_KEYS, ...MEASURE_KEYS, ...WINDOW_KEYS, 'times'] as const;
/** What each leaf of events beside `did` takes. */
export const EVENT_LEAF_KEYS = {
  first: [...SELECTOR_KEYS, ...WINDOW_KEYS],
  nth: ['n', ...SELECTOR_KEYS, ...WINDOW_KEYS],
  regularly: [...SELECTOR_KEYS, 'in', ...RANGE_KEYS],
  stopped: [...SELECTOR_KEYS, 'in', 'before_that'],
  restarted: [...SELECTOR_KEYS, 'in', 'before_that'],
} as const;
