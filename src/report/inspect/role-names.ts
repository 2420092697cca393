import type { InspectResult } from '../../analysis/inspect/inspect-result.js';
import type { Page } from '../page.js';
import { wrapText } from '../wrap-text.js';

const LABEL = 11;

/** Every name that plays a role by itself. */
export function renderRoleNames({ roleNames }: InspectResult, page: Page): string[] {
  return [
    ...roleNames.flatMap(({ role, names }) => wrapText(names.join(' '), page.width, `  ${role.replaceAll('_', ' ').padEnd(LABEL)}`)),
    ...wrapText(
      'Compared in lower case, runs of other characters than a-z and 0-9 as one _. Everything but passive and churn events and refunds is activity.',
      page.width,
      '  ',
    ),
  ];
}
