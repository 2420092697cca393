import { nearest } from '../../errors/nearest.js';
import { fail } from '../../errors/segment-error.js';

interface ParameterInfo {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What the number counts; `×` is a factor, `share` a fraction. */
  readonly unit: 'days' | 'hours' | 'minutes' | 'active days' | 'weeks' | 'order days' | 'users' | '×' | 'share';
  readonly meaning: string;
}

/** Every number of the status rules, and of the segmentations beside them, that can be set. Factors and shares take two decimals, all others are whole. */
export const STATUS_PARAMETERS = {
  'new.days': { default: 14, min: 1, max: 365, unit: 'days', meaning: 'A user first seen fewer than this many days ago is new.' },
  'dormant.multiple': { default: 2, min: 1, max: 20, unit: '×', meaning: 'Idle for longer than this many usual intervals is dormant.' },
  'dormant.min': { default: 14, min: 1, max: 3650, unit: 'days', meaning: 'Nobody is dormant after fewer idle days than this.' },
  'dormant.max': { default: 180, min: 1, max: 3650, unit: 'days', meaning: 'Everybody idle for longer than this is at least dormant.' },
  'churned.multiple': { default: 4, min: 1, max: 50, unit: '×', meaning: 'Idle for longer than this many usual intervals is churned.' },
  'churned.min': {
    default: 30,
    min: 1,
    max: 3650,
    unit: 'days',
    meaning: 'Nobody is churned by inactivity after fewer idle days than this.',
  },
  'churned.max': {
    default: 730,
    min: 1,
    max: 7300,
    unit: 'days',
    meaning: 'The churn border is never later than this, unless 1.5 × the dormant border is.',
  },
  'churned.history': { default: 90, min: 1, max: 3650, unit: 'days', meaning: 'With a shorter history, nobody is churned by inactivity.' },
  'churned.grace_hours': {
    default: 24,
    min: 0,
    max: 8760,
    unit: 'hours',
    meaning: 'Activity up to this long after a churn event does not undo it.',
  },
  'reactivated.days': { default: 14, min: 1, max: 365, unit: 'days', meaning: 'A return within the last this many days is reactivated.' },
  'at_risk.window': { default: 28, min: 1, max: 365, unit: 'days', meaning: 'The recent days in which a risk event or a decline counts.' },
  'at_risk.baseline': {
    default: 84,
    min: 1,
    max: 1095,
    unit: 'days',
    meaning: 'The days before the window that a decline is measured against.',
  },
  'at_risk.baseline_days': {
    default: 6,
    min: 1,
    max: 1095,
    unit: 'active days',
    meaning: 'A decline needs at least this many active days in the baseline.',
  },
  'at_risk.decline': {
    default: 0.5,
    min: 0.01,
    max: 1,
    unit: 'share',
    meaning: 'Activity a day in the window below this share of the baseline is a decline.',
  },
  'at_risk.overdue': {
    default: 0.75,
    min: 0.01,
    max: 1,
    unit: 'share',
    meaning: 'Idle for longer than this share of the dormant border is overdue.',
  },
  'loyal.tenure': { default: 60, min: 1, max: 3650, unit: 'days', meaning: 'Nobody is loyal before this many days since first seen.' },
  'loyal.weeks': { default: 9, min: 1, max: 12, unit: 'weeks', meaning: 'Active in at least this many of the last 12 weeks is loyal.' },
  'loyal.orders': {
    default: 4,
    min: 1,
    max: 366,
    unit: 'order days',
    meaning: 'Loyal by orders needs at least this many order days in the last 365 days.',
  },
  'occasional.days': { default: 3, min: 1, max: 365, unit: 'active days', meaning: 'Fewer active days than this is occasional.' },
  'trial.days': {
    default: 14,
    min: 1,
    max: 3650,
    unit: 'days',
    meaning: 'A trial is over on this day after it began, if nothing ended it before.',
  },
  'engagement.days': { default: 28, min: 1, max: 365, unit: 'days', meaning: 'The last days that engagement looks at.' },
  'engagement.power_days': {
    default: 12,
    min: 1,
    max: 365,
    unit: 'active days',
    meaning: 'Engagement is power with at least this many active days, and the time.',
  },
  'engagement.casual_days': {
    default: 2,
    min: 0,
    max: 365,
    unit: 'active days',
    meaning: 'Engagement is casual with at most this many active days.',
  },
  'engagement.session_gap_minutes': {
    default: 30,
    min: 1,
    max: 1440,
    unit: 'minutes',
    meaning: 'A longer pause between two events ends a session.',
  },
  'population.min_users': {
    default: 20,
    min: 1,
    max: 1_000_000,
    unit: 'users',
    meaning: 'With fewer users who came twice, the default gaps stand in for measured ones.',
  },
  'population.default': {
    default: 30,
    min: 1,
    max: 365,
    unit: 'days',
    meaning: 'The stand-in for P50; P75 and P90 are two and four times as long.',
  },
} as const satisfies Record<string, ParameterInfo>;

