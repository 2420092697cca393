import type { STATUSES, StatusName } from '../segmentation/status/status.js';
import { STATUS_PARAMETERS, type StatusParameters } from '../segmentation/status/status-parameters.js';
import { formatCounted, formatDecimal } from './format.js';

/** What a status means where a parameter of the run gives its usual words the lie. */
const CHANGED_WORDS: Readonly<Partial<Record<StatusName, (parameters: StatusParameters) => string | undefined>>> = {
  new: (parameters) => changed(parameters, 'new.days', (days) => `first seen in ${lastDays(days)}`),
  occasional: (parameters) =>
    changed(parameters, 'occasional.days', (days) =>
      days === 2 ? 'seen on one day only' : `seen on fewer than ${formatCounted(days, 'day')}`,
    ),
  reactivated: (parameters) => changed(parameters, 'reactivated.days', (days) => `came back in ${lastDays(days)} after a long gap`),
  dormant: (parameters) =>
    changed(parameters, 'dormant.multiple', (times) => `idle for longer than ${formatDecimal(times)} times their usual interval`),
};

/** What puts a user into the status, in one short line, under the parameters of a run. */
export function statusMeaning(status: (typeof STATUSES)[number], parameters: StatusParameters): string {
  return CHANGED_WORDS[status.name]?.(parameters) ?? status.meaning;
}

function changed(parameters: StatusParameters, name: keyof StatusParameters, words: (value: number) => string): string | undefined {
  return parameters[name] === STATUS_PARAMETERS[name].default ? undefined : words(parameters[name]);
}

function lastDays(days: number): string {
  return days === 1 ? 'the last day' : `the last ${formatCounted(days, 'day')}`;
}
