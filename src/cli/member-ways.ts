import type { Settings } from '../config/settings.js';
import type { LoadedEvents } from '../input/load-events.js';
import type { Property } from '../input/properties.js';
import type { MemberSettings } from '../membership/member-relations.js';
import type { FurtherColumn } from '../membership/members-query.js';
import { firstMatchOrder } from '../segmentation/rules/first-match.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { carriedProperties } from './carried-properties.js';

/** What settings say about the columns of `members` beside status and RFM. */
export function memberWays(
  settings: Settings,
  { properties, mapping }: LoadedEvents,
  definitions: readonly SegmentDefinition[],
): Pick<MemberSettings, 'visitorDays' | 'plan' | 'further' | 'maxValues' | 'kept' | 'hasPeople'> {
  const carried = carriedProperties(settings);
  const find = (name: string): Property => {
    const property = properties[carried.findIndex((one) => one.name === name)];
    if (property === undefined) throw new Error(`${name} is not carried along`);
    return property;
  };
  const { planColumn, by, keep } = settings;
  return {
    visitorDays: settings.window,
    plan: planColumn === undefined ? undefined : { property: find(planColumn), free: settings.freePlan, trial: settings.trialPlan },
    further: by.flatMap((further, place): FurtherColumn[] => {
      if (further.kind === 'property') return [{ ...further, property: find(further.column), place }];
      if (further.kind === 'engagement') return [further];
      // A command that looks at no own segments has no use for the first of them.
      return definitions.length === 0 ? [] : [{ ...further, order: firstMatchOrder(definitions) }];
    }),
    maxValues: settings.maxValues,
    hasPeople: mapping.columns.person !== null,
    kept: keep.map((name) => ({ name, ...find(name) })),
  };
}
