import type { EventRoleFinding, EventRoleReason, InspectedEvent, InspectResult } from '../../analysis/inspect/inspect-result.js';
import { shellWord } from '../../errors/shell-word.js';
import { formatCount, formatCountColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { unitOfResult } from '../unit.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { alignedRows } from './aligned-rows.js';

const SHOWN_EVENTS = 20;
const SHOWN_HINTS = 6;
const WIDEST_NAME = 28;
/** What stands beside the names at least. */
const NUMBERS_WIDTH = 24;
const REASONS: Readonly<Record<EventRoleReason, string>> = {
  flag: 'as given',
  list: 'by name',
  preset: 'by the preset',
  amount: 'has amounts',
  negative_amount: 'negative amounts',
  default: '',
  no_event_column: 'no event column',
};

/** Events with their counts, reach and roles, and the flags that would change those. */
export function renderEvents({ reading }: InspectResult, page: Page): string[] {
  if (reading === null || reading.events.length === 0) return [];
  const shown = reading.events.slice(0, SHOWN_EVENTS);
  const table = alignedRows(
    [
      { head: 'event', align: 'left', cells: shown.map(nameOf), most: Math.min(WIDEST_NAME, page.width - NUMBERS_WIDTH) },
      { head: 'events', align: 'right', cells: formatCountColumn(shown.map(({ events }) => events)) },
      { head: unitOfResult(reading).many, align: 'right', cells: formatCountColumn(shown.map(({ users }) => users)) },
      { head: 'reach', align: 'right', cells: shown.map(({ reach }) => formatPercent(reach)) },
      { head: 'roles', align: 'left', cells: shown.map(roleWords) },
    ],
    page,
  );
  const more = reading.eventNames - shown.length;
  const rest = more > 0 ? [`  and ${formatCount(more)} more; --json lists up to 1,000`] : [];
  return [...table, ...rest, ...hints(reading.events, page)];
}

function nameOf({ name }: InspectedEvent): string {
  return name ?? '(empty)';
}

/** `purchase, value, activity (by name)` */
function roleWords({ roles, mayMeanChurn }: InspectedEvent): string {
  const reasons = [...new Set(roles.map(({ reason }: EventRoleFinding) => REASONS[reason]).filter((reason) => reason !== ''))];
  const names = [...new Set(roles.map(({ role }) => role.replaceAll('_', ' ')))].join(', ');
  return `${names}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}${mayMeanChurn ? ' ?' : ''}`;
}

function hints(events: readonly InspectedEvent[], page: Page): string[] {
  const doubtful = events.filter(({ mayMeanChurn, name }) => mayMeanChurn && name !== null);
  const [first] = doubtful;
  if (first?.name == null) return [];
  const listed = doubtful
    .slice(0, SHOWN_HINTS)
    .map(({ name, events: count }) => keepTogether(`${safeText(name ?? '')} (${formatCount(count)})`));
  const more = doubtful.length > listed.length ? ` and ${formatCount(doubtful.length - listed.length)} more` : '';
  const word = safeText(shellWord(first.name));
  return wrapText(
    `Marked ?, may mean that a user left or is about to: ${listed.join(', ')}${more}. ${keepTogether(`--churn-event ${word}`)} says that they left, ${keepTogether(`--risk-event ${word}`)} that they may.`,
    page.width,
    '  ',
  );
}
