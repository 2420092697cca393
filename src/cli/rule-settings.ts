import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import type { LoadedEvents, RuleRequests } from '../input/load-events.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { leavesOf, mentionsOf } from '../segmentation/rules/rule-leaves.js';
import type { RuleSettings } from '../segmentation/rules/rule-plan.js';
import { loadZoneOffsets, startOfDay } from '../time/zone-offsets.js';

const AMOUNT = 'amount';

/** The columns of the input that rules name, each once, with the segment that named it first. */
export function ruleRequests(definitions: readonly SegmentDefinition[]): RuleRequests {
  const requestsOf = (wanted: 'event_property' | 'user_property'): RuleRequests['ofEvents'] => {
    const requests = definitions.flatMap(({ name: segment, rule }) =>
      leavesOf(rule)
        .flatMap(mentionsOf)
        .filter(({ kind }) => kind === wanted)
        .map(({ name }) => ({ option: `segment ${segment}, property`, name, segment })),
    );
    return requests.filter(({ name }, index) => requests.findIndex((other) => other.name === name) === index);
  };
  return { ofEvents: requestsOf('event_property'), ofUsers: requestsOf('user_property') };
}

/** Refuses rules about amounts where there are none. Error: `rule-without-amounts`. */
export function checkAmounts(definitions: readonly SegmentDefinition[], hasAmounts: boolean): void {
  if (hasAmounts) return;
  const asking = definitions.find(({ rule }) => namesAmount(rule));
  if (asking !== undefined) fail('rule-without-amounts', { segment: asking.name });
}

/** Whether a part of a rule, other than a property of users, is about the amount. */
function namesAmount(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(namesAmount);
  if (typeof part !== 'object' || part === null) return false;
  const isAmount = 'property' in part && part.property === AMOUNT && !('which' in part);
  return isAmount || Object.values(part).some(namesAmount);
}

/** What rules are turned into SQL with, once the as-of day is known. */
export function ruleSettings(
  settings: Settings,
  { ruleColumns, eventNames }: Pick<LoadedEvents, 'ruleColumns' | 'eventNames'>,
  asOfDay: number,
): RuleSettings {
  const zone = loadZoneOffsets(settings.timezone);
  const found = <T>(columns: ReadonlyMap<string, T>, name: string): T => {
    const column = columns.get(name);
    if (column === undefined) throw new Error(`${name} was not asked for`);
    return column;
  };
  return {
    asOfDay,
    endsAt: startOfDay(asOfDay + 1, zone),
    pauses: settings.pause,
    zone,
    namesInHead: namesInHead(eventNames),
    eventColumn: (property) => (property === AMOUNT ? AMOUNT : found(ruleColumns.ofEvents, property)),
    userProperty: (property) => found(ruleColumns.ofUsers, property),
  };
}

/** So many names of the head are told apart by equality. */
const KNOWN_NAMES = 48;

/** The most frequent ones; ties bytewise. */
function namesInHead(eventNames: ReadonlyMap<string, number>): string[] {
  return [...eventNames]
    .filter(([name]) => name !== '')
    .sort(([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1))
    .slice(0, KNOWN_NAMES)
    .map(([name]) => name);
}
