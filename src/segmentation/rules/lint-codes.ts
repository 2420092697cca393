export type LintLevel = 'error' | 'warning' | 'info';

export interface LintRule {
  readonly level: LintLevel;
  /** It looks at files, not at rules alone. */
  readonly needsData: boolean;
  /** One sentence. */
  readonly meaning: string;
}

/** Everything that `segment lint` can find, by its code. */
export const LINT_RULES = {
  'too-many-predicates': {
    level: 'warning',
    needsData: false,
    meaning: 'the rule has more conditions than a group of people can be described by: more than `--max-predicates`, by default 3',
  },
  'no-goal': { level: 'warning', needsData: false, meaning: 'nothing says what the segment is for' },
  'unused-priority': {
    level: 'warning',
    needsData: false,
    meaning: 'its `priority` decides nothing: it is for `--by first_match`, which is not asked for',
  },
  'always-true': {
    level: 'error',
    needsData: false,
    meaning: 'a condition, or two in a list of `any`, hold for everybody: `at_least: 0`, `hours: 0 to 24`, less than 3 or at least 3',
  },
  'never-true': {
    level: 'error',
    needsData: false,
    meaning: 'a condition, or two in a list of `all`, hold for nobody: `idle` below 0, money above 500 and below 100, two statuses at once',
  },
  'repeated-condition': {
    level: 'warning',
    needsData: false,
    meaning: 'a condition that another one of the same list makes needless: at least 100 beside at least 500, or the same twice',
  },
  'sensitive-name': {
    level: 'warning',
    needsData: false,
    meaning: 'the name of the segment hints at health or money trouble; ad platforms flag audiences that are called so',
  },
  'sensitive-data': {
    level: 'info',
    needsData: false,
    meaning: 'the rule asks for an event or a property whose name hints at health or money trouble',
  },
  'unknown-event': { level: 'error', needsData: true, meaning: 'no row holds an event of that name' },
  'unknown-property': {
    level: 'error',
    needsData: true,
    meaning: 'no column holds the property; nothing else of the segment is looked at then',
  },
  'threshold-unit': {
    level: 'warning',
    needsData: true,
    meaning:
      'a number far from all that is observed, as if in another unit: 5,000 cents where money is in euros, seconds for days, percent for a fraction; or one that nobody reaches',
  },
  'empty-window': {
    level: 'error',
    needsData: true,
    meaning:
      'a condition looks at days of which the files hold none: after the as-of date, or before they begin; without files, after the latest day that can be the as-of date',
  },
  'beyond-history': {
    level: 'warning',
    needsData: true,
    meaning:
      'a window goes back beyond the first day of the files, and says as much as ever; or its dates begin before the files or end after the as-of date',
  },
  'empty-segment': { level: 'error', needsData: true, meaning: 'nobody is in it' },
  everybody: { level: 'warning', needsData: true, meaning: 'everybody is in it' },
  'below-min-size': { level: 'error', needsData: true, meaning: 'fewer are in it than its `min_size`' },
  'below-ad-floor': {
    level: 'info',
    needsData: true,
    meaning:
      'it has no `min_size`, and fewer than 100, below which Meta advises against an audience, or than 1,000, which Google recommends',
  },
  'needless-condition': {
    level: 'warning',
    needsData: true,
    meaning: 'without this condition, of a list or on events, the segment has the same members',
  },
  'same-members': {
    level: 'warning',
    needsData: true,
    meaning: 'of the members of two segments, nearly all are in both: `--same-share`, by default 90 %, of those in either',
  },
  subset: { level: 'info', needsData: true, meaning: 'all members are in another segment too, and the rule does not say so' },
  'needless-ignore': { level: 'warning', needsData: false, meaning: 'an `ignore` of the segment sets nothing aside' },
} as const satisfies Readonly<Record<string, LintRule>>;

export type LintCode = keyof typeof LINT_RULES;

export const LINT_CODES = Object.keys(LINT_RULES) as readonly LintCode[];

export function isLintCode(text: string): text is LintCode {
  return Object.hasOwn(LINT_RULES, text);
}
