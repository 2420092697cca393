import type { InspectResult, RoleReason } from '../../analysis/inspect/inspect-result.js';
import type { Page } from '../page.js';
import { wrapText } from '../wrap-text.js';
import { alignedRows } from './aligned-rows.js';

const WIDEST_NAME = 24;
const REASONS: Readonly<Record<RoleReason, string>> = {
  flag: 'as given',
  assumed: 'a guess',
  preset: 'by the preset',
  name: 'by its name',
  repeating_id: 'values repeat',
  unique_id: 'no value repeats',
  only_time: 'the only times',
};

/** The column of each role, why, and what stands in it. */
export function renderRoleColumns({ roles, command }: InspectResult, page: Page): string[] {
  if (roles.length === 0) return command === null ? wrapText('None yet: see the errors.', page.width, '  ') : [];
  const table = alignedRows(
    [
      { head: 'role', align: 'left', cells: roles.map(({ role }) => role) },
      { head: 'column', align: 'left', cells: roles.map(({ column }) => column), most: WIDEST_NAME },
      { head: 'why', align: 'left', cells: roles.map(({ reason }) => REASONS[reason]) },
      { head: 'first values', align: 'left', cells: roles.map(({ values }) => values.join(page.glyphs.isUnicode ? ' · ' : ' | ')) },
    ],
    page,
  );
  const event = roles.some(({ role }) => role === 'event') ? [] : wrapText('No event column: every row is a purchase.', page.width, '  ');
  return [...table, ...event];
}