export type ParameterName = keyof typeof STATUS_PARAMETERS;

/** A value for every parameter, each with at most two decimals: `inHundredths` turns them into exact integers for SQL. */
export type StatusParameters = Readonly<Record<ParameterName, number>>;

export const PARAMETER_NAMES = Object.keys(STATUS_PARAMETERS) as readonly ParameterName[];

const FIRST_NOT_ABOVE_SECOND: readonly (readonly [ParameterName, ParameterName])[] = [
  ['dormant.min', 'dormant.max'],
  ['churned.min', 'churned.max'],
  ['at_risk.baseline_days', 'at_risk.baseline'],
];

/**
 * The defaults, with `key=value` settings laid over them in order (the last of one key wins). Fails with a usage error, which says
 * that a setting came from `optionOf` its index.
 */
export function parseParameters(settings: readonly string[], optionOf: (index: number) => string = () => '--set'): StatusParameters {
  const parameters = Object.fromEntries(PARAMETER_NAMES.map((name) => [name, STATUS_PARAMETERS[name].default])) as Record<
    ParameterName,
    number
  >;
  for (const [index, setting] of settings.entries()) {
    const [name, value] = parseSetting(setting, optionOf(index));
    parameters[name] = value;
  }
  for (const [low, high] of FIRST_NOT_ABOVE_SECOND) {
    if (parameters[low] > parameters[high]) {
      fail('parameters-contradict', { low, lowValue: parameters[low], high, highValue: parameters[high] });
    }
  }
  return parameters;
}

/** A parameter as an exact whole number of hundredths: 0.75 is 75, 14 is 1400. */
export function inHundredths(value: number): number {
  return Math.round(value * 100);
}

/** Whether a parameter takes two decimals. */
export function isDecimal(name: ParameterName): boolean {
  const { unit } = STATUS_PARAMETERS[name];
  return unit === '×' || unit === 'share';
}

/** The values a parameter takes, in words. */
export function parameterRange(name: ParameterName): string {
  const { min, max } = STATUS_PARAMETERS[name];
  return isDecimal(name) ? `a number from ${min} to ${max} with at most 2 decimals` : `a whole number from ${min} to ${max}`;
}

/** Whether there is a parameter of that name. */
export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(STATUS_PARAMETERS, name);
}

/** The value that a text gives a parameter; undefined when it is none of `parameterRange`. */
export function parseParameter(name: ParameterName, text: string): number | undefined {
  const number = (isDecimal(name) ? /^\d{1,9}(\.\d{1,2})?$/ : /^\d{1,9}$/).test(text) ? Number(text) : Number.NaN;
  const { min, max } = STATUS_PARAMETERS[name];
  return number >= min && number <= max ? number : undefined;
}

function parseSetting(setting: string, option: string): [ParameterName, number] {
  const cut = setting.indexOf('=');
  if (cut < 1) fail('bad-option-value', { option, value: setting, expected: 'key=value, for example new.days=7' });
  const name = setting.slice(0, cut).trim();
  const value = setting.slice(cut + 1).trim();
  if (!isParameterName(name)) return fail('unknown-parameter', { option, name, nearest: nearest(name, PARAMETER_NAMES) });
  const number = parseParameter(name, value);
  if (number === undefined) return fail('parameter-out-of-range', { option, name, value, expected: parameterRange(name) });
  return [name, number];
}
