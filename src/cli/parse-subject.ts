import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { STATUSES, type StatusName } from '../segmentation/status/status.js';
import { commandLine } from './command-line.js';
import type { Flags } from './parse-options.js';

/** Whom to explain. */
export type Subject = { readonly kind: 'user'; readonly userId: string } | { readonly kind: 'status'; readonly status: StatusName };

/** `--user ID` or `--status NAME`; a usage error for both, neither, or a status that does not exist. */
export function parseSubject({ user, status }: Flags, files: readonly string[]): Subject {
  if (typeof user === 'string' && typeof status === 'string') {
    fail('options-contradict', { left: `--user ${user}`, right: `--status ${status}` });
  }
  if (typeof user === 'string') {
    if (user === '') fail('bad-option-value', { option: '--user', value: "''", expected: 'the id of a user' });
    return { kind: 'user', userId: user };
  }
  if (typeof status !== 'string') return fail('explain-nobody', { example: `${commandLine('explain', files)} --status at_risk` });
  const names = STATUSES.map(({ name }) => name);
  const found = names.find((name) => name === status);
  if (found !== undefined) return { kind: 'status', status: found };
  const close = nearest(status, names);
  const expected = `${names.join(', ')}${close === undefined ? '' : ` (did you mean ${close}?)`}`;
  return fail('bad-option-value', { option: '--status', value: status, expected: `one of ${expected}` });
}
