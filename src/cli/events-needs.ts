import { flagOf, type OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import type { Leaf, SegmentDefinition, Window } from '../segmentation/rules/rule.js';
import { LONGEST_AGO } from '../segmentation/rules/rule.js';
import { leavesOf, windowsOf } from '../segmentation/rules/rule-leaves.js';
import type { PeopleFiles } from './people-files.js';

/** Something that reads the events themselves, where statuses need only the days of users. */
export interface EventsNeed {
  /** In words. */
  readonly what: string;
  /** How many days back from the as-of day; null: all of them. */
  readonly days: number | null;
}

const FILTERS = ['where', 'only', 'exclude', 'entity', 'identity'] as const satisfies readonly OptionName[];
const DAYS_OF = { hour: 1, day: 1, week: 7, month: 31 } as const;
/** Hours and time zones reach into the day before. */
const MARGIN = 1;

/** What reads events, and how far back. */
export function eventsNeeds(settings: Settings, definitions: readonly SegmentDefinition[], people: PeopleFiles): EventsNeed[] {
  const paused = settings.pause.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const options = FILTERS.filter((name) => (name === 'identity' ? people['--identity'] !== undefined : isSet(settings[name])));
  const window = settings.set['engagement.days'];
  const engagement = settings.by.some(({ kind }) => kind === 'engagement')
    ? [{ what: '--by engagement', days: window + paused + MARGIN }]
    : [];
  const rules = definitions.flatMap(({ name, rule }): EventsNeed[] => {
    const lookbacks = leavesOf(rule).flatMap((leaf) => lookbackOf(leaf));
    if (lookbacks.length === 0) return [];
    const days = lookbacks.some((one) => one === null) ? null : Math.max(...lookbacks.map(Number)) + paused + MARGIN;
    return [{ what: `segment ${name}`, days }];
  });
  return [...options.map((name): EventsNeed => ({ what: flagOf(name), days: null })), ...engagement, ...rules];
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** How far back the events of a leaf may lie; none where it is not about events. */
function lookbackOf(leaf: Leaf): readonly (number | null)[] {
  switch (leaf.kind) {
    case 'feature':
    case 'segment':
      return [];
    case 'behaviour':
    case 'relative':
    case 'sequence':
      return windowsOf(leaf).map(daysOf);
    default:
      return [null];
  }
}

function daysOf(window: Window): number | null {
  if (window.kind === 'last') return window.count * DAYS_OF[window.unit];
  return window.kind === 'ago' && window.from < LONGEST_AGO ? window.from : null;
}
