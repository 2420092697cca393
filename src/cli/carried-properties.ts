import type { OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { furtherName } from '../segmentation/further.js';
import { CONTACT_COLUMNS } from './contact-columns.js';

/** A column of the input that is carried along, and the option that asked for it first. */
export interface CarriedProperty {
  readonly name: string;
  readonly option: OptionName;
}

/** The columns that settings carry along, each once: kept ones first, then those to segment by, then the plan. */
export function carriedProperties(settings: Settings): readonly CarriedProperty[] {
  const { keep, by, planColumn, backtestBy } = settings;
  const all: readonly CarriedProperty[] = [
    ...keep.map((name): CarriedProperty => ({ name, option: contactOption(settings, name) ?? 'keep' })),
    ...by.flatMap((further): CarriedProperty[] =>
      further.kind === 'property' ? [{ name: further.column, option: furtherName(further) === backtestBy ? 'backtestBy' : 'by' }] : [],
    ),
    ...(planColumn === undefined ? [] : [{ name: planColumn, option: 'planColumn' } as const]),
  ];
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

/** The option that names it as the column of a contact. */
function contactOption(settings: Settings, name: string): OptionName | undefined {
  return Object.values(CONTACT_COLUMNS).find(({ option }) => settings[option] === name)?.option;
}
